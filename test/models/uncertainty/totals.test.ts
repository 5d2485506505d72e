import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../src/errors.js';
import {
  groupResiduals,
  normalQuantile,
  residualTotals,
  sumVariance,
} from '../../../src/models/uncertainty/index.js';

/** A fixed sequence of uniform numbers (the MINSTD generator of Park and Miller). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function normals(count: number, seed: number): Float64Array {
  const next = uniforms(seed);
  return Float64Array.from({ length: count }, () => normalQuantile(next()));
}

describe('sumVariance', () => {
  it('is the sum of squares for one day', () => {
    expect(sumVariance([1, -1, 2, -2], 1)).toBeCloseTo(2.5, 12);
  });

  it('is close to the known variance of a sum of AR(1) errors, and of independent ones', () => {
    const noise = normals(20_000, 7);
    const correlated = new Float64Array(noise.length);
    for (let i = 1; i < noise.length; i++) correlated[i] = 0.5 * correlated[i - 1] + noise[i];
    // Var of the sum of H values of an AR(1): gamma0 * (H + 2 * sum over l of (H - l) * phi^l).
    const steps = 14;
    let expected = steps;
    for (let lag = 1; lag < steps; lag++) expected += 2 * (steps - lag) * 0.5 ** lag;
    expected /= 1 - 0.25;
    expect(sumVariance(correlated, steps) / expected).toBeGreaterThan(0.85);
    expect(sumVariance(correlated, steps) / expected).toBeLessThan(1.1);
    expect(sumVariance(noise, steps) / steps).toBeGreaterThan(0.9);
    expect(sumVariance(noise, steps) / steps).toBeLessThan(1.1);
  });

  it('does not fall below half of the independent value', () => {
    const alternating = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
    expect(sumVariance(alternating, 10)).toBe(5);
  });

  it('leaves out missing days and is zero without any', () => {
    expect(sumVariance([Number.NaN, 3, Number.NaN], 1)).toBe(9);
    expect(sumVariance([Number.NaN, Number.NaN], 7)).toBe(0);
    expect(sumVariance([], 7)).toBe(0);
  });
});

describe('groupResiduals', () => {
  it('adds the members by day and keeps a day without members missing', () => {
    const history = {
      seriesCount: 3,
      days: 3,
      values: Float32Array.from([1, Number.NaN, 3, 10, Number.NaN, Number.NaN, 5, 5, 5]),
    };
    const sums = groupResiduals(history, Int32Array.from([0, 0, -1]), 2);
    expect([...sums]).toEqual([11, Number.NaN, 3, Number.NaN, Number.NaN, Number.NaN]);
  });
});

describe('residualTotals', () => {
  const days = 182;
  const horizon = 7;
  const shared = normals(days, 3);
  const own = normals(2 * days, 11);
  const values = new Float64Array(2 * days);
  for (let s = 0; s < 2; s++)
    for (let d = 0; d < days; d++) values[s * days + d] = 3 * shared[d] + own[s * days + d];
  const history = { seriesCount: 2, days, values };
  const mean = new Float64Array(2 * horizon).fill(10);
  const ranges = [{ from: 0, to: 7 }];

  it('widens the interval of a group whose series err together', () => {
    const apart = residualTotals(mean, horizon, history, { ranges, levels: [0.8] });
    const together = residualTotals(mean, horizon, history, {
      ranges,
      levels: [0.8],
      groupOf: Int32Array.from([0, 0]),
      groupCount: 1,
    });
    expect([...apart.mean]).toEqual([70, 70]);
    expect(together.mean[0]).toBe(140);
    const width = (k: number, totals: typeof apart) => totals.intervals[0].upper[k] - totals.mean[k];
    const independent = Math.hypot(width(0, apart), width(1, apart));
    expect(width(0, together)).toBeGreaterThan(1.25 * independent);
    expect(width(0, together)).toBeLessThanOrEqual(width(0, apart) + width(1, apart));
  });

  it('leaves the lower bound below zero and gives an empty group zero', () => {
    const totals = residualTotals(new Float64Array(2 * horizon), horizon, history, {
      ranges,
      levels: [0.5, 0.95],
      groupOf: Int32Array.from([0, -1]),
      groupCount: 2,
    });
    expect([...totals.mean]).toEqual([0, 0]);
    expect(totals.intervals[1].lower[0]).toBe(-totals.intervals[1].upper[0]);
    expect(totals.intervals[1].upper[0]).toBeGreaterThan(totals.intervals[0].upper[0]);
    expect(totals.intervals[1].upper[1]).toBe(0);
  });

  it.each([
    ['ranges', { ranges: [] }],
    ['ranges', { ranges: [{ from: 3, to: 3 }] }],
    ['ranges', { ranges: [{ from: -1, to: 3 }] }],
    ['levels', { ranges, levels: [1] }],
    ['groupCount', { ranges, groupOf: new Int32Array(2) }],
    ['groupOf', { ranges, groupOf: new Int32Array(3), groupCount: 1 }],
    ['groupOf', { ranges, groupOf: Int32Array.from([0, 5]), groupCount: 1 }],
  ])('refuses wrong %s', (path, options) => {
    const error = (() => {
      try {
        residualTotals(mean, horizon, history, options);
      } catch (caught) {
        return caught;
      }
    })();
    expect(ForecastError.is(error) && error.code).toBe('invalid-option');
    expect(ForecastError.is(error) && error.path[0]).toBe(path);
  });
});
