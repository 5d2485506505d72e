import type { Day } from '../calendar/day.js';
import type { TimePeriod } from '../calendar/period.js';
import type { LifeCycle } from '../models/life-cycle.js';
import type { SeriesAttribute } from '../panel/panel.js';
import type { IntervalCalibration } from './calibration.js';
import type { GridTotals } from './distribution/quantile-grid.js';
import type { Lineage } from './lineage.js';
import type { ValidationReport } from './validation.js';

/** Forecast totals of a number of items (products or categories) over one period. */
export interface PeriodTotals extends GridTotals {
  /** Standard error of each total, in units. */
  readonly standardError: Float64Array;
  /** Units over the same number of days up to the cutoff; NaN where the item is younger than two weeks. */
  readonly daysBefore: Float64Array;
  /** Units of the same weeks of the year before; NaN where these were not observed. */
  readonly yearBefore: Float64Array;
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
export interface CategoryDays extends GridTotals {
  readonly historyStart: Day;
  readonly historyDays: number;
  readonly history: Float64Array;
  readonly horizon: number;
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
  /** Level of the intervals of answers to questions that name none. */
  readonly intervalLevel: number;
  /** Factors on the spread of the model's forecasts. */
  readonly calibration: IntervalCalibration;
  readonly productIds: readonly string[];
  readonly categories: readonly string[];
  /** Index into `categories` for each product. */
  readonly categoryOf: Int32Array;
  /** `product` and `location` of each series where locations are kept apart; undefined where they are summed. */
  readonly attributes: readonly SeriesAttribute[] | undefined;
  /** Last known price of each product; NaN without one, undefined without any prices. */
  readonly lastPrice: Float32Array | undefined;
  readonly periods: Readonly<Record<TimePeriod, PeriodForecast>>;
  readonly categoryDays: CategoryDays;
  /** Life cycle of each product at the cutoff; undefined if the model does not determine it. */
  readonly lifeCycle: readonly LifeCycle[] | undefined;
  /** Undefined if the history was too short for a holdout. */
  readonly validation: ValidationReport | undefined;
}
