import {
  adaptiveEnsemble,
  buildPanel,
  directBoosting,
  type ForecastModel,
  formatDay,
  type Panel,
  parseDay,
  type SalesRecord,
  structural,
} from 'commerce-forecast';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/random.js';
import { poisson } from '../../../../src/testing/distributions.js';
import { generateSales, panelOf } from '../../../../src/testing/index.js';

const DAYS = 450;
const HORIZON = 28;
const SMALL = { rowsPerBooster: 4_000, longHorizon: 0, params: { rounds: 12 } };
const MODELS: readonly [string, ForecastModel][] = [
  ['structural', structural()],
  ['directBoosting', directBoosting(SMALL)],
  ['adaptiveEnsemble', adaptiveEnsemble({ directBoosting: SMALL })],
];
/** The same shops in every run. */
const RUNS = { seed: 12, numRuns: 2, endOnFailure: true };

type Series = readonly number[];

/** Seasonal products of 0.3 to 100 units a day; eight of them have enough values for boosters. */
const shops = fc
  .record({
    seed: fc.integer({ min: 1, max: 1_000 }),
    levels: fc.array(fc.double({ min: -1, max: 4.6, noNaN: true }), { minLength: 8, maxLength: 8 }),
    chosen: fc.nat({ max: 7 }),
  })
  .map(({ seed, levels, chosen }) => ({
    chosen,
    series: levels.map((level, p) => {
      const random = createRandom(seed, p);
      return Array.from({ length: DAYS }, (_, d) =>
        poisson(random, Math.exp(level) * (1 + 0.3 * Math.sin(d / 58 + p)) * (d % 7 > 4 ? 1.5 : 1)),
      );
    }),
  }));

async function meansOf(
  model: ForecastModel,
  series: readonly Series[],
  ids = series.map((_, s) => `P${s}`),
): Promise<number[][]> {
  const panel: Panel = { ...panelOf(series.map((values) => [...values])), ids };
  const { mean } = await (await model.fit(panel)).forecast({ horizon: HORIZON });
  return series.map((_, s) => [...mean.subarray(s * HORIZON, (s + 1) * HORIZON)]);
}

/** The largest relative change of the sum of a product. */
function largestChange(before: readonly number[][], after: readonly number[][]): number {
  return Math.max(...changes(before, after));
}

function changes(before: readonly number[][], after: readonly number[][]): number[] {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return before.map((values, s) => Math.abs(sum(after[s]) / sum(values) - 1));
}

// The definition of a scale-free model is the source of what is expected.
describe.each(MODELS)('the forecasts of %s', (_, model) => {
  it('do not change when the sales of another product are multiplied', async () => {
    await fc.assert(
      fc.asyncProperty(shops, fc.constantFrom(0.125, 1_000), async ({ series, chosen }, factor) => {
        const scaled = series.map((values, s) => (s === chosen ? values.map((v) => factor * v) : values));
        const [before, after] = [await meansOf(model, series), await meansOf(model, scaled)];
        before.forEach((values, s) => {
          values.forEach((value, h) => {
            const expected = s === chosen ? factor * value : value;
            expect(Math.abs(after[s][h] - expected)).toBeLessThanOrEqual(1e-3 * expected);
          });
        });
      }),
      RUNS,
    );
  });

  it('are nothing where nothing was sold, and a product without sales changes no other', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async ({ series }) => {
        const never = new Array<number>(DAYS).fill(0);
        const [before, after] = [await meansOf(model, series), await meansOf(model, [...series, never])];
        expect(after[series.length]).toEqual(new Array<number>(HORIZON).fill(0));
        expect(largestChange(before, after)).toBeLessThan(1e-3);
      }),
      RUNS,
    );
  });
});

describe.each(MODELS.filter(([name]) => name !== 'directBoosting'))('the forecasts of %s', (_, model) => {
  it('move by less than 2 % when a product with little history is added', async () => {
    await fc.assert(
      fc.asyncProperty(shops, fc.integer({ min: 1, max: 30 }), async ({ series }, days) => {
        const little = Array.from({ length: DAYS }, (_, d) => (d < DAYS - days ? Number.NaN : 80));
        const before = await meansOf(model, series);
        const after = await meansOf(model, [...series, little]);
        expect(largestChange(before, after.slice(0, -1))).toBeLessThan(0.02);
      }),
      RUNS,
    );
  });

  // Rows are drawn by the name of their product.
  it('do not depend on the order of the products', async () => {
    await fc.assert(
      fc.asyncProperty(shops, async ({ series }) => {
        const ids = series.map((_, s) => `P${s}`);
        const before = await meansOf(model, series, ids);
        const after = await meansOf(model, [...series].reverse(), [...ids].reverse());
        expect(largestChange(before, after.reverse())).toBeLessThan(1e-9);
      }),
      RUNS,
    );
  });
});

// One leaf of a tree holds rows of many products, and a tie that is decided otherwise moves them all: by 1.5 % in the median and
// 10.7 % at most before leaves were shrunk by the number of rows.
it('forecasts of many products move little when a product with ten days is added', async () => {
  const { records } = generateSales({ products: 30, days: 730, seed: 1 });
  const lastDay = Math.max(...records.map(({ date }) => parseDay(String(date))));
  const added = Array.from({ length: 10 }, (_, i) => ({
    date: formatDay(lastDay - i),
    productId: 'new',
    category: records[0].category,
    units: 5 + (i % 3),
  }));
  const monthsOf = async (sales: readonly SalesRecord[]) => {
    const { panel } = await buildPanel(sales);
    const { mean } = await (await adaptiveEnsemble().fit(panel)).forecast({ horizon: HORIZON });
    const months = panel.ids.map((_, s) => [...mean.subarray(s * HORIZON, (s + 1) * HORIZON)]);
    return months.filter((_, s) => panel.ids[s] !== 'new');
  };
  const moves = changes(await monthsOf(records), await monthsOf([...records, ...added])).sort(
    (a, b) => a - b,
  );
  expect(moves).toHaveLength(30);
  expect(moves[15]).toBeLessThan(0.014);
  expect(moves[29]).toBeLessThan(0.06);
});
