export {
  createLiveTracker,
  type LiveMetrics,
  type LiveObservation,
  type LiveTracker,
  type LiveTrackerState,
} from './experiment/live-tracker.js';
export { createModelRegistry } from './model-registry.js';
export type { ModelLineage, ModelMetrics, ModelState, ModelVersion } from './model-version.js';
export type { ChangeOptions, ModelRegistry, ModelRegistryOptions } from './registry-contract.js';
export type {
  RegistryAction,
  RegistryChange,
  RegistryDocument,
  TrafficArm,
  TrafficSplit,
} from './registry-document.js';
export {
  decidePromotion,
  type PromotionDecision,
  type PromotionEvidence,
  type PromotionRule,
} from './rollout/decide-promotion.js';
export {
  type CanaryDecision,
  decideCanary,
  decideRollback,
  type LiveEvidence,
  type LiveRule,
  type RollbackDecision,
} from './rollout/decide-rollout.js';
export {
  createRolloutController,
  type RolloutAction,
  type RolloutController,
  type RolloutControllerOptions,
  type RolloutOutcome,
} from './rollout/rollout-controller.js';
export type { ModelHandle, RouteTable } from './route-table.js';
