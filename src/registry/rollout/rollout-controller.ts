import { ForecastError } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { LiveMetrics, LiveTracker } from '../experiment/live-tracker.js';
import type { ModelVersion } from '../model-version.js';
import type { ChangeOptions, ModelRegistry } from '../registry-contract.js';
import { findVersion, type RegistryDocument } from '../registry-document.js';
import {
  decidePromotion,
  type PromotionDecision,
  type PromotionEvidence,
  type PromotionRule,
} from './decide-promotion.js';
import {
  type CanaryDecision,
  decideCanary,
  decideRollback,
  type LiveRule,
  type RollbackDecision,
} from './decide-rollout.js';

export type RolloutAction =
  | 'promoted'
  | 'canary-started'
  | 'archived'
  | 'split-stopped'
  | 'rolled-back'
  | 'none';

/** Action of a controller, and the decision behind it. */
export interface RolloutOutcome {
  readonly action: RolloutAction;
  /** The version that was judged; undefined when nothing is in production. */
  readonly version: number | undefined;
  readonly decision: PromotionDecision | CanaryDecision | RollbackDecision | undefined;
  /** False if nothing was done, because another process changed the routing first. */
  readonly applied: boolean;
}

export interface RolloutControllerOptions {
  readonly registry: ModelRegistry<unknown>;
  readonly promotion?: PromotionRule;
  readonly live?: LiveRule;
  /** Share of the keys that an improved version starts with; 1 puts it into production at once. Default 0.1. */
  readonly canaryShare?: number;
  readonly onOutcome?: (outcome: RolloutOutcome) => void;
}

const ROLLOUT_OPTIONS: OptionTable<RolloutControllerOptions> = {
  registry: 1,
  promotion: 1,
  live: 1,
  canaryShare: 1,
  onOutcome: 1,
};

/** Applies the decisions about versions to a registry. Made by {@link createRolloutController}. */
export interface RolloutController {
  /**
   * Judges a newly trained candidate by its backtest. The first version goes into production, a better one
   * becomes the canary, any other is archived. The metrics that the versions were registered with are compared
   * unless `evidence` has newer ones, measured over the same days.
   */
  afterTraining(version: number, evidence?: Omit<PromotionEvidence, 'candidate'>): Promise<RolloutOutcome>;
  /**
   * Judges the routed versions by their live results: a canary is promoted, stopped or left running; without
   * one, the version in production is rolled back if it performs worse than the previous version did.
   */
  afterObserving(tracker: LiveTracker): Promise<RolloutOutcome>;
}

/**
 * Makes a controller that promotes and rolls back automatically: backtest, canary, full rollout, rollback. Any
 * number of processes may run one on the same registry; of two that decide at the same time, one acts.
 *
 * ```ts
 * import { createLiveTracker, createRolloutController, type ModelRegistry } from 'commerce-forecast/registry';
 *
 * declare const registry: ModelRegistry<unknown>;
 * const tracker = createLiveTracker();
 * const controller = createRolloutController({ registry, promotion: { minimumImprovement: 0.02 } });
 * await controller.afterTraining(4);
 * await controller.afterObserving(tracker);
 * ```
 */
