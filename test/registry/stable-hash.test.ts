import { describe, expect, it } from 'vitest';
import { murmurHash3, stableFraction } from '../../src/registry/stable-hash.js';

const keys = Array.from({ length: 100_000 }, (_, i) => `merchant-${i}`);

describe('murmurHash3', () => {
  // sklearn.utils.murmurhash3_32(text.encode(), seed, positive=True) of scikit-learn 1.2.1.
  it.each([
    ['', 0, 0],
    ['', 1, 1364076727],
    ['a', 0, 1009084850],
    ['abc', 0, 3017643002],
    ['merchant-1', 0, 798404858],
    ['merchant-1', 42, 2076450405],
    ['Bücher 書 🛒', 7, 3660763969],
  ])('of %j with seed %i is that of scikit-learn', (text, seed, expected) => {
    expect(murmurHash3(text, seed)).toBe(expected);
  });
});

describe('stableFraction', () => {
  it('spreads keys evenly', () => {
    const bins = new Float64Array(100);
    for (const key of keys) bins[Math.floor(stableFraction(key, 'canary-3') * 100)]++;
    let chiSquared = 0;
    for (const count of bins) chiSquared += (count - 1_000) ** 2 / 1_000;
    // scipy.stats.chi2.ppf([0.0005, 0.9995], df=99)
    expect(chiSquared).toBeGreaterThan(59.128);
    expect(chiSquared).toBeLessThan(151.934);
  });

  it('places a key independently under another salt', () => {
    // A 10 x 10 table of both places: independence has (10 - 1)^2 = 81 degrees of freedom.
    const table = new Float64Array(100);
    for (const key of keys) {
      const row = Math.floor(stableFraction(key, 'canary-3') * 10);
      const column = Math.floor(stableFraction(key, 'canary-4') * 10);
      table[row * 10 + column]++;
    }
    const rows = Array.from({ length: 10 }, (_, r) => sum(table.subarray(r * 10, r * 10 + 10)));
    const columns = Array.from({ length: 10 }, (_, c) => sum(table.filter((_, i) => i % 10 === c)));
    let chiSquared = 0;
    for (let i = 0; i < 100; i++) {
      const expected = (rows[Math.floor(i / 10)] * columns[i % 10]) / keys.length;
      chiSquared += (table[i] - expected) ** 2 / expected;
    }
    // scipy.stats.chi2.ppf(0.9995, df=81)
    expect(chiSquared).toBeLessThan(129.52);
  });
});

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
