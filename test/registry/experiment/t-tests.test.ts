import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pairedTTest, summarize, welchTTest } from '../../../src/registry/experiment/t-tests.js';
import { studentTwoSided } from '../../../src/student-t.js';

const first = [12.1, 9.8, 11.4, 10.9, 13.2, 8.7, 10.1];
const second = [9.9, 8.8, 10.2, 9.1, 9.6, 10.8, 7.9, 9.4, 10];

describe('studentTwoSided', () => {
  // 2 * scipy.stats.t.sf(abs(t), df) of SciPy 1.10.1.
  it.each([
    [0, 5, 1],
    [1, 1, 0.49999999999999956],
    [2.5, 10, 0.031446844236608776],
    [-2.5, 10, 0.031446844236608776],
    [0.1, 3.7, 0.9255252674701903],
    [12, 4.2, 0.00020842666068435353],
    [1.96, 1e6, 0.04999606758526978],
    [40, 30, 1.3726045194406362e-27],
    [1e-8, 7, 0.999999992300171],
    [3, 1e12, 0.0026997960633266672],
  ])('at %d with %d degrees of freedom is that of SciPy', (statistic, degrees, expected) => {
    // The rounding of df / (df + t^2) is magnified by df: 2^-53 * 1e6 is 1e-10. Above 1e8 the law is cut off.
    const tolerance = degrees > 1e8 ? 1e-6 : Math.max(1e-11, degrees * 2 ** -53);
    expect(Math.abs(studentTwoSided(statistic, degrees) / expected - 1)).toBeLessThan(tolerance);
  });

  it('falls from 1 to 0 as the statistic grows', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        fc.double({ min: 0, max: 50, noNaN: true }),
        fc.double({ min: 0.001, max: 50, noNaN: true }),
        (degrees, statistic, step) => {
          const near = studentTwoSided(statistic, degrees);
          const far = studentTwoSided(statistic + step, degrees);
          expect(near).toBeLessThanOrEqual(1);
          expect(far).toBeGreaterThanOrEqual(0);
          expect(far).toBeLessThanOrEqual(near + 1e-12);
        },
      ),
      { seed: 42 },
    );
  });
});

describe('welchTTest', () => {
  it('is the test of R', () => {
    const test = welchTTest(summarize(first), summarize(second));
    // t.test(a, b) of R 4.2
    expect(test.statistic).toBeCloseTo(2.13931771512408, 12);
    expect(test.degreesOfFreedom).toBeCloseTo(8.93508429107881, 11);
    expect(test.pValue).toBeCloseTo(0.0613066741244365, 12);
    // Half the width of R's 95 % interval over qt(0.975, df) is the standard error.
    expect(test.difference).toBeCloseTo((2.8068740620522741 - 0.0798899350681461) / 2, 12);
  });

  it('has defined answers where nothing varies', () => {
    const constant = (mean: number) => ({ count: 5, mean, variance: 0 });
    expect(welchTTest(constant(3), constant(3))).toMatchObject({ statistic: 0, pValue: 1 });
    expect(welchTTest(constant(3), constant(2))).toMatchObject({ statistic: Infinity, pValue: 0 });
    expect(welchTTest(constant(2), constant(3))).toMatchObject({ statistic: -Infinity, pValue: 0 });
  });

  it('gives finite numbers for very small and very large values', () => {
    for (const scale of [1e-150, 1e150]) {
      const test = welchTTest(
        summarize(first.map((x) => x * scale)),
        summarize(second.map((x) => x * scale)),
      );
      expect(test.statistic).toBeCloseTo(2.13931771512408, 10);
      expect(test.pValue).toBeCloseTo(0.0613066741244365, 10);
    }
  });

  it('refuses samples of fewer than two values', () => {
    expect(() => summarize([1])).toThrow(expect.objectContaining({ code: 'too-short' }));
    const alone = { count: 1, mean: 3, variance: 0 };
    expect(() => welchTTest(summarize(first), alone)).toThrow(expect.objectContaining({ code: 'too-short' }));
    expect(() => summarize([1, Number.NaN])).toThrow(
      expect.objectContaining({ code: 'invalid-data', path: [1] }),
    );
  });
});

describe('pairedTTest', () => {
  it('is the test of SciPy', () => {
    // scipy.stats.ttest_rel(a, b[:7]) of SciPy 1.10.1
    const test = pairedTTest(first, second.slice(0, 7));
    expect(test.statistic).toBeCloseTo(2.1179196217107625, 12);
    expect(test.pValue).toBeCloseTo(0.07850880063239185, 12);
    expect(test.degreesOfFreedom).toBe(6);
    expect(test.difference).toBeCloseTo((3.048262960819354 - 0.2196915322479256) / 2, 12);
  });

  it('refuses pairs of different lengths', () => {
    expect(() => pairedTTest([1, 2], [1])).toThrow(expect.objectContaining({ code: 'invalid-data' }));
    expect(() => pairedTTest([], [])).toThrow(expect.objectContaining({ code: 'too-short' }));
  });
});
