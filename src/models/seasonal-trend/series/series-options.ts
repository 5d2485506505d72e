import type { CalendarEvent, EventSource } from '../../../calendar/events.js';
import type { OptionTable } from '../../../options.js';

/** Shape of the trend: straight pieces, a curve towards a capacity, or flat. */
export type Growth = 'linear' | 'logistic' | 'flat';

/** Combination of an effect with the trend: added to it or multiplying it. */
export type EffectMode = 'additive' | 'multiplicative';

/** A seasonality besides the automatic ones. */
export interface SeasonalityOptions {
  readonly name: string;
  /** Length of a period in days. */
  readonly period: number;
  /** Number of waves: the higher, the finer the shape within a period. */
  readonly fourierOrder: number;
  /** Deviation of the prior. Default `seasonalityPriorScale`. */
  readonly priorScale?: number;
  /** Default `seasonalityMode`. */
  readonly mode?: EffectMode;
  /** Name of a condition in the data: the seasonality holds only where it is true. */
  readonly condition?: string;
}

export const SEASONALITY_OPTIONS: OptionTable<SeasonalityOptions> = {
  name: 1,
  period: 1,
  fourierOrder: 1,
  priorScale: 1,
  mode: 1,
  condition: 1,
};

/** A holiday or an event, with an effect of its own for each day of its window. */
export interface SeriesEvent extends CalendarEvent {
  /** Deviation of the prior of the effect; the same for all events of a name. Default `holidaysPriorScale`. */
  readonly priorScale?: number;
}

export const SERIES_EVENT: OptionTable<SeriesEvent> = {
  name: 1,
  day: 1,
  lowerWindow: 1,
  upperWindow: 1,
  scope: 1,
  priorScale: 1,
};

/** A series in the data whose effect is estimated. Its future values have to be given to `forecast`. */
export interface RegressorOptions {
  readonly name: string;
  /** Deviation of the prior of the effect. Default `holidaysPriorScale`. */
  readonly priorScale?: number;
  /** Default `seasonalityMode`. */
  readonly mode?: EffectMode;
  /** Centres and scales the values; `'auto'`, the default, does so unless they are all 0 or 1. */
  readonly standardize?: 'auto' | boolean;
}

export const REGRESSOR_OPTIONS: OptionTable<RegressorOptions> = {
  name: 1,
  priorScale: 1,
  mode: 1,
  standardize: 1,
};

/** Days from `from` to `to`, both included, as days since 1970-01-01 or as dates. */
export interface MaskedDays {
  readonly from: number | string;
  readonly to: number | string;
}

export const MASKED_DAYS: OptionTable<MaskedDays> = { from: 1, to: 1 };

/** Options of {@link fitSeasonalTrend}; the defaults are Prophet's. */
export interface SeasonalTrendOptions {
  /** Default `'linear'`. `'logistic'` needs a `cap` in the data. */
  readonly growth?: Growth;
  /** Days of the possible changepoints, instead of automatic ones. */
  readonly changepoints?: readonly (number | string)[];
  /** Number of automatic changepoints. Default 25. */
  readonly changepointCount?: number;
  /** Share of the history that may have automatic changepoints. Default 0.8. */
  readonly changepointRange?: number;
  /** Laplace scale of the changepoints. Default 0.05. */
  readonly changepointPriorScale?: number;
  /** `'auto'`, on or off, or a Fourier order. `'auto'` needs 730 days between first and last, and takes order 10. */
  readonly yearlySeasonality?: 'auto' | boolean | number;
  /** `'auto'` needs 14 days and data more often than weekly, and takes order 3. */
  readonly weeklySeasonality?: 'auto' | boolean | number;
  /** `'auto'` needs 2 days and data more often than daily, and takes order 4. */
  readonly dailySeasonality?: 'auto' | boolean | number;
  readonly seasonalities?: readonly SeasonalityOptions[];
  /** Default `'additive'`. */
  readonly seasonalityMode?: EffectMode;
  /** Default 10. */
  readonly seasonalityPriorScale?: number;
  /** Holidays and events: a list, or a source such as country holidays, queried up to ten years ahead. */
  readonly events?: readonly SeriesEvent[] | EventSource;
  /** Default 10. */
  readonly holidaysPriorScale?: number;
  /** Default `seasonalityMode`. */
  readonly holidaysMode?: EffectMode;
  readonly regressors?: readonly RegressorOptions[];
  /** Days that are treated as missing: shocks that will not recur. */
  readonly mask?: readonly MaskedDays[];
  /**
   * Divisor of the values, which decides how strong the priors are: `'absmax'`, the default, their largest
   * absolute value; `'minmax'` their range, after subtracting the smallest.
   */
  readonly scaling?: 'absmax' | 'minmax';
  /**
   * `'prophet'` treats unidentified effects as Prophet does: a regressor that never varied, a weekday or
   * another phase of a seasonality without observations. By default such a regressor is left out and such a
   * phase takes the mean of the others, with a warning.
   */
  readonly strict?: 'prophet';
  /** Level of the intervals. Default 0.8. */
  readonly intervalLevel?: number;
  /** Cuts forecasts and intervals at zero from below. Default false. */
  readonly nonNegative?: boolean;
}

export const SEASONAL_TREND_OPTIONS: OptionTable<SeasonalTrendOptions> = {
  growth: 1,
  changepoints: 1,
  changepointCount: 1,
  changepointRange: 1,
  changepointPriorScale: 1,
  yearlySeasonality: 1,
  weeklySeasonality: 1,
  dailySeasonality: 1,
  seasonalities: 1,
  seasonalityMode: 1,
  scaling: 1,
  strict: 1,
  seasonalityPriorScale: 1,
  events: 1,
  holidaysPriorScale: 1,
  holidaysMode: 1,
  regressors: 1,
  mask: 1,
  intervalLevel: 1,
  nonNegative: 1,
};

/** The history of one series: one row per observation, in any order. */
export interface SeriesData extends PointInputs {
  /** Observations in units of the series; NaN and null are missing. */
  readonly values: ArrayLike<number | null>;
}

/** Points in time with the inputs that the model needs there. */
export interface PointInputs {
  /** Days since 1970-01-01 UTC, with fractions for the time of day; or give `dates`. */
  readonly days?: ArrayLike<number>;
  /** ISO dates, with or without a time (taken as UTC), or `Date` objects. */
  readonly dates?: readonly (string | Date)[];
  /** Capacity of logistic growth, one for all or one per row. */
  readonly cap?: number | ArrayLike<number>;
  /** Floor of logistic growth. Default 0. */
  readonly floor?: number | ArrayLike<number>;
  /** Values of the regressors by name, one per row. */
  readonly regressors?: Readonly<Record<string, ArrayLike<number>>>;
  /** Truth of the conditions by name, one per row. */
  readonly conditions?: Readonly<Record<string, ArrayLike<boolean | number>>>;
}

export const POINT_INPUTS: OptionTable<PointInputs> = {
  days: 1,
  dates: 1,
  cap: 1,
  floor: 1,
  regressors: 1,
  conditions: 1,
};
