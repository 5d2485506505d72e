import { describe, expect, it } from 'vitest';
import {
  adaptiveEnsemble,
  type FittedModel,
  forecastQuantiles,
  type SamplePaths,
  samplePaths,
  seasonalNaive,
  structural,
} from '../../src/index.js';
import {
  coarseScores,
  type Expansion,
  expansionOf,
  FactorSum,
  loadFor,
} from '../../src/models/normal-scores.js';
import { generatePanel, panelOf } from '../../src/testing/index.js';
import { errorOf } from '../error-of.js';

const panel = generatePanel({ products: 8, categories: 2, days: 300, seed: 5 });
const HORIZON = 21;
const PATHS = 4000;
const PROBABILITIES = [0.1, 0.5, 0.9];

/** Sums of the days of some series, one for each path. */
function sums({ values, horizon, paths, series }: SamplePaths, places: readonly number[], days = horizon) {
  const of = (p: number) =>
    places.reduce((sum, place) => {
      const at = (p * series.length + place) * horizon;
      return sum + values.subarray(at, at + days).reduce((a, b) => a + b, 0);
    }, 0);
  return Array.from({ length: paths }, (_, p) => of(p));
}

/**
 * Difference between a probability and the share of the paths below its quantile. A count stands for the unit around it,
 * as in the quantiles of counts, which are cut at zero.
 */
function distance(units: readonly number[], quantile: number, probability: number): number {
  const below = (value: number) => Math.max(0, Math.min(1, quantile - value + 0.5));
  const share = units.reduce((sum, value) => sum + below(value), 0) / units.length;
  return quantile === 0 ? Math.max(0, probability - share) : Math.abs(share - probability);
}

describe.each([
  ['structural', structural()],
  ['adaptiveEnsemble', adaptiveEnsemble({ effort: 'fast', directBoosting: { params: { rounds: 10 } } })],
])('sample paths of %s', (_, model) => {
  const fit = model.fit(panel);
  const all = Array.from({ length: panel.seriesCount }, (_, s) => s);

  it('have the law of each day, of the sum of days, and of everything', async () => {
    const fitted = await fit;
    const paths = await samplePaths(fitted, { horizon: HORIZON, paths: PATHS, seed: 1 });
    const ranges = [
      { from: 0, to: 1 },
      { from: 0, to: HORIZON },
    ];
    const query = { ranges, probabilities: PROBABILITIES };
    const own = await forecastQuantiles(fitted, query);
    const groupOf = new Int32Array(panel.seriesCount);
    const total = await forecastQuantiles(fitted, { ...query, groupOf, groupCount: 1 });
    PROBABILITIES.forEach((p, k) => {
      for (const s of all) {
        expect(distance(sums(paths, [s], 1), own.values[k][2 * s], p)).toBeLessThan(0.02);
        expect(distance(sums(paths, [s]), own.values[k][2 * s + 1], p)).toBeLessThan(0.02);
      }
      expect(distance(sums(paths, all), total.values[k][1], p)).toBeLessThan(0.02);
    });
  });

  it('have the laws of the first day, week and month in courses of any length, of each series and of everything', async () => {
    const fitted = await fit;
    for (const horizon of [1, 120]) {
      const paths = await samplePaths(fitted, { horizon, paths: PATHS, seed: 2 });
      const lengths = [1, 7, 28].filter((days) => days <= horizon);
      const query = { ranges: lengths.map((to) => ({ from: 0, to })), probabilities: PROBABILITIES };
      const own = await forecastQuantiles(fitted, query);
      const groupOf = new Int32Array(panel.seriesCount);
      const total = await forecastQuantiles(fitted, { ...query, groupOf, groupCount: 1 });
      PROBABILITIES.forEach((p, k) => {
        lengths.forEach((days, r) => {
          for (const s of all) {
            expect(distance(sums(paths, [s], days), own.values[k][lengths.length * s + r], p)).toBeLessThan(
              0.025,
            );
          }
          expect(distance(sums(paths, all, days), total.values[k][r], p)).toBeLessThan(0.025);
        });
      });
    }
  });

  it('are the same for the same seed, and after a reload', async () => {
    const fitted = await fit;
    const options = { horizon: 5, paths: 3, seed: 7 };
    const first = await samplePaths(fitted, options);
    const reloaded: FittedModel = model.load(JSON.parse(JSON.stringify(fitted)));
    expect(await samplePaths(reloaded, options)).toEqual(first);
    expect((await samplePaths(fitted, { ...options, seed: 8 })).values).not.toEqual(first.values);
  });
});

