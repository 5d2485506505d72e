import { coverage } from '../../src/metrics/index.js';
import { groupWindow, sumSteps, type TestWindow } from '../../src/metrics/test-window.js';
import type { FittedModel, Interval } from '../../src/models/contract.js';
import { salesForecasts } from '../../src/models/sales-forecasts.js';
import type { Metrics } from './case-metrics.js';
import type { AccuracyCase } from './cases.js';

const LEVELS = [0.8, 0.95];

/** Actual values beside intervals of them, from one cutoff. */
interface Covered {
  readonly actual: Float64Array;
  readonly intervals: readonly Interval[];
}

/**
 * Coverage and mean width of the intervals of a daily case: of days, of each series' week, month and horizon, and of
 * the week and month of each category.
 */
export async function intervalMetrics(
  data: AccuracyCase,
  fits: readonly FittedModel[],
  windows: readonly TestWindow[],
): Promise<Metrics> {
  const { horizon, weekSteps, monthSteps } = data;
  const [category] = data.groups;
  const daily: Covered[] = [];
  const totals = new Map<string, Covered[]>();
  for (const [k, fitted] of fits.entries()) {
    const sales = salesForecasts(fitted);
    const { intervals } = await sales.forecast({ horizon, levels: LEVELS });
    daily.push({ actual: windows[k].actual, intervals });
    for (const [name, to] of [
      ['week1', weekSteps],
      ['month', monthSteps],
      ['horizon_total', horizon],
    ] as const) {
      const ranges = [{ from: 0, to }];
      const sums = await sales.totals({ ranges, levels: LEVELS });
      append(totals, name, { actual: sumSteps(windows[k], ranges).actual, intervals: sums.intervals });
      const grouped = sumSteps(groupWindow(windows[k], category.groupOf, category.count), ranges);
      const { intervals: ofGroups } = await sales.totals({
        ranges,
        levels: LEVELS,
        groupOf: category.groupOf,
        groupCount: category.count,
      });
      append(totals, `category_${name}`, { actual: grouped.actual, intervals: ofGroups });
    }
  }
  const metrics = describe('daily', daily);
  LEVELS.forEach((level, l) => {
    metrics[`width${100 * level}_over_mean`] = widthOverMean(daily, l);
  });
  for (const [name, covered] of totals) Object.assign(metrics, describe(name, covered));
  return metrics;
}

function append(totals: Map<string, Covered[]>, name: string, covered: Covered): void {
  totals.set(name, [...(totals.get(name) ?? []), covered]);
}

function describe(name: string, covered: readonly Covered[]): Metrics {
  return Object.fromEntries(
    LEVELS.map((level, l) => {
      const shares = covered.map(({ actual, intervals }) =>
        coverage(actual, intervals[l].lower, intervals[l].upper),
      );
      return [
        `coverage${100 * level}_${name}`,
        shares.reduce((sum, share) => sum + share, 0) / shares.length,
      ];
    }),
  );
}

function widthOverMean(covered: readonly Covered[], level: number): number {
  let [width, total] = [0, 0];
  for (const { actual, intervals } of covered) {
    const { lower, upper } = intervals[level];
    for (let i = 0; i < actual.length; i++) {
      width += upper[i] - lower[i];
      total += actual[i];
    }
  }
  return width / total;
}
