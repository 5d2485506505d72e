import { describe, expect, it } from 'vitest';
import {
  adaptiveEnsemble,
  type FittedModel,
  forecastQuantiles,
  seasonalNaive,
  seasonalTrend,
  structural,
} from '../../src/index.js';
import { countQuantile } from '../../src/models/uncertainty/index.js';
import { generatePanel, panelOf } from '../../src/testing/index.js';

const panel = generatePanel({ products: 6, categories: 2, days: 220, seed: 5 });
const groups = { groupOf: panel.categoryOf, groupCount: 2 };
const ranges = [
  { from: 0, to: 1 },
  { from: 0, to: 7 },
  { from: 3, to: 30 },
];
const probabilities = [0.9, 0.025, 0.5, 0.1, 0.75, 0.25, 0.975];

describe.each([
  ['structural', structural()],
  [
    'adaptiveEnsemble',
    adaptiveEnsemble({ effort: 'fast', trials: 1, directBoosting: { params: { rounds: 10 } } }),
  ],
  ['seasonalNaive', seasonalNaive()],
  ['seasonalTrend', seasonalTrend()],
])('quantiles of %s', (_, model) => {
  it('grow with the probability, agree with the intervals, and reload the same', async () => {
    const fitted = await model.fit(panel);
    const { values } = await forecastQuantiles(
      fitted,
      { ranges, probabilities, ...groups },
      { mayBeNegative: true },
    );
    const order = probabilities.map((_, k) => k).sort((a, b) => probabilities[a] - probabilities[b]);
    for (let k = 1; k < order.length; k++) {
      values[order[k]].forEach((value, i) => {
        expect(value).toBeGreaterThanOrEqual(values[order[k - 1]][i]);
      });
    }
    const { mean, intervals } = await fitted.totals({ ranges, levels: [0.8], ...groups });
    const close = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.abs(b));
    mean.forEach((value, i) => {
      close(Math.max(value, values[0][i]), intervals[0].upper[i]);
      close(Math.min(value, values[3][i]), intervals[0].lower[i]);
    });
    const reloaded: FittedModel = model.load(JSON.parse(JSON.stringify(fitted)));
    expect(
      await forecastQuantiles(reloaded, { ranges, probabilities, ...groups }, { mayBeNegative: true }),
    ).toEqual(await forecastQuantiles(fitted, { ranges, probabilities, ...groups }, { mayBeNegative: true }));
  });
});

describe('forecastQuantiles', () => {
  it('gives a median below the mean of rare sales, and nothing where nothing was sold', async () => {
    const rare = Array.from({ length: 300 }, (_, d) => (d % 5 === 0 ? 2 : 0));
    const fitted = await structural().fit(panelOf([rare, rare.map(() => 0)]));
    const days = Array.from({ length: 14 }, (_, h) => ({ from: h, to: h + 1 }));
    const { values } = await forecastQuantiles(fitted, { ranges: days, probabilities: [0.5] });
    const { mean } = await fitted.forecast({ horizon: 14 });
    const total = (column: Float64Array) => column.subarray(0, 14).reduce((a, b) => a + b, 0);
    expect(total(values[0])).toBeLessThan(0.7 * total(mean));
    expect(values[0].subarray(14).every((value) => value === 0)).toBe(true);
  });

  it('cuts at zero what a symmetric law has below it', async () => {
    const fitted = await seasonalNaive().fit(
      panelOf([Array.from({ length: 60 }, (_, d) => (d % 9 === 0 ? 40 : 0))]),
    );
    const { values } = await forecastQuantiles(fitted, { ranges, probabilities: [0.01, 0.99] });
    expect(Math.min(...values[0])).toBe(0);
    expect(Math.min(...values[1])).toBeGreaterThan(0);
  });

  it('refuses wrong probabilities and unknown options', async () => {
    const fitted = await structural().fit(panel);
    for (const wrong of [0, 1, -0.1, Number.NaN]) {
      await expect(forecastQuantiles(fitted, { ranges, probabilities: [0.5, wrong] })).rejects.toMatchObject({
        code: 'invalid-option',
        path: ['probabilities', 1],
      });
    }
    await expect(
      forecastQuantiles(fitted, { ranges, probabilities: [0.5], levels: [0.8] } as never),
    ).rejects.toMatchObject({
      code: 'invalid-option',
    });
  });

  // The law of a count is negative binomial: R 4.2, qnbinom(0.5, size = 2, mu = 3) is 2, whose half-way point is where the
  // distribution function crosses 0.5: 1.5 + (0.5 - pnbinom(1)) / dnbinom(2) = 1.5 + (0.5 - 0.352) / 0.1728.
  it('interpolates the law of counts between whole numbers', () => {
    expect(countQuantile(3, 3 + 9 / 2, 0.5)).toBeCloseTo(1.5 + (0.5 - 0.352) / 0.1728, 9);
  });
});
