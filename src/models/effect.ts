import type { StepRange } from '../calendar/period.js';
import type { LongCallOptions } from '../long-call.js';
import type { KnownFuture } from './covariates.js';

/** Groups of series. */
export interface SeriesGroups {
  /** Group of each series, -1 for none. */
  readonly groupOf: Int32Array;
  readonly groupCount: number;
}

/** Each of the chosen series as a group of its own, in their order. */
export function groupsOfOne(seriesCount: number, chosen: readonly number[]): SeriesGroups {
  const groupOf = new Int32Array(seriesCount).fill(-1);
  chosen.forEach((series, group) => {
    groupOf[series] = group;
  });
  return { groupOf, groupCount: chosen.length };
}

/** Request for the difference that another future makes to sums of forecasts. */
export interface EffectOptions extends LongCallOptions {
  readonly ranges: readonly StepRange[];
  /** Sums to be explained: one answer for each, from the same forecasts. */
  readonly groupings: readonly SeriesGroups[];
  /** The future that is compared with. Default: that of the fit. */
  readonly base?: KnownFuture;
  /** The other future. Default: that of the fit. */
  readonly scenario?: KnownFuture;
}

/** Differences of expected units, scenario minus base: group-major, `groupCount * ranges.length` values. */
export interface EffectForecast {
  readonly groupCount: number;
  readonly ranges: readonly StepRange[];
  readonly base: Float64Array;
  /** Difference of each total, {@link cross} included. */
  readonly difference: Float64Array;
  /**
   * Variance of the difference: the uncertainty of the effects of promotions and prices and of the level that
   * they multiply, and the disagreement of an ensemble's members. Daily noise is not included: it is the same
   * in both futures.
   */
  readonly variance: Float64Array;
  /** Part of the difference that products gain from, or lose to, others of their category (cannibalisation). */
  readonly cross: Float64Array;
  /** 1 for each series in whose category the history shows such cross effects. */
  readonly crossMeasured: Uint8Array;
  /**
   * 1 for each series on which a price by itself has an effect; 0 where prices never changed without a
   * promotion.
   */
  readonly priceActs: Uint8Array;
  /** Usual price of each series; NaN where none is known. Missing if the history has no prices that change. */
  readonly usualPrice?: Float64Array;
}
