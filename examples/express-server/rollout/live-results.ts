import { type ForecastSnapshot, snapshotInterval } from 'commerce-forecast';
import { accuracyReport, createAccuracyMonitor } from 'commerce-forecast/monitoring';
import { createLiveTracker, type LiveTracker } from 'commerce-forecast/registry';
import type { ActualSales } from './actual-sales.js';

/** Part of a version's forecasts that is compared with sales. */
export type CategoryForecast = Pick<
  ForecastSnapshot,
  'modelVersion' | 'cutoffDay' | 'intervalLevel' | 'categories' | 'categoryDays'
> & { readonly version: number };

/** The latest days that versions are compared on. */
const COMPARED_DAYS = 30;

/** Metrics of how the forecasts of versions turned out, each at all of the days. */
export function scoreForecasts(forecasts: readonly CategoryForecast[], actuals: ActualSales) {
  // Every day is read again with its corrections; days are never closed.
  const monitor = createAccuracyMonitor({ correctionDays: 10_000 });
  const ids = [...new Set(forecasts.flatMap(({ categories }) => categories))];
  for (const { modelVersion, categories, categoryDays, cutoffDay, intervalLevel } of forecasts) {
    const { horizon, mean } = categoryDays;
    const intervals = [snapshotInterval(categoryDays, intervalLevel)];
    const forecast = { startDay: cutoffDay + 1, horizon, seriesCount: categories.length, mean, intervals };
    monitor.recordForecast({ version: modelVersion, ids: categories, forecast });
  }
  for (const day of actuals.days) {
    monitor.recordActuals({ day, ids, units: ids.map((category) => actuals.unitsOf(category, day)) });
  }
  return accuracyReport(monitor).metrics;
}

/**
 * Forecasts of versions against sales, on the categories and days that all of them forecast: errors are compared fairly
 * only where all had to answer. A category is a unit of the tracker, its error relative to its mean sales.
 */
export function compareForecasts(
  forecasts: readonly CategoryForecast[],
  actuals: ActualSales,
): { readonly tracker: LiveTracker; readonly days: number } {
  const tracker = createLiveTracker();
  const from = Math.max(...forecasts.map(({ cutoffDay }) => cutoffDay + 1));
  const to = Math.min(...forecasts.map(({ cutoffDay, categoryDays }) => cutoffDay + categoryDays.horizon));
  const days = actuals.days.filter((day) => day >= from && day <= to).slice(-COMPARED_DAYS);
  if (days.length === 0) return { tracker, days: 0 };
  const [first, ...others] = forecasts;
  const shared = (first?.categories ?? []).filter((name) =>
    others.every(({ categories }) => categories.includes(name)),
  );
  for (const category of shared) {
    const units = days.map((day) => actuals.unitsOf(category, day));
    const scale = Math.max(1, units.reduce((sum, value) => sum + value, 0) / days.length);
    for (const { version, categories, categoryDays, cutoffDay } of forecasts) {
      const first = categories.indexOf(category) * categoryDays.horizon - cutoffDay - 1;
      days.forEach((day, i) => {
        const forecast = categoryDays.mean[first + day];
        const actual = units[i];
        if (forecast === undefined || actual === undefined) return;
        tracker.observe({ version, unit: category, scale, forecast, actual });
      });
    }
  }
  return { tracker, days: days.length };
}
