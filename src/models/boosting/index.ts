export { Booster, type BoosterParts, type PredictOptions } from './booster.js';
export { boosterFromJson, boosterToJson, type SerializedBooster } from './booster-json.js';
export type { TrainingData } from './data.js';
export {
  type BoostingEngine,
  type BoostingModel,
  type EngineData,
  type EngineOptions,
  type EngineParams,
  type NativeBoostingModel,
  nativeEngine,
} from './engine.js';
export type { EvalMetric, EvalMetricFunction } from './evaluation-set.js';
export { type FeatureImportance, featureImportance } from './importance.js';
export {
  type BoosterParams,
  DEFAULT_PARAMS,
  type GrowPolicy,
  type MonotoneConstraint,
  type ObjectiveName,
} from './params.js';
export { shapValues } from './shap.js';
export { type BoosterData, trainBooster, trainBoosterAsync } from './train.js';
export type { Tree } from './tree.js';
export { loadXGBoostJson, loadXGBoostUbjson } from './xgboost-load.js';
export { saveXGBoostJson, saveXGBoostUbjson } from './xgboost-save.js';
