export { directBoosting } from './direct-boosting.js';
export type { DirectBoostingOptions } from './options.js';
