import { linearRegression, mean, standardDeviation } from 'simple-statistics';
import { dayOfWeek, formatDay } from '../calendar/day.js';
import { invalidOption } from '../errors.js';
import { answerInfo, categoryIndex } from './queries.js';
import type { CategoryTrend, TrendPoint, TrendStatistics } from './results.js';
import type { ForecastSnapshot } from './snapshot.js';

export interface TrendsQuery {
  /** Days of history and, up to 365, of forecast. Default 90. */
  readonly days?: number;
}

export const DEFAULT_TREND_DAYS = 90;

/** Most days of history that can be asked for. */
export const MAX_TREND_DAYS = 730;

/** History, forecast and statistics of one category. */
export function categoryTrend(
  snapshot: ForecastSnapshot,
  category: string,
  query: TrendsQuery,
  generatedAt: string,
): CategoryTrend {
  const { days = DEFAULT_TREND_DAYS } = query;
  if (!Number.isInteger(days) || days < 1 || days > MAX_TREND_DAYS) {
    invalidOption('days', `days must be a whole number from 1 to ${MAX_TREND_DAYS}, got ${days}`);
  }
  const index = categoryIndex(snapshot, category, ['category']);
  const history = historyPoints(snapshot, index, days);
  const forecast = forecastPoints(snapshot, index, days);
  return {
    category,
    history,
    forecast,
    statistics: trendStatistics(snapshot, history, forecast),
    ...answerInfo(snapshot, generatedAt),
  };
}

function historyPoints({ categoryDays }: ForecastSnapshot, category: number, days: number): TrendPoint[] {
  const { history, historyDays, historyStart } = categoryDays;
  const first = Math.max(0, historyDays - days);
  return Array.from({ length: historyDays - first }, (_, i) => ({
    date: formatDay(historyStart + first + i),
    units: history[category * historyDays + first + i],
  }));
}

function forecastPoints(snapshot: ForecastSnapshot, category: number, days: number): TrendPoint[] {
  const { horizon, mean: units, lower, upper } = snapshot.categoryDays;
  return Array.from({ length: Math.min(days, horizon) }, (_, step) => {
    const at = category * horizon + step;
    return {
      date: formatDay(snapshot.cutoffDay + 1 + step),
      units: units[at],
      lower: lower[at],
      upper: upper[at],
    };
  });
}

function trendStatistics(
  snapshot: ForecastSnapshot,
  history: readonly TrendPoint[],
  forecast: readonly TrendPoint[],
): TrendStatistics {
  const past = history.map((point) => point.units);
  const future = forecast.map((point) => point.units);
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
function strongestWeekday(units: readonly number[], lastDay: number): number {
  const totals = new Float64Array(7);
  const counts = new Float64Array(7);
  units.forEach((value, i) => {
    const weekday = dayOfWeek(lastDay - (units.length - 1 - i));
    totals[weekday] += value;
    counts[weekday]++;
  });
  const means = totals.map((total, weekday) => (counts[weekday] > 0 ? total / counts[weekday] : 0));
  return means.indexOf(Math.max(...means));
}
