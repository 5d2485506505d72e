export type { RecursiveBoostingOptions } from './options.js';
export { RECURSIVE_BOOSTING_WORKS } from './part-works.js';
export { recursiveBoosting } from './recursive-boosting.js';
export type { EngineName } from './resolve-engine.js';
