export { adaptiveEnsemble } from './adaptive/adaptive-ensemble.js';
export type { AdaptiveEnsembleOptions } from './adaptive/ensemble-members.js';
export { type CalibrationOptions, calibrated } from './calibrated.js';
export { type MiddleOutOptions, middleOut } from './middle-out.js';
export { type SelfWeightedMember, type SelfWeightedOptions, selfWeighted } from './self-weighted.js';
export { type EnsembleMember, type WeightedAverageOptions, weightedAverage } from './weighted-average.js';
export { type XgboostProphetBlendOptions, xgboostProphetBlend } from './xgboost-prophet-blend.js';
