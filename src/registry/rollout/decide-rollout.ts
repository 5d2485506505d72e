import type { LiveMetrics } from '../experiment/live-tracker.js';
import type { TTest } from '../experiment/t-tests.js';

export interface LiveRule {
  /** Largest share of failed requests. Default 0.01, the limit of the critical alert. */
  readonly maximumFailureRate?: number;
  /** Requests before the failure rate counts. Default 100. */
  readonly minimumRequests?: number;
  /** Failures before the failure rate counts, so that single failures do not decide. Default 3. */
  readonly minimumFailures?: number;
  /** Largest excess of the live error over the reference, relative to it. Default 0.1. */
  readonly errorMargin?: number;
  /** Units (keys) with an observed error before the live error counts. Default 30. */
  readonly minimumUnits?: number;
  /** Largest p-value at which a worse error counts. Default 0.05. */
  readonly significance?: number;
}

export interface LiveEvidence {
  /** The version in question: the canary, or the version in production. */
  readonly live: LiveMetrics;
  /** The version that it is compared with: production, or the previous version. */
  readonly reference?: Pick<LiveMetrics, 'wape' | 'units'>;
  /** Test of the unit errors of both, the version in question first. */
  readonly comparison?: TTest;
}

/** Reasons of a decision on a version that answers requests. */
export const LIVE_REASONS = ['failure-rate', 'live-error', 'healthy', 'too-few-observations'] as const;

export interface RollbackDecision {
  readonly rollback: boolean;
  readonly reason: (typeof LIVE_REASONS)[number];
  /** The value that decided and its limit. */
  readonly value?: number;
  readonly limit?: number;
}

export interface CanaryDecision extends Omit<RollbackDecision, 'rollback'> {
  readonly action: 'promote' | 'stop' | 'wait';
}

/**
 * Decides whether a version has to be rolled back: too many of its requests fail, or its error on arrived
 * actuals is worse than the reference by more than the margin (and, with a comparison, not by chance).
 *
 * ```ts
 * import { createLiveTracker, decideRollback } from 'commerce-forecast/registry';
 *
 * const tracker = createLiveTracker();
 * tracker.countRequests(2, 1_000, 30);
 * decideRollback({ live: tracker.metrics(2) }); // rollback: failure-rate 0.03 above 0.01
 * ```
 */
export function decideRollback(evidence: LiveEvidence, rule: LiveRule = {}): RollbackDecision {
  const { live, reference, comparison } = evidence;
  const { maximumFailureRate = 0.01, minimumRequests = 100, minimumFailures = 3 } = rule;
  const { errorMargin = 0.1, minimumUnits = 30, significance = 0.05 } = rule;
  const failuresCount = live.requests >= minimumRequests && live.failures >= minimumFailures;
  if (failuresCount && live.failureRate > maximumFailureRate) {
    return { rollback: true, reason: 'failure-rate', value: live.failureRate, limit: maximumFailureRate };
  }
  const comparable = live.units >= minimumUnits && (reference?.units ?? 0) >= minimumUnits;
  if (!comparable || live.wape === undefined || reference?.wape === undefined) {
    return { rollback: false, reason: 'too-few-observations' };
  }
  const limit = reference.wape * (1 + errorMargin);
  const byChance =
    comparison !== undefined && !(comparison.difference > 0 && comparison.pValue <= significance);
  if (live.wape > limit && !byChance)
    return { rollback: true, reason: 'live-error', value: live.wape, limit };
  return { rollback: false, reason: 'healthy', value: live.wape, limit };
}

/**
 * Decides what becomes of a canary: stopped if {@link decideRollback} would roll it back, promoted once it has
 * enough requests and units and is healthy, else left running.
 */
export function decideCanary(evidence: LiveEvidence, rule: LiveRule = {}): CanaryDecision {
  const { rollback, ...decision } = decideRollback(evidence, rule);
  if (rollback) return { action: 'stop', ...decision };
  const enoughRequests = evidence.live.requests >= (rule.minimumRequests ?? 100);
  if (decision.reason === 'healthy' && enoughRequests) return { action: 'promote', ...decision };
  return { action: 'wait', ...decision, reason: enoughRequests ? decision.reason : 'too-few-observations' };
}
