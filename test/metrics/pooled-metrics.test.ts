import { describe, expect, it } from 'vitest';
import { pooledMetrics } from '../../src/metrics/index.js';
import { groupWindow, sumSteps, type TestWindow, wholeSpans } from '../../src/metrics/test-window.js';

/** Two series over three steps; one day of the second was not observed. */
const WINDOW: TestWindow = {
  cutoff: 0,
  horizon: 3,
  seriesCount: 2,
  actual: Float64Array.of(4, 6, 2, 10, Number.NaN, 20),
  forecast: Float64Array.of(5, 6, 4, 8, 99, 21),
};
const OTHER: TestWindow = {
  cutoff: 3,
  horizon: 3,
  seriesCount: 2,
  actual: Float64Array.of(1, 0, 3, 12, 15, 9),
  forecast: Float64Array.of(2, 1, 2, 14, 13, 12),
};

describe('pooledMetrics', () => {
  it('agrees with NumPy over all observed values', () => {
    // Computed with NumPy 1.24 from the same eleven pairs: np.abs(f-y).sum()/np.abs(y).sum(), and so on; the series
    // means are those of [4, 6, 2], [10, 20], [1, 0, 3] and [12, 15, 9].
    const pooled = pooledMetrics([WINDOW, OTHER]);
    expect(pooled.observed).toBe(11);
    expect(pooled.wape).toBeCloseTo(16 / 82, 14);
    expect(pooled.accuracy).toBeCloseTo(1 - 16 / 82, 14);
    expect(pooled.bias).toBeCloseTo(6 / 82, 14);
    expect(pooled.mae).toBeCloseTo(16 / 11, 14);
    expect(pooled.rmse).toBeCloseTo(1.651445647689541, 12);
    expect(pooled.rmseOverMean).toBeCloseTo(0.2215353917632, 12);
    expect(pooled.r2).toBeCloseTo(0.9258760107816711, 12);
    expect(pooled.r2SeriesMean).toBeCloseTo(0.6280991735537189, 12);
  });

  it('refuses windows without an observation', () => {
    const empty = { ...WINDOW, actual: new Float64Array(6).fill(Number.NaN) };
    expect(() => pooledMetrics([empty])).toThrow(expect.objectContaining({ code: 'empty-data' }));
    expect(() => pooledMetrics([])).toThrow(expect.objectContaining({ code: 'empty-data' }));
  });
});

describe('groupWindow', () => {
  it('adds the observed days of the members up', () => {
    const total = groupWindow(WINDOW, [0, 0], 1);
    expect(Array.from(total.actual)).toEqual([14, 6, 22]);
    expect(Array.from(total.forecast)).toEqual([13, 6, 25]);
  });

  it('leaves series without a group out, and gives an empty group no observations', () => {
    const groups = groupWindow(WINDOW, [1, -1], 2);
    expect(Array.from(groups.actual)).toEqual([Number.NaN, Number.NaN, Number.NaN, 4, 6, 2]);
    expect(Array.from(groups.forecast)).toEqual([0, 0, 0, 5, 6, 4]);
  });
});

describe('sumSteps', () => {
  it('adds the observed days of each range up', () => {
    const sums = sumSteps(WINDOW, [
      { from: 0, to: 2 },
      { from: 1, to: 2 },
    ]);
    expect(sums.horizon).toBe(2);
    expect(Array.from(sums.actual)).toEqual([10, 6, 10, Number.NaN]);
    expect(Array.from(sums.forecast)).toEqual([11, 6, 8, 0]);
  });

  it('takes the whole weeks of a horizon', () => {
    expect(wholeSpans(17, 7)).toEqual([
      { from: 0, to: 7 },
      { from: 7, to: 14 },
    ]);
    expect(wholeSpans(5, 7)).toEqual([]);
  });
});
