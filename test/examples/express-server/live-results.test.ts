import { expect, it } from 'vitest';
import { actualSales } from '../../../examples/express-server/rollout/actual-sales.js';
import {
  type CategoryForecast,
  compareForecasts,
  scoreForecasts,
} from '../../../examples/express-server/rollout/live-results.js';
import { packQuantiles } from '../../../src/forecaster/distribution/quantile-grid.js';

/** A forecast of as many units on every day for each category. */
function constant(
  version: number,
  cutoffDay: number,
  units: Record<string, number>,
  horizon = 365,
): CategoryForecast {
  const mean = Float64Array.from(Object.values(units).flatMap((value) => Array(horizon).fill(value)));
  const categoryDays = {
    historyStart: cutoffDay,
    historyDays: 0,
    history: new Float64Array(),
    horizon,
    mean,
    quantiles: packQuantiles(
      [0.1, 0.9],
      [mean.map((value) => 0.5 * value), mean.map((value) => 2 * value)],
      mean.length,
    ),
  };
  const modelVersion = `model@${version}`;
  return {
    version,
    modelVersion,
    cutoffDay,
    intervalLevel: 0.8,
    categories: Object.keys(units),
    categoryDays,
  };
}

const totalsOf = (from: number, to: number, units: Record<string, number>) =>
  Object.entries(units).flatMap(([category, value]) =>
    Array.from({ length: to - from + 1 }, (_, i) => ({ day: from + i, category, units: value, rows: 1 })),
  );

it('takes days that are over, once sales of a later one are there', () => {
  const totals = [...totalsOf(100, 102, { tea: 5 }), ...totalsOf(105, 106, { tea: 6 })];
  expect(actualSales(totals, 200).days).toEqual([100, 101, 102, 105]);
  expect(actualSales(totals, 102).days).toEqual([100, 101]);
  expect(actualSales([], 200).days).toEqual([]);
  const sales = actualSales(totals, 200);
  expect([sales.unitsOf('tea', 105), sales.unitsOf('tea', 103), sales.unitsOf('cup', 105)]).toEqual([
    6, 0, 0,
  ]);
});

it('compares versions on the days and categories that all of them forecast', () => {
  const older = constant(1, 99, { tea: 8, cup: 20, old: 3 });
  const newer = constant(2, 104, { cup: 25, tea: 10 });
  const actuals = actualSales(totalsOf(90, 120, { tea: 10, cup: 20, old: 1, other: 7 }), 119);
  const { tracker, days } = compareForecasts([older, newer], actuals);
  // 105 to 118, of two categories.
  expect(days).toBe(14);
  expect(tracker.metrics(1)).toMatchObject({ observations: 28, units: 2 });
  expect(tracker.metrics(1).wape).toBeCloseTo(2 / 30, 12);
  expect(tracker.metrics(2).wape).toBeCloseTo(5 / 30, 12);
  expect(tracker.metrics(2).unitError).toBeCloseTo((0 + 0.25) / 2, 12);
});

it('compares nothing before there is such a day, and at most the latest 30', () => {
  const forecasts = [constant(1, 99, { tea: 8 }), constant(2, 119, { tea: 10 })];
  const compare = (to: number) =>
    compareForecasts(forecasts, actualSales(totalsOf(90, to, { tea: 10 }), 1_000));
  expect(compare(120)).toMatchObject({ days: 0 });
  expect(compare(121)).toMatchObject({ days: 1 });
  expect(compare(200)).toMatchObject({ days: 30 });
  const short = [forecasts[0], constant(2, 119, { tea: 10 }, 7)];
  expect(compareForecasts(short, actualSales(totalsOf(90, 200, { tea: 10 }), 1_000)).days).toBe(7);
});

it('scores each version by how far ahead it forecast', () => {
  const metrics = scoreForecasts(
    [constant(1, 99, { tea: 8 }), constant(2, 109, { cup: 30 })],
    actualSales(totalsOf(90, 113, { tea: 10, cup: 20 }), 1_000),
  );
  const accuracy = metrics.filter(({ name }) => name === 'forecast_accuracy_ratio');
  expect(accuracy.map(({ labels }) => [labels['version'], labels['horizon']])).toEqual([
    ['model@1', '7'],
    ['model@1', '30'],
    ['model@2', '7'],
  ]);
  expect(accuracy.map(({ value }) => value)).toEqual(
    [0.8, 0.8, 0.5].map((value) => expect.closeTo(value, 12)),
  );
});
