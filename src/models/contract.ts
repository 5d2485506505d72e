import type { Day } from '../calendar/day.js';
import type { StepRange } from '../calendar/period.js';
import type { IndicatorSeries } from '../features/indicator-features.js';
import type { LongCallOptions } from '../long-call.js';
import type { Panel } from '../panel/panel.js';
import type { CovariateKind } from './covariate-kinds.js';
import type { Covariates, KnownFuture } from './covariates.js';
import type { EffectForecast, EffectOptions } from './effect.js';
import type { ContributionOptions, Contributions, MemberWeights } from './explanation.js';
import type { LifeCycle } from './life-cycle.js';
import type { PartWorkers } from './part-work.js';

export type { CovariateKind } from './covariate-kinds.js';
export type { Covariates, KnownFuture, PastOnlySeries, ProductAttributes } from './covariates.js';
export type { EffectForecast, EffectOptions, SeriesGroups } from './effect.js';
export type { ContributionOptions, ContributionPart, Contributions, MemberWeights } from './explanation.js';
export type { IndicatorSeries, StepRange };

export interface FitOptions extends LongCallOptions {
  /** Seed of everything random in the fit. Default 0. */
  readonly seed?: number;
  readonly covariates?: Covariates;
  /**
   * Longest horizon that the fitted model will be asked for, in steps; any by default. A model may leave out
   * what only longer forecasts need, which makes those less accurate.
   */
  readonly horizon?: number;
  /**
   * Shared by the fits of a training: a model keeps in it what another of them would compute again, under a key that
   * tells everything it depends on. It changes no forecast.
   */
  readonly shared?: Map<string, unknown>;
  /** Other processes that compute the divisible parts of the fit; see `fanOut`. */
  readonly workers?: PartWorkers;
}

