import { computeFeatures, type FittedModel, type ForecastModel, type Interval } from 'commerce-forecast';
import { directFeatureRows } from './direct-rows.js';
import type { FrozenCase } from './panels.js';

const HORIZON = 35;
const LEVEL = 0.8;
const SINGLE_DAYS = [0, 6, 13, 28, 34];

/** The forecast of a fitted model in a few numbers; nothing of it is about how the model works. */
export async function modelDigest(model: ForecastModel, { panel, covariates }: FrozenCase) {
  const fitted = await model.fit(panel, { seed: 3, covariates });
  const digest = await forecastDigest(fitted);
  return { ...digest, categories: await categoryTotals(fitted, panel.categoryOf, panel.categories.length) };
}

async function forecastDigest(fitted: FittedModel) {
  const { mean, intervals, startDay, seriesCount } = await fitted.forecast({
    horizon: HORIZON,
    levels: [LEVEL],
  });
  const single = (values: Float64Array) =>
    SINGLE_DAYS.map((day, s) => values[(s % seriesCount) * HORIZON + day]);
  const perSeries = (values: Float64Array) =>
    Array.from({ length: seriesCount }, (_, s) => sum(values.subarray(s * HORIZON, (s + 1) * HORIZON)));
  const weeks = Array.from({ length: seriesCount * (HORIZON / 7) }, (_, week) =>
    sum(mean.subarray(7 * week, 7 * week + 7)),
  );
  const bounds = intervals.map(({ lower, upper }) => ({
    lower: perSeries(lower),
    upper: perSeries(upper),
    singleLower: single(lower),
    singleUpper: single(upper),
  }));
  return { startDay, weeks, single: single(mean), bounds };
}

async function categoryTotals(fitted: FittedModel, groupOf: Int32Array, groupCount: number) {
  const ranges = [
    { from: 0, to: 7 },
    { from: 0, to: 30 },
  ];
  const { mean, intervals } = await fitted.totals({ ranges, groupOf, groupCount, levels: [LEVEL] });
  const products = await fitted.totals({ ranges, levels: [LEVEL] });
  return {
    mean: [...mean],
    ...boundsOf(intervals[0]),
    products: { mean: sum(products.mean), ...sumsOf(products.intervals[0]) },
  };
}

/** The sums of the documented features of each series, and one row of each. */
export function featureDigest({ panel, covariates }: FrozenCase) {
  const { names, rows, columns } = computeFeatures(panel, { ...covariates, from: 40 });
  return { rows, columns: columnDigest(names, columns) };
}

/** The same of the rows that direct boosting learns from. */
export function directRowsDigest({ panel, covariates }: FrozenCase) {
  const { names, rows, columns, targets } = directFeatureRows(panel, covariates?.events ?? []);
  return { rows, columns: columnDigest(names, columns), targets: targets.map((values) => sum(values)) };
}

/** Per feature: number of missing values, sum, sum weighted by the row's place, and three values. */
function columnDigest(names: readonly string[], columns: readonly Float32Array[]) {
  return Object.fromEntries(
    names.map((name, j) => {
      const column = columns[j];
      let missing = 0;
      let total = 0;
      let placed = 0;
      for (let i = 0; i < column.length; i++) {
        if (Number.isNaN(column[i])) missing++;
        else {
          total += column[i];
          placed += column[i] * (1 + (i % 31));
        }
      }
      const singles = [0.2, 0.5, 0.9].map((share) => column[Math.floor(share * column.length)]);
      return [name, [missing, total, placed, ...singles]];
    }),
  );
}

function boundsOf({ lower, upper }: Interval) {
  return { lower: [...lower], upper: [...upper] };
}

function sumsOf({ lower, upper }: Interval) {
  return { lower: sum(lower), upper: sum(upper) };
}

function sum(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
