export { type RecursiveBoostingOptions, recursiveBoosting } from './recursive-boosting.js';
export type { EngineName } from './resolve-engine.js';