/** A central interval: with probability `level` the outcome lies between `lower` and `upper`. */
export interface Interval {
  /** Between 0 and 1, e.g. 0.8. */
  readonly level: number;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** Daily forecasts of every series, series-major like a {@link Panel}. */
export interface PanelForecast {
  /** Day of step 0: the day after the cutoff. */
  readonly startDay: Day;
  readonly horizon: number;
  readonly seriesCount: number;
  /** Expected units, `seriesCount * horizon` values, unclipped: a model may forecast values below zero. */
  readonly mean: Float64Array;
  /** One per requested level, each as long as `mean`, with `lower <= mean <= upper`. */
  readonly intervals: readonly Interval[];
}

export interface ForecastOptions extends LongCallOptions {
  /** Days to forecast, at least 1. */
  readonly horizon: number;
  /** Levels of the central intervals; none by default. */
  readonly levels?: readonly number[];
  /** Replaces the known future of the fit's covariates, for what-if questions. */
  readonly future?: KnownFuture;
}

export interface TotalsOptions extends LongCallOptions {
  readonly ranges: readonly StepRange[];
  /** Group of each series, -1 for none; by default every series is a group of its own. */
  readonly groupOf?: Int32Array;
  /** Number of groups; needed with `groupOf`. */
  readonly groupCount?: number;
  readonly levels?: readonly number[];
  /** As in {@link ForecastOptions}. */
  readonly future?: KnownFuture;
}

/**
 * Forecasts of sums over days and over series. Their intervals are those of the sum, with the correlation of
 * errors between days and between series, and not sums of bounds.
 */
export interface TotalsForecast {
  readonly groupCount: number;
  readonly ranges: readonly StepRange[];
  /** Group-major: the total of group `g` over range `r` is at `g * ranges.length + r`. */
  readonly mean: Float64Array;
  readonly intervals: readonly Interval[];
}

/** Sums over days and series as in {@link TotalsOptions}, and the probabilities of the quantiles that are wanted. */
export interface QuantileOptions extends Omit<TotalsOptions, 'levels'> {
  /** Between 0 and 1, both excluded; 0.5 is the median. */
  readonly probabilities: readonly number[];
}

/** Quantiles of sums over days and over series. */
export interface QuantileForecast {
  readonly groupCount: number;
  readonly ranges: readonly StepRange[];
  readonly probabilities: readonly number[];
  /** One column for each probability, group-major as in {@link TotalsForecast}. */
  readonly values: readonly Float64Array[];
}

/** A fitted model as plain JSON data. */
export interface SerializedModel {
  readonly format: 'commerce-forecast.model';
  readonly specificationVersion: 'v1';
  /** Name of the model that can load it. */
  readonly model: string;
  readonly [key: string]: unknown;
}

/** Forecasts of the last days of the history, made by a version of the model that had not seen them. */
export interface HeldBackForecast {
  readonly horizon: number;
  /** Series-major, `seriesCount * horizon` values. */
  readonly mean: Float64Array;
}

/**
 * Result of `fit`, and the only thing that can predict. Its means and bounds are not clipped at zero, so that models
 * can be combined and measured with the whole of their spread; `salesForecasts` clips them for people.
 */
export interface FittedModel {
  readonly specificationVersion: 'v1';
  /** Name of the model that was fitted. */
  readonly model: string;
  /** Last day of the data that was seen. */
  readonly cutoffDay: Day;
  readonly seriesCount: number;
  /** Forecasts of the holdout of the fit, if it had one; a model that was loaded from JSON has none. */
  readonly heldBack?: HeldBackForecast;
  forecast(options: ForecastOptions): Promise<PanelForecast>;
  totals(options: TotalsOptions): Promise<TotalsForecast>;
  /**
   * Quantiles of the predictive distribution, which may be skew. Without this method the distribution is taken
   * to be symmetric around the mean, with the width of the intervals; see `forecastQuantiles`.
   */
  quantiles?(options: QuantileOptions): Promise<QuantileForecast>;
  /** Life cycle of each series at the cutoff, for a model that determines it. */
  readonly lifeCycle?: readonly LifeCycle[];
  /** Explains sums of forecasts by parts that add up to them. A model without it cannot be explained. */
  contributions?(options: ContributionOptions): Promise<Contributions>;
  /**
   * The difference that another future makes, with its uncertainty, for each grouping. For a model without this
   * method the uncertainty is unknown.
   */
  effect?(options: EffectOptions): Promise<readonly EffectForecast[]>;
  /** Weights of the members of an ensemble for each series, series-major, and their names. */
  memberWeights?(): MemberWeights;
  toJSON(): SerializedModel;
}

/**
 * Identity of a model: everything besides the data and the seed that its forecasts depend on, as plain JSON
 * data. Models with equal configs forecast the same.
 */
export interface ModelConfig {
  readonly name: string;
  /** Version of the method, for a model that changes between releases of its own. */
  readonly version?: string;
  /** Resolved options, defaults included; functions and engines appear by name. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Configs of the models that this one is made of, in order. */
  readonly members?: readonly ModelConfig[];
}

/**
 * A forecasting method for a panel. Fitting is deterministic for the same panel, options and seed, leaves the
 * panel as it was, and may be repeated.
 */
export interface ForecastModel {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /**
   * Distinguishes this model from others of its name, in model versions and cache keys. A model without it is
   * identified by its name alone, so give one to a model that takes options.
   */
  readonly config?: ModelConfig;
  /**
   * Kinds of covariates that affect the forecasts; `[]` for none. The training report names covariates that
   * were given and not used; the conformance kit checks the claim.
   */
  readonly uses?: readonly CovariateKind[];
  /**
   * Fits of one training or backtest that may run at the same time, for a model whose work is done elsewhere. Default 1:
   * one after the other, in half the memory.
   */
  readonly maxConcurrentFits?: number;
  /**
   * @throws ForecastError `empty-data` without any observed value, `invalid-option` for a wrong option,
   * `aborted` if the signal fired.
   */
  fit(panel: Panel, options?: FitOptions): Promise<FittedModel>;
  /**
   * Rebuilds a fitted model that forecasts exactly the same.
   *
   * @throws ForecastError `invalid-model` if the data is not a fitted model of this kind.
   */
  load(data: SerializedModel): FittedModel;
}
