import type { Day } from '../calendar/day.js';
import type { Progress } from '../long-call.js';
import { bias, mae, r2, rmse, wape } from '../metrics/index.js';
import { groupWindow, type TestWindow } from '../metrics/test-window.js';
import type { Panel } from '../panel/panel.js';
import { numberAt } from '../present.js';

/** Accuracy of daily forecasts over the validation days. */
export interface AccuracyMetrics {
  readonly mae: number;
  /** MAE in percent of the mean actual. */
  readonly maePercent: number;
  readonly rmse: number;
  /** RMSE in percent of the mean actual. */
  readonly rmsePercent: number;
  readonly r2: number;
  /** As a fraction; `1 - wape` is the accuracy, which is negative where errors exceed the sales themselves. */
  readonly wape: number;
  readonly bias: number;
  /** WAPE of the total over the validation days. */
  readonly totalWape: number;
}

/** Accuracy of one model on products, on categories and on the total. */
export interface ModelAccuracy {
  /** Pooled over the daily values of all products. */
  readonly products: AccuracyMetrics;
  /** Pooled over the daily values of all categories. */
  readonly categories: AccuracyMetrics;
  /** Daily totals over all products. */
  readonly total: AccuracyMetrics;
}

/** Accuracy of the model on a holdout of the last days. */
export interface ValidationReport {
  readonly firstDay: Day;
  readonly days: number;
  readonly model: ModelAccuracy;
  /**
   * The same figures when the model is given the recorded prices, promotions and closures of these days, as a
   * plan would; undefined if none are recorded.
   */
  readonly planned?: ModelAccuracy;
  /** The same figures for repeating the last week, as a baseline. */
  readonly seasonalNaive: ModelAccuracy;
  readonly byProduct: Readonly<Record<string, AccuracyMetrics>>;
  readonly byCategory: Readonly<Record<string, AccuracyMetrics>>;
  /**
   * Share of the actual days of products inside the interval, before and after calibration; a count that an interval cuts is
   * inside by a part of its probability. Intervals hold for the planned prices, promotions and closures, so they are
   * calibrated on forecasts that knew these.
   */
  readonly intervalCoverage: { readonly raw: number; readonly calibrated: number };
}

/** Series-major forecasts of the days of `actual`, with the group of each series. */
export interface ValidationData {
  readonly actual: Panel;
  readonly mean: Float64Array;
}

/** Metrics of one series of actuals and forecasts; undefined if nothing was observed. */
export function accuracyMetrics(actual: Float64Array, forecast: Float64Array): AccuracyMetrics | undefined {
  let count = 0;
  let sum = 0;
  let forecastSum = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(numberAt(actual, i))) continue;
    count++;
    sum += numberAt(actual, i);
    forecastSum += numberAt(forecast, i);
  }
  if (count === 0) return undefined;
  const scale = Math.abs(sum) / count;
  const percentOf = (error: number) => (scale > 0 ? (100 * error) / scale : error > 0 ? 100 : 0);
  const absolute = mae(actual, forecast);
  const squared = rmse(actual, forecast);
  return {
    mae: absolute,
    maePercent: percentOf(absolute),
    rmse: squared,
    rmsePercent: percentOf(squared),
    r2: r2(actual, forecast),
    wape: wape(actual, forecast),
    bias: bias(actual, forecast),
    totalWape: wape([sum], [forecastSum]),
  };
}

/** Sums series into groups, leaving unobserved values out of both. */
function sumByGroup(
  { actual: { startDay, days, seriesCount, units }, mean }: ValidationData,
  groupOf: Int32Array,
  groupCount: number,
): TestWindow {
  const window = { cutoff: startDay - 1, horizon: days, seriesCount, actual: units, forecast: mean };
  return groupWindow(window, groupOf, groupCount);
}

/** Accuracy over products, categories and the total; undefined if nothing was observed on the validation days. */
export function* modelAccuracy(data: ValidationData): Generator<Progress, ModelAccuracy | undefined, void> {
  const { actual } = data;
  const progress = (done: number): Progress => ({ phase: 'validate', done, total: 3 });
  yield progress(0);
  const byCategory = sumByGroup(data, actual.categoryOf, actual.categories.length);
  yield progress(1);
  const total = sumByGroup(data, new Int32Array(actual.seriesCount), 1);
  yield progress(2);
  const products = accuracyMetrics(actual.units, data.mean);
  yield progress(3);
  const categories = accuracyMetrics(byCategory.actual, byCategory.forecast);
  const all = accuracyMetrics(total.actual, total.forecast);
  return products && categories && all ? { products, categories, total: all } : undefined;
}

/** Metrics of each product and each category that was observed, by id and name. */
export function* accuracyByItem(
  data: ValidationData,
): Generator<Progress, Pick<ValidationReport, 'byProduct' | 'byCategory'>, void> {
  const { actual, mean } = data;
  const { days, ids, categories } = actual;
  const sums = sumByGroup(data, actual.categoryOf, categories.length);
  return {
    byProduct: yield* metricsByName(ids, actual.units, mean, days),
    byCategory: yield* metricsByName(categories, sums.actual, sums.forecast, days),
  };
}

function* metricsByName(
  names: readonly string[],
  actual: Float64Array,
  forecast: Float64Array,
  days: number,
): Generator<Progress, Readonly<Record<string, AccuracyMetrics>>, void> {
  const entries: [string, AccuracyMetrics][] = [];
  for (const [i, name] of names.entries()) {
    if (i % 64 === 0) yield { phase: 'validate', done: i, total: names.length };
    const from = i * days;
    const metrics = accuracyMetrics(actual.subarray(from, from + days), forecast.subarray(from, from + days));
    if (metrics) entries.push([name, metrics]);
  }
  return Object.fromEntries(entries);
}
