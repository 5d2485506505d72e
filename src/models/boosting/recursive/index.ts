export type { RecursiveBoostingOptions } from './options.js';
export { recursiveBoosting } from './recursive-boosting.js';
