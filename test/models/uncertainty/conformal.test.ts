import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  conformalQuantile,
  conformalScores,
  widenedQuantile,
} from '../../../src/models/uncertainty/conformal.js';
import { createRandom } from '../../../src/random.js';

const nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];

describe('conformalQuantile', () => {
  it('is the score of rank ceil((n + 1) level)', () => {
    // Ten times the level: rank 1, 5, 6, 8, 9.
    expect([0.05, 0.5, 0.51, 0.8, 0.9].map((level) => conformalQuantile(nine, level))).toEqual([
      1, 5, 6, 8, 9,
    ]);
  });

  it('promises nothing where that rank is beyond the last score', () => {
    expect(conformalQuantile(nine, 0.91)).toBe(Number.POSITIVE_INFINITY);
    expect(conformalQuantile([], 0.5)).toBe(Number.POSITIVE_INFINITY);
    expect(conformalQuantile([3], 0.5)).toBe(3);
  });

  it('covers a new score with the level as its probability, and at most 1 / (n + 1) more', () => {
    // For exchangeable scores without ties the probability is exactly rank / (n + 1): 24 / 29 here.
    const random = createRandom(11);
    const runs = 4000;
    let below = 0;
    for (let run = 0; run < runs; run++) {
      const scores = Float64Array.from({ length: 28 }, () => Math.abs(random.normal())).sort();
      if (Math.abs(random.normal()) <= conformalQuantile(scores, 0.8)) below++;
    }
    const exact = 24 / 29;
    expect(Math.abs(below / runs - exact)).toBeLessThan(4 * Math.sqrt((exact * (1 - exact)) / runs));
  });

  it('is the same with equal weights of one, and follows the heavier scores otherwise', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 40 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (scores, level) => {
          const sorted = Float64Array.from(scores).sort();
          const ones = new Float64Array(sorted.length).fill(1);
          expect(conformalQuantile(sorted, level, ones)).toBe(conformalQuantile(sorted, level));
        },
      ),
      { seed: 3, numRuns: 300 },
    );
    // Weights 1, 0.5, 0.25 and 1 for the new score make 2.75, of which 0.5 is 1.375: reached with the second.
    expect(conformalQuantile([1, 2, 3], 0.5, [1, 0.5, 0.25])).toBe(2);
    // 0.7 is 1.925, more than all three weigh together.
    expect(conformalQuantile([1, 2, 3], 0.7, [1, 0.5, 0.25])).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('widenedQuantile', () => {
  it('is the conformal quantile where there is one, and grows as a normal law beyond', () => {
    expect(widenedQuantile(nine, 0.9)).toBe(9);
    // qnorm(0.975) / qnorm(0.95) of R.
    expect(widenedQuantile(nine, 0.95)).toBeCloseTo((9 * 1.959963984540054) / 1.6448536269514722, 9);
    expect(widenedQuantile([], 0.95)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('conformalScores', () => {
  it('counts spreads between outcome and forecast, and leaves out series without a spread', () => {
    const scores = conformalScores([4, Number.NaN, 10, 1], [2, 2, 2, 2], (i) => [4, 1, 2, 0][i]);
    expect([...scores]).toEqual([0.5, 4]);
  });
});
