export type { EngineName } from './resolve-engine.js';
export { type XGBoostOptions, xgboost } from './xgboost.js';
