import { beforeAll, describe, expect, it } from 'vitest';
import { calibratedTotals } from '../../../src/forecaster/distribution/calibrated-totals.js';
import { type FittedModel, salesForecasts, structural, weekdayMean } from '../../../src/index.js';
import { normalCdf, normalQuantile } from '../../../src/models/uncertainty/index.js';
import { panelOf } from '../../../src/testing/index.js';

const DAYS = 210;
/** A steady product, and one that sells a unit on one day in ten, without a rhythm. */
const panel = panelOf([
  Array.from({ length: DAYS }, (_, d) => 20 + ((d * 7) % 11)),
  Array.from({ length: DAYS }, (_, d) => ((d * 7919) % 211 < 21 ? 1 : 0)),
]);

let counts: FittedModel;
let normal: FittedModel;
beforeAll(async () => {
  counts = await structural().fit(panel);
  normal = await weekdayMean().fit(panel);
});

const probabilities = [0.05, 0.25, 0.5, 0.75, 0.95];
const ranges = [
  { from: 0, to: 1 },
  { from: 0, to: 28 },
];

function totals(fitted: FittedModel, factor: number) {
  return calibratedTotals(fitted, salesForecasts(fitted), { ranges, probabilities }, () => factor);
}

describe('calibratedTotals', () => {
  it('stretches a normal law around its mean by the factor', async () => {
    for (const factor of [0.6, 1, 2]) {
      const { mean, values } = await totals(normal, factor);
      const { mean: expected, intervals } = await normal.totals({ ranges, levels: [0.9] });
      expect(mean).toEqual(expected);
      // The four weeks of the steady product.
      const half = intervals[0].upper[1] - expected[1];
      expect(values[4][1]).toBeCloseTo(expected[1] + factor * half, 8);
      expect(values[0][1]).toBeCloseTo(expected[1] - factor * half, 8);
      expect(values[1][1]).toBeCloseTo(
        expected[1] + (factor * half * normalQuantile(0.25)) / normalQuantile(0.95),
        8,
      );
    }
  });

  it('keeps what is 0 at 0 when it narrows a law of counts, and nothing crosses', async () => {
    const slowDay = 2;
    const wide = await totals(counts, 3);
    const plain = await totals(counts, 1);
    const narrow = await totals(counts, 0.5);
    expect(narrow.values[0][slowDay]).toBe(0);
    expect(narrow.values[4][slowDay]).toBeLessThan(plain.values[4][slowDay]);
    expect(wide.values[4][slowDay]).toBeGreaterThan(plain.values[4][slowDay]);
    for (const { values } of [wide, plain, narrow]) {
      for (let p = 1; p < probabilities.length; p++) {
        values[p].forEach((value, i) => {
          expect(value).toBeGreaterThanOrEqual(values[p - 1][i]);
        });
      }
    }
    const { values } = await counts.quantiles!({
      ranges,
      probabilities: [normalCdf(0.5 * normalQuantile(0.95))],
    });
    narrow.values[4].forEach((value, i) => {
      expect(value).toBeCloseTo(values[0][i], 9);
    });
  });

  it('takes the factor of each range', async () => {
    const mixed = await calibratedTotals(
      normal,
      salesForecasts(normal),
      { ranges, probabilities },
      ({ to, from }) => (to - from === 1 ? 1 : 2),
    );
    const [one, two] = [await totals(normal, 1), await totals(normal, 2)];
    expect([...mixed.values[4]]).toEqual([
      one.values[4][0],
      two.values[4][1],
      one.values[4][2],
      two.values[4][3],
    ]);
  });

  it('moves a law up where days below zero become days without sales', async () => {
    const falling: FittedModel = {
      ...normal,
      cutoffDay: normal.cutoffDay,
      seriesCount: 1,
      specificationVersion: 'v1',
      model: 'falling',
      forecast: async ({ horizon }) => ({
        startDay: normal.cutoffDay + 1,
        horizon,
        seriesCount: 1,
        mean: Float64Array.from({ length: horizon }, (_, d) => 10 - 5 * d),
        intervals: [],
      }),
      totals: async ({ ranges: asked, levels = [] }) => {
        const mean = Float64Array.from(asked, ({ from, to }) => {
          let sum = 0;
          for (let d = from; d < to; d++) sum += 10 - 5 * d;
          return sum;
        });
        const intervals = levels.map((level) => ({
          level,
          lower: mean.map((value) => value - 4),
          upper: mean.map((value) => value + 4),
        }));
        return { groupCount: 1, ranges: asked, mean, intervals };
      },
      toJSON: () => normal.toJSON(),
    };
    const { mean, values } = await calibratedTotals(
      falling,
      salesForecasts(falling),
      { ranges: [{ from: 0, to: 4 }], probabilities: [0.1, 0.9] },
      () => 1,
    );
    // 10 + 5 + 0 + 0, where the model itself has 10 + 5 + 0 - 5.
    expect([mean[0], values[0][0], values[1][0]]).toEqual([15, 11, 19]);
  });
});
