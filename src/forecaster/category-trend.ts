import { linearRegression, mean, standardDeviation } from 'simple-statistics';
import { dayOfWeek, formatDay } from '../calendar/day.js';
import type { StepRange } from '../calendar/period.js';
import { WEEKDAYS, type Weekday } from '../calendar/weeks.js';
import { invalidOption } from '../errors.js';
import type { OptionTable } from '../options.js';
import { numberAt, present } from '../present.js';
import { intervalReader } from './distribution/quantile-grid.js';
import { answerInfo, categoryIndex } from './queries.js';
import { remember } from './remember.js';
import type { CategoryTrend, TrendPoint, TrendStatistics } from './results.js';
import type { ForecastSnapshot } from './snapshot.js';

export interface TrendsQuery {
  /** Days of history and, up to 365, of forecast. Default 90. */
  readonly days?: number;
  /** Level of the intervals of the days. Default: that of the training. */
  readonly intervalLevel?: number;
}

export const TRENDS_OPTIONS: OptionTable<TrendsQuery> = { days: 1, intervalLevel: 1 };

export const DEFAULT_TREND_DAYS = 90;

/** Most days of history in a trend. */
export const MAX_TREND_DAYS = 730;

/** The cached part of a trend: everything but its days, which all answers of a snapshot share. */
export type TrendSummary = Omit<CategoryTrend, 'history' | 'forecast'>;

/** The statistics of one category over the requested days. */
export function trendSummary(
  snapshot: ForecastSnapshot,
  category: string,
  { days = DEFAULT_TREND_DAYS, intervalLevel }: TrendsQuery,
  generatedAt: string,
): TrendSummary {
  if (!Number.isInteger(days) || days < 1 || days > MAX_TREND_DAYS) {
    invalidOption('days', `days must be a whole number from 1 to ${MAX_TREND_DAYS}, got ${days}`);
  }
  const index = categoryIndex(snapshot, category, ['category']);
  const info = answerInfo(snapshot, generatedAt, { intervalLevel });
  intervalReader(snapshot.categoryDays, info.intervalLevel);
  return {
    category,
    statistics: trendStatistics(snapshot, index, days),
    ...info,
  };
}

/** Completes a summary to a frozen answer; the points of a day are shared by all answers of a snapshot. */
export const categoryTrend = /* @__PURE__ */ remember(
  ({ category, ...summary }: TrendSummary, snapshot: ForecastSnapshot, days: number): CategoryTrend => {
    const { historyStart, historyDays, horizon, history, mean: units } = snapshot.categoryDays;
    const { lower, upper } = intervalReader(snapshot.categoryDays, summary.intervalLevel);
    const points = pointsOf(snapshot);
    // Only answers at the usual level share the points of the forecast.
    const shared = summary.intervalLevel === snapshot.intervalLevel;
    const { past, future } = rangesOf(snapshot, snapshot.categories.indexOf(category), days);
    return Object.freeze({
      category,
      history: pick(points.history, past, (at) => ({
        date: formatDay(historyStart + (at % historyDays)),
        units: numberAt(history, at),
      })),
      forecast: pick(shared ? points.forecast : [], future, (at) => ({
        date: formatDay(snapshot.cutoffDay + 1 + (at % horizon)),
        units: numberAt(units, at),
        lower: lower(at),
        upper: upper(at),
      })),
      ...summary,
    });
  },
);

/** The points created for answers so far, in the order of the columns of `categoryDays`. */
const pointsOf = /* @__PURE__ */ remember(({ categoryDays }: ForecastSnapshot) => ({
  history: new Array<TrendPoint>(categoryDays.history.length),
  forecast: new Array<TrendPoint>(categoryDays.mean.length),
}));

/** Ranges of the last days of a category's history and the first ones of its forecast in their columns. */
function rangesOf(
  { categoryDays: { historyDays, horizon } }: ForecastSnapshot,
  category: number,
  days: number,
): { readonly past: StepRange; readonly future: StepRange } {
  const end = (category + 1) * historyDays;
  const start = category * horizon;
  return {
    past: { from: end - Math.min(days, historyDays), to: end },
    future: { from: start, to: start + Math.min(days, horizon) },
  };
}

function pick(
  points: TrendPoint[],
  { from, to }: StepRange,
  make: (at: number) => TrendPoint,
): readonly TrendPoint[] {
  for (let at = from; at < to; at++) points[at] ??= Object.freeze(make(at));
  return Object.freeze(points.slice(from, to));
}

function trendStatistics(snapshot: ForecastSnapshot, category: number, days: number): TrendStatistics {
  const { history, mean: units } = snapshot.categoryDays;
  const ranges = rangesOf(snapshot, category, days);
  const past = [...history.subarray(ranges.past.from, ranges.past.to)];
  const future = [...units.subarray(ranges.future.from, ranges.future.to)];
  const comparable = past.slice(-future.length);
  const before = (sum(comparable) / comparable.length) * future.length;
  const forecastTotal = sum(future);
  return {
    historyMean: mean(past),
    historyStd: standardDeviation(past),
    historyMin: Math.min(...past),
    historyMax: Math.max(...past),
    historyTotal: sum(past),
    forecastMean: mean(future),
    forecastTotal,
    slopePerDay: past.length > 1 ? linearRegression(past.map((units, i) => [i, units])).m : 0,
    growthPercent: before > 0 ? (100 * (forecastTotal - before)) / before : null,
    strongestWeekday: strongestWeekday(past, snapshot.cutoffDay),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Weekday with the largest mean over the history, which ends on `lastDay`. */
function strongestWeekday(units: readonly number[], lastDay: number): Weekday {
  const weekdays = Array.from({ length: 7 }, () => ({ total: 0, count: 0 }));
  units.forEach((value, i) => {
    const weekday = present(weekdays[dayOfWeek(lastDay - (units.length - 1 - i))], 'weekday');
    weekday.total += value;
    weekday.count++;
  });
  const means = weekdays.map(({ total, count }) => (count > 0 ? total / count : 0));
  return present(WEEKDAYS[means.indexOf(Math.max(...means))], 'weekday');
}