describe('samplePaths', () => {
  it('restores the law of counts in whole units, and sells nothing of what never sold', async () => {
    const rare = Array.from({ length: 300 }, (_, d) => (d % 5 === 0 ? 2 : 0));
    const fitted = await structural().fit(panelOf([rare, rare.map(() => 0)]));
    const { values, startDay } = await samplePaths(fitted, { horizon: 10, paths: 2000, whole: true });
    expect(startDay).toBe(fitted.cutoffDay + 1);
    expect(values.every((value) => Number.isInteger(value) && value >= 0)).toBe(true);
    const of = (s: number) => Array.from(values).filter((_, i) => Math.floor(i / 10) % 2 === s);
    expect(of(1).every((value) => value === 0)).toBe(true);
    const mean = of(0).reduce((a, b) => a + b, 0) / of(0).length;
    const { mean: forecast } = await fitted.forecast({ horizon: 10 });
    const expected = forecast.subarray(0, 10).reduce((a, b) => a + b, 0) / 10;
    expect(Math.abs(mean / expected - 1)).toBeLessThan(0.05);
  });

  it('samples chosen series in their order, and works for models without quantiles of their own', async () => {
    const fitted = await seasonalNaive().fit(panel);
    const both = await samplePaths(fitted, { horizon: 4, paths: 2, series: [5, 2], seed: 1 });
    expect(both.series).toEqual([5, 2]);
    expect(both.values).toHaveLength(2 * 2 * 4);
    expect((await samplePaths(fitted, { horizon: 4, paths: 2, series: [] })).values).toHaveLength(0);
  });

  it.each([
    ['horizon', { horizon: 0 }],
    ['paths', { horizon: 1, paths: 0 }],
    ['paths', { horizon: 1, paths: 1.5 }],
    ['series.1', { horizon: 1, series: [0, 8] }],
    ['series.1', { horizon: 1, series: [3, 3] }],
    ['seed', { horizon: 1, seed: 0.5 }],
    ['path', { horizon: 1, path: 3 }],
  ])('refuses a wrong %s', async (path, options) => {
    const fitted = await seasonalNaive().fit(panel);
    const error = await errorOf(samplePaths(fitted, options));
    expect(error).toMatchObject({ code: 'invalid-option' });
    expect(error.path.join('.')).toBe(path);
  });

  it('refuses more values than fit, and stops', async () => {
    const fitted = await seasonalNaive().fit(panel);
    expect(await errorOf(samplePaths(fitted, { horizon: 1000, paths: 10_000 }))).toMatchObject({
      code: 'limit-exceeded',
      path: ['paths'],
    });
    const signal = AbortSignal.abort();
    expect(await errorOf(samplePaths(fitted, { horizon: 5, signal }))).toMatchObject({ code: 'aborted' });
  });
});

describe('the load of a common variable', () => {
  const lawOf = (valueAtScore: (score: number) => number) =>
    expansionOf(
      {
        grid: coarseScores(),
        columns: coarseScores().scores.map((score) => Float64Array.of(valueAtScore(score))),
        whole: false,
      },
      0,
    );
  /** Squared load of all laws at which their sum has a variance. */
  const correlationOf = (laws: Expansion[], wanted: number) => {
    const varianceAt = (load: number) => {
      const sum = new FactorSum();
      for (const law of laws) sum.add(law, load);
      return sum.variance;
    };
    return loadFor(wanted, 1, varianceAt) ** 2;
  };

  it('is that of normal laws in closed form', () => {
    const law = lawOf((score) => 3 * score);
    expect(law.variance).toBeCloseTo(9, 1);
    // Ten laws of variance 9 with correlation 0.3: 10 * 9 + 90 * 9 * 0.3.
    expect(correlationOf(Array(10).fill(law), 333)).toBeCloseTo(0.3, 2);
    expect(correlationOf(Array(10).fill(law), 50)).toBe(0);
    expect(correlationOf(Array(10).fill(law), 5000)).toBe(1);
  });

  it('is that of log-normal laws, whose covariance is exp(correlation) - 1 times the squared mean', () => {
    const spread = 0.5;
    const law = lawOf((score) => Math.exp(spread * score));
    const covariance = (r: number) => Math.exp(spread ** 2) * (Math.exp(r * spread ** 2) - 1);
    for (const r of [0.1, 0.5, 0.9]) {
      const total = 4 * covariance(1) + 12 * covariance(r);
      expect(correlationOf([law, law, law, law], total)).toBeCloseTo(r, 1);
    }
  });

  it('may differ between parts of a sum', () => {
    const law = lawOf((score) => 3 * score);
    const [first, second] = [new FactorSum(), new FactorSum()];
    for (let i = 0; i < 4; i++) first.add(law);
    for (let i = 0; i < 4; i++) second.add(law);
    const sum = new FactorSum();
    sum.addAll(first, 0.2);
    sum.addAll(second, 0.6);
    // 12 pairs of correlation 0.04, 12 of 0.36 and 32 of 0.12.
    expect(sum.variance / law.variance).toBeCloseTo(8 + 12 * 0.04 + 12 * 0.36 + 32 * 0.12, 1);
  });
});
