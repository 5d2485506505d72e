import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countQuantile, gammaQuantile, normalQuantile } from '../../../src/models/uncertainty/index.js';

describe('gammaQuantile', () => {
  it('is the exponential law for a variance of the squared mean', () => {
    for (const p of [0.01, 0.1, 0.5, 0.9, 0.999]) {
      expect(gammaQuantile(3, 9, p)).toBeCloseTo(-3 * Math.log(1 - p), 8);
    }
  });

  it('is half of a chi-square of one degree of freedom for a shape of one half', () => {
    for (const p of [0.05, 0.5, 0.8, 0.95]) {
      const chiSquare = normalQuantile((1 + p) / 2) ** 2;
      expect(gammaQuantile(0.5, 0.5, p) / (chiSquare / 2)).toBeCloseTo(1, 7);
    }
  });

  it('matches the Erlang law of shape 2, whose distribution is 1 - (1 + x) exp(-x)', () => {
    for (const p of [0.001, 0.1, 0.5, 0.9]) {
      const x = gammaQuantile(2, 2, p);
      expect(1 - (1 + x) * Math.exp(-x)).toBeCloseTo(p, 9);
    }
  });

  it('tends to the normal law', () => {
    const mean = 1e6;
    expect((gammaQuantile(mean, mean, 0.9) - mean) / 1000).toBeCloseTo(normalQuantile(0.9), 2);
  });

  it('is the mean without variance and 0 without mean', () => {
    expect(gammaQuantile(7, 0, 0.9)).toBe(7);
    expect(gammaQuantile(0, 1, 0.9)).toBe(0);
  });
});

describe('countQuantile', () => {
  it('interpolates the Poisson law around whole counts', () => {
    // P(0) = e^-1 and P(1) = e^-1: half of the mass of 1 lies below 1.
    expect(countQuantile(1, 1, 1.5 / Math.E)).toBeCloseTo(1, 9);
    expect(countQuantile(1, 1, 2 / Math.E)).toBeCloseTo(1.5, 9);
    expect(countQuantile(1, 1, 0.1)).toBe(0);
  });

  it('interpolates the geometric law for a variance of mean + mean²', () => {
    // P(0) = 1/2, P(1) = 1/4, P(2) = 1/8.
    expect(countQuantile(1, 2, 0.5)).toBeCloseTo(0.5, 9);
    expect(countQuantile(1, 2, 0.75)).toBeCloseTo(1.5, 9);
    expect(countQuantile(1, 2, 0.8125)).toBeCloseTo(2, 9);
  });

  it('grows with the probability and does not jump where the law changes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 200, noNaN: true }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (mean, ratio) => {
          const values = [0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 0.95].map((p) =>
            countQuantile(mean, mean * ratio, p),
          );
          for (let k = 1; k < values.length; k++) expect(values[k]).toBeGreaterThanOrEqual(values[k - 1]);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
    for (const p of [0.1, 0.5, 0.9]) {
      const below = countQuantile(40, 80, p);
      const above = countQuantile(40.001, 80.002, p);
      expect(Math.abs(above - below)).toBeLessThan(0.35);
    }
  });
});
