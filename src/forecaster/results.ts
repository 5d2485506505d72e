import type { TimePeriod } from '../calendar/period.js';
import type { Weekday } from '../calendar/weeks.js';
import type { LifeCycleStatus } from '../models/life-cycle.js';
import type { Trend } from './trend.js';

/** The forecast of one product over a time period. */
export interface ProductForecast {
  /** Rank among the requested products, 1 for the best seller. */
  readonly rank: number;
  /** Rank within the product's own category. */
  readonly categoryRank: number;
  readonly productId: string;
  readonly category: string;
  /** Expected units over the period. */
  readonly predictedUnits: number;
  /** Bounds of the central interval of the total, at `intervalLevel`. */
  readonly lower: number;
  readonly upper: number;
  /** Quantiles at the `probabilities` of the answer; left out if the question names none. */
  readonly quantiles?: readonly number[];
  readonly trend: Trend;
  /** Life cycle; left out if the model does not determine it. */
  readonly lifeCycle?: ProductStage;
}

/** Stage of a product's life. */
export interface ProductStage {
  readonly status: LifeCycleStatus;
  /** ISO date of the launch, of the last sale of what has ended, or of the shift of what is fading. */
  readonly since: string;
  /** Certainty of the status, from 0 to 1. */
  readonly evidence: number;
}

/** The forecast of a category over a time period. */
export interface CategoryForecast {
  readonly category: string;
  readonly predictedUnits: number;
  /** Undefined if the query excluded confidence. */
  readonly lower?: number;
  readonly upper?: number;
  /** As those of a {@link ProductForecast}, of the sum of the category. */
  readonly quantiles?: readonly number[];
  readonly trend: Trend;
  /** Number of products in the category. */
  readonly productCount: number;
  /** Best sellers of the category. */
  readonly topProducts: readonly ProductForecast[];
}

/** Origin of an answer: the model version, the time and the level of its intervals. */
export interface AnswerInfo {
  readonly modelVersion: string;
  /** ISO timestamp of the answer. */
  readonly generatedAt: string;
  readonly intervalLevel: number;
  /** Probabilities of the quantiles; left out if the question names none. */
  readonly probabilities?: readonly number[];
}

/** The period of an answer; ISO dates, both included. */
export interface PeriodInfo {
  readonly timePeriod: TimePeriod;
  readonly firstDay: string;
  readonly lastDay: string;
}

export interface TopProducts extends AnswerInfo, PeriodInfo {
  readonly products: readonly ProductForecast[];
  /** Number of ranked products, before the limit. */
  readonly totalCount: number;
}

export interface CategoryForecasts extends AnswerInfo, PeriodInfo {
  readonly predictions: readonly CategoryForecast[];
  /**
   * Accuracy of the categories' daily forecasts on the validation days: 1 for exact ones, negative where errors exceed
   * the sales themselves; null without validation.
   */
  readonly accuracyScore: number | null;
}

/** One day of a trend; `lower` and `upper` on forecast days only. */
export interface TrendPoint {
  /** ISO date. */
  readonly date: string;
  readonly units: number;
  readonly lower?: number;
  readonly upper?: number;
}

/** Figures that describe the history and the forecast of a category. */
export interface TrendStatistics {
  readonly historyMean: number;
  readonly historyStd: number;
  readonly historyMin: number;
  readonly historyMax: number;
  readonly historyTotal: number;
  readonly forecastMean: number;
  readonly forecastTotal: number;
  /** Least-squares slope of the history, units per day. */
  readonly slopePerDay: number;
  /** Forecast total against the same number of days before, in percent; null if nothing was sold then. */
  readonly growthPercent: number | null;
  /** Weekday with the largest mean of the history. */
  readonly strongestWeekday: Weekday;
}

export interface CategoryTrend extends AnswerInfo {
  readonly category: string;
  readonly history: readonly TrendPoint[];
  readonly forecast: readonly TrendPoint[];
  readonly statistics: TrendStatistics;
}

export interface Prediction extends AnswerInfo, PeriodInfo {
  readonly predictions: readonly CategoryForecast[];
}
