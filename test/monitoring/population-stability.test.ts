import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  populationReport,
  populationStabilityIndex,
  referenceDistribution,
} from '../../src/monitoring/population-stability.js';

const before = Array.from({ length: 500 }, (_, i) => (i * i * 7 + 3 * i) % 101);
const after = Array.from({ length: 300 }, (_, i) => ((i * i * 5 + 11 * i) % 97) + 5);
const missing = (count: number) => new Array<number>(count).fill(Number.NaN);

describe('populationStabilityIndex', () => {
  // numpy.quantile, numpy.digitize, and scipy.special.rel_entr(a, e) + rel_entr(e, a) summed over the bins.
  it.each([
    [10, 0.23885120433408627],
    [5, 0.17323276476292068],
  ])('with %i bins is that of NumPy and SciPy', (bins, expected) => {
    expect(populationStabilityIndex(referenceDistribution(before, bins), after)).toBeCloseTo(expected, 12);
  });

  it('has the quantiles of NumPy as edges', () => {
    expect(referenceDistribution(before, 10).edges).toEqual([8, 17, 23, 33, 49, 58, 68, 76, 90]);
  });

  it('counts missing values as a bin of their own', () => {
    const reference = referenceDistribution([...before, ...missing(10)], 5);
    expect(populationStabilityIndex(reference, [...after, ...missing(50)])).toBeCloseTo(
      0.4209511492332191,
      12,
    );
  });

  it('is zero for the same values and never negative', () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, values, (first, second) => {
        const reference = referenceDistribution(first);
        expect(populationStabilityIndex(reference, first)).toBe(0);
        const index = populationStabilityIndex(reference, second);
        expect(index).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(index)).toBe(true);
      }),
      { seed: 42 },
    );
  });

  it('does not change when the reference is stored', () => {
    const reference = referenceDistribution(before);
    const stored = JSON.parse(JSON.stringify(reference));
    expect(populationStabilityIndex(stored, after)).toBe(populationStabilityIndex(reference, after));
  });

  it('has few bins for values that are mostly zero or constant', () => {
    const mostlyZero = [...new Array<number>(95).fill(0), 1, 2, 3, 4, 5];
    expect(referenceDistribution(mostlyZero)).toEqual({ edges: [0], shares: [0, 1, 0] });
    expect(populationStabilityIndex(referenceDistribution(mostlyZero), missing(5))).toBeGreaterThan(0.25);
  });

  it('refuses no values, infinite ones and wrong references', () => {
    const reference = referenceDistribution(before);
    const failing = (code: string) => expect.objectContaining({ code });
    expect(() => referenceDistribution([])).toThrow(failing('empty-data'));
    expect(() => referenceDistribution(missing(3))).toThrow(failing('empty-data'));
    expect(() => referenceDistribution([1, Number.POSITIVE_INFINITY])).toThrow(failing('invalid-data'));
    expect(() => referenceDistribution(before, 1)).toThrow(failing('invalid-option'));
    expect(() => populationStabilityIndex(reference, [])).toThrow(failing('empty-data'));
    expect(() => populationStabilityIndex(reference, [Number.NEGATIVE_INFINITY])).toThrow(
      failing('invalid-data'),
    );
    expect(() => populationStabilityIndex({ edges: [1], shares: [1] }, after)).toThrow(
      failing('invalid-data'),
    );
  });
});

describe('populationReport', () => {
  it('warns from 0.1 and is critical from 0.25', () => {
    const { metrics, events } = populationReport({ price: 0.0999, sales_lag_7: 0.1, gdp: 0.25 });
    expect(metrics.map(({ value, labels }) => [labels['feature'], value])).toEqual([
      ['price', 0.0999],
      ['sales_lag_7', 0.1],
      ['gdp', 0.25],
    ]);
    expect(events.map(({ severity, labels, threshold }) => [labels['feature'], severity, threshold])).toEqual(
      [
        ['sales_lag_7', 'warning', 0.1],
        ['gdp', 'critical', 0.25],
      ],
    );
  });
});
