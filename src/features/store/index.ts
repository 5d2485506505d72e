export { DOCUMENTED_FEATURES, type FeatureDefinition, featureVersion } from './feature-definition.js';
export {
  createFeatureStore,
  type FeatureStore,
  type MaterializeOptions,
  type MaterializeResult,
  type StoredFeatures,
} from './feature-store.js';
export type { FeatureDay, FeatureTable } from './feature-table.js';
export { MemoryFeatureTable } from './memory-feature-table.js';
