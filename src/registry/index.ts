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
export {
  type ChangeCause,
  REGISTRY_ACTIONS,
  type RegistryAction,
  type RegistryChange,
  type RegistryDocument,
  type TrafficArm,
  type TrafficSplit,
} from './registry-document.js';
export {
  decidePromotion,
  PROMOTION_REASONS,
  type PromotionDecision,
  type PromotionEvidence,
  type PromotionRule,
} from './rollout/decide-promotion.js';
export {
  type CanaryDecision,
  decideCanary,
  decideRollback,
  LIVE_REASONS,
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
