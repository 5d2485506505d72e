export { type DocumentedEnsembleOptions, documentedEnsemble } from './documented-ensemble.js';
export { type MiddleOutOptions, middleOut } from './middle-out.js';
export { type EnsembleMember, type WeightedAverageOptions, weightedAverage } from './weighted-average.js';