export function createRolloutController(options: RolloutControllerOptions): RolloutController {
  refuseUnknown(options, ROLLOUT_OPTIONS);
  const { registry, promotion, live, canaryShare = 0.1, onOutcome } = options;

  /**
   * Applies a change to the routing that the decision was made for; losing against another process is not an
   * error.
   */
  async function apply(
    outcome: Omit<RolloutOutcome, 'applied'>,
    status: RegistryDocument,
    change: (about: ChangeOptions) => Promise<unknown>,
  ): Promise<RolloutOutcome> {
    const about = { reason: describe(outcome), ...causeOf(outcome) };
    try {
      await change({ ifRouting: status.routing, ...about });
    } catch (error) {
      if (!ForecastError.is(error) || error.code !== 'conflict') throw error;
      return report({ ...outcome, action: 'none', applied: false });
    }
    return report({ ...outcome, applied: true });
  }

  function report(outcome: RolloutOutcome): RolloutOutcome {
    onOutcome?.(outcome);
    return outcome;
  }

  async function judgeCanary(
    status: RegistryDocument,
    production: number,
    canary: number,
    tracker: LiveTracker,
  ): Promise<RolloutOutcome> {
    const decision = decideCanary(
      {
        live: tracker.metrics(canary),
        reference: tracker.metrics(production),
        comparison: tracker.compare(canary, production),
      },
      live,
    );
    const about = { version: canary, decision };
    if (decision.action === 'wait') return report({ action: 'none', ...about, applied: true });
    if (decision.action === 'promote') {
      return apply({ action: 'promoted', ...about }, status, (change) => registry.promote(canary, change));
    }
    return apply({ action: 'split-stopped', ...about }, status, (change) => registry.stopSplit(change));
  }

  async function judgeProduction(
    status: RegistryDocument,
    version: number,
    tracker: LiveTracker,
  ): Promise<RolloutOutcome> {
    const previous = status.previous.at(-1);
    const before = previous === undefined ? undefined : tracker.metrics(previous);
    const decision = decideRollback(
      {
        live: tracker.metrics(version),
        reference: referenceOf(before, findVersion(status, version)),
        comparison: previous === undefined ? undefined : tracker.compare(version, previous),
      },
      live,
    );
    const about = { version, decision };
    if (!decision.rollback || previous === undefined)
      return report({ action: 'none', ...about, applied: true });
    return apply({ action: 'rolled-back', ...about }, status, (change) => registry.rollback(change));
  }

  return {
    async afterTraining(version, evidence = {}) {
      const status = await registry.status();
      const candidate = findVersion(status, version);
      if (candidate.state !== 'candidate') {
        return report({ action: 'none', version, decision: undefined, applied: true });
      }
      const { production } = status;
      const current = production === null ? undefined : findVersion(status, production).metrics;
      const compared = { production: current, ...evidence, candidate: candidate.metrics };
      const decision = decidePromotion(compared, promotion);
      const about = { version, decision };
      if (!decision.promote) {
        return apply({ action: 'archived', ...about }, status, (change) => registry.archive(version, change));
      }
      if (production === null || canaryShare === 1) {
        return apply({ action: 'promoted', ...about }, status, (change) => registry.promote(version, change));
      }
      return apply({ action: 'canary-started', ...about }, status, (change) =>
        registry.startCanary(version, { ...change, share: canaryShare }),
      );
    },
    async afterObserving(tracker) {
      const status = await registry.status();
      const { production, split } = status;
      if (production === null) {
        return report({ action: 'none', version: undefined, decision: undefined, applied: true });
      }
      const [arm] = split?.kind === 'canary' ? split.arms : [];
      return arm
        ? judgeCanary(status, production, arm.version, tracker)
        : judgeProduction(status, production, tracker);
    },
  };
}

/** Chooses the reference for production: the live error of the version before, or else its own backtest. */
function referenceOf(
  before: LiveMetrics | undefined,
  current: ModelVersion,
): Pick<LiveMetrics, 'wape' | 'units'> | undefined {
  if (before?.wape !== undefined) return before;
  const { wape } = current.metrics;
  return wape === undefined ? undefined : { wape, units: Number.POSITIVE_INFINITY };
}

function causeOf({ decision }: Omit<RolloutOutcome, 'applied'>): Pick<ChangeOptions, 'cause'> {
  if (decision === undefined) return {};
  const values = Object.fromEntries(
    Object.entries(decision).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  );
  return { cause: { code: decision.reason, values } };
}

function describe({ action, decision }: Omit<RolloutOutcome, 'applied'>): string {
  if (decision === undefined) return action;
  if ('improvement' in decision && decision.improvement !== undefined) {
    return `${decision.reason} (${(100 * decision.improvement).toFixed(1)} % better)`;
  }
  if ('value' in decision && decision.value !== undefined && decision.limit !== undefined) {
    return `${decision.reason} (${decision.value.toPrecision(3)}, limit ${decision.limit.toPrecision(3)})`;
  }
  return decision.reason;
}
