import type { StepRange } from '../calendar/period.js';
import type { LongCallOptions } from '../long-call.js';
import type { KnownFuture } from './covariates.js';

/** Groups of series. */
export interface SeriesGroups {
  /** Group of each series, -1 for none. */
  readonly groupOf: Int32Array;
  readonly groupCount: number;
}

/** A question for the difference that another future makes to sums of forecasts. */
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
   * Variance of the difference: how uncertain the effects of promotions and prices and the level that they multiply are, and
   * how far the members of an ensemble disagree. The chance of single days is not in it: it is the same in both futures.
   */
  readonly variance: Float64Array;
  /** Part of the difference that products win from, or lose to, others of their category. */
  readonly cross: Float64Array;
  /** For each series: whether the history shows that its category shares sales in this way. */
  readonly crossMeasured: Uint8Array;
  /** For each series: whether a price by itself makes a difference; not where it never changed without a promotion. */
  readonly priceActs: Uint8Array;
}
