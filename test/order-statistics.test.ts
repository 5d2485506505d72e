import { describe, expect, it } from 'vitest';
import { medianOfSorted, quantileOfSorted } from '../src/order-statistics.js';

describe('order statistics', () => {
  it('are the quantiles of type 7', () => {
    // By the definition of R: for 1, 2, 4, 8 and p = 0.4, h = (4 - 1) * 0.4 = 1.2, so that 2 + 0.2 * (4 - 2) = 2.4.
    expect([0, 0.4, 0.5, 0.9, 1].map((p) => quantileOfSorted([1, 2, 4, 8], p))).toEqual([
      1,
      expect.closeTo(2.4, 12),
      3,
      expect.closeTo(6.8, 12),
      8,
    ]);
  });

  it('have the mean of the two middle values as the median of an even number', () => {
    expect(medianOfSorted([1, 2, 4, 8])).toBe(3);
    expect(medianOfSorted([1, 2, 4])).toBe(2);
    expect(medianOfSorted([1, 2, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])).toBe(
      Number.POSITIVE_INFINITY,
    );
  });

  it('stay exact among equal values', () => {
    expect(quantileOfSorted([0.1, 0.1, 0.1], 0.3)).toBe(0.1);
  });

  it('are unknown without values', () => {
    expect(medianOfSorted([])).toBeNaN();
    expect(quantileOfSorted([], 0.5)).toBeNaN();
  });
});
