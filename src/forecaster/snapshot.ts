import type { Day } from '../calendar/day.js';
import type { TimePeriod } from '../calendar/period.js';
import type { LifeCycle } from '../models/life-cycle.js';
import type { Lineage } from './lineage.js';
import type { ValidationReport } from './validation.js';

/** Forecast totals of a number of items (products or categories) over one period. */
export interface PeriodTotals {
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Standard error of each total, in units. */
  readonly standardError: Float64Array;
  /** Units over the same number of days up to the cutoff; NaN where none of them was observed. */
  readonly previous: Float64Array;
}

/** Forecasts for one time period. */
export interface PeriodForecast {
  /** First and last day, both included. */
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly products: PeriodTotals;
  readonly categories: PeriodTotals;
  /** Products by expected units, largest first, ties by id. */
  readonly ranking: Int32Array;
}

/** Daily sales and forecasts of the categories, category-major. */
export interface CategoryDays {
  readonly historyStart: Day;
  readonly historyDays: number;
  readonly history: Float64Array;
  readonly horizon: number;
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/**
 * The forecasts of one model version, from which queries are answered. Immutable, so that a new version
 * replaces it in one assignment while running requests continue with the old one.
 */
export interface ForecastSnapshot {
  readonly modelVersion: string;
  /** Data, model and settings that it was trained with. */
  readonly lineage: Lineage;
  /** ISO timestamp. */
  readonly trainedAt: string;
  readonly cutoffDay: Day;
  /** Level of all intervals. */
  readonly intervalLevel: number;
  readonly productIds: readonly string[];
  readonly categories: readonly string[];
  /** Index into `categories` for each product. */
  readonly categoryOf: Int32Array;
  readonly periods: Readonly<Record<TimePeriod, PeriodForecast>>;
  readonly categoryDays: CategoryDays;
  /** Life cycle of each product at the cutoff; undefined if the model does not determine it. */
  readonly lifeCycle: readonly LifeCycle[] | undefined;
  /** Undefined if the history was too short for a holdout. */
  readonly validation: ValidationReport | undefined;
}
