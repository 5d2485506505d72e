export { Booster, type BoosterParts, type PredictOptions } from './booster.js';
export { type BinnedMatrix, type BinnedPart, selectBinned } from './data/binned-matrix.js';
export { type BinningOptions, binMatrix, binMatrixAsync } from './data/binning.js';
export type { Targets, TrainingData } from './data/data.js';
export type { EvalMetric, EvalMetricFunction } from './data/evaluation-set.js';
export {
  type BoostingEngine,
  type BoostingModel,
  type EngineData,
  type EngineOptions,
  type EngineParams,
  type NativeBoostingModel,
  type NativeEngineData,
  nativeEngine,
} from './engine.js';
export { boosterFromJson, boosterToJson, type SerializedBooster } from './formats/booster-json.js';
export { type LoadXGBoostOptions, loadXGBoostJson, loadXGBoostUbjson } from './formats/xgboost-load.js';
export { saveXGBoostJson, saveXGBoostUbjson } from './formats/xgboost-save.js';
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
export type { Tree } from './trees/tree.js';
