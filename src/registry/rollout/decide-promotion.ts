import { pairedTTest } from '../experiment/t-tests.js';
import type { ModelMetrics } from '../model-version.js';

export interface PromotionRule {
  /** The metric that decides; lower is better. Default `wape`. */
  readonly metric?: string;
  /** Least relative improvement, e.g. 0.01 for 1 %. Default 0.01. */
  readonly minimumImprovement?: number;
  /** Largest absolute values of further metrics, e.g. `{ bias: 0.1 }`. Default none. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Largest p-value at which an improvement of paired losses counts. Default 0.05. */
  readonly significance?: number;
}

export interface PromotionEvidence {
  /** Backtest metrics of the new version. */
  readonly candidate: ModelMetrics;
  /** Metrics of the version in production over the same days; undefined if there is none. */
  readonly production?: ModelMetrics;
  /** Metrics of a simple method over the same days, e.g. the seasonal naive, that any version must beat. */
  readonly baseline?: ModelMetrics;
  /** Losses of both versions for the same series and cutoffs: then the improvement must be significant too. */
  readonly losses?: { readonly candidate: ArrayLike<number>; readonly production: ArrayLike<number> };
}

/** Reasons of a decision on a new version. */
export const PROMOTION_REASONS = [
  'first-version',
  'improved',
  'metric-missing',
  'limit-exceeded',
  'worse-than-baseline',
  'not-better',
  'not-significant',
] as const;

export interface PromotionDecision {
  readonly promote: boolean;
  readonly reason: (typeof PROMOTION_REASONS)[number];
  /** Relative improvement over production: 0.1 is an error 10 % smaller. */
  readonly improvement?: number;
  /** Of the paired losses, if they were given. */
  readonly pValue?: number;
}

/**
 * Decides whether a new version should replace the one in production, from backtests alone.
 *
 * ```ts
 * import { decidePromotion } from 'commerce-forecast/registry';
 *
 * decidePromotion({ candidate: { wape: 0.108 }, production: { wape: 0.12 } }); // improved by 10 %
 * ```
 *
 * @throws ForecastError for losses of different lengths or fewer than two.
 */
export function decidePromotion(evidence: PromotionEvidence, rule: PromotionRule = {}): PromotionDecision {
  const { metric = 'wape', minimumImprovement = 0.01, limits = {}, significance = 0.05 } = rule;
  const { candidate, production, baseline, losses } = evidence;
  const value = candidate[metric];
  if (value === undefined || !Number.isFinite(value)) return { promote: false, reason: 'metric-missing' };
  for (const [name, limit] of Object.entries(limits)) {
    // A missing metric fails its limit.
    if (!(Math.abs(candidate[name] ?? Number.NaN) <= limit))
      return { promote: false, reason: 'limit-exceeded' };
  }
  if (baseline !== undefined && !(value < (baseline[metric] ?? Number.NaN))) {
    return { promote: false, reason: 'worse-than-baseline' };
  }
  if (production === undefined) return { promote: true, reason: 'first-version' };
  const current = production[metric];
  if (current === undefined || !Number.isFinite(current)) return { promote: false, reason: 'metric-missing' };
  const improvement = relativeImprovement(value, current);
  if (!(value < current) || improvement < minimumImprovement) {
    return { promote: false, reason: 'not-better', improvement };
  }
  if (losses === undefined) return { promote: true, reason: 'improved', improvement };
  const { difference, pValue } = pairedTTest(losses.candidate, losses.production);
  if (!(difference < 0 && pValue <= significance)) {
    return { promote: false, reason: 'not-significant', improvement, pValue };
  }
  return { promote: true, reason: 'improved', improvement, pValue };
}

function relativeImprovement(value: number, current: number): number {
  if (value === current) return 0;
  return current === 0 ? -1 : (current - value) / Math.abs(current);
}
