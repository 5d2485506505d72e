import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { medianInPlace, selectRank } from '../../src/math/select-rank.js';
import { medianOfSorted } from '../../src/order-statistics.js';

describe('selection by rank', () => {
  it('finds what sorting all values would put at a rank', () => {
    // Few different numbers, so that many are equal, and infinite ones.
    const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true }));
    const cases = fc.array(number, { minLength: 1, maxLength: 60 }).chain((values) => {
      const rank = fc.integer({ min: 0, max: values.length - 1 });
      return fc.tuple(fc.constant(values), rank, fc.nat(5));
    });
    fc.assert(
      fc.property(cases, ([values, rank, behind]) => {
        const sorted = Float64Array.from(values).sort();
        const scratch = () => Float64Array.from([...values, ...new Array<number>(behind).fill(-9)]);
        expect(selectRank(scratch(), values.length, rank) === sorted[rank]).toBe(true);
        const median = medianInPlace(scratch(), values.length);
        expect(Object.is(median, medianOfSorted(sorted)) || median === medianOfSorted(sorted)).toBe(true);
      }),
      { seed: 11, numRuns: 2000 },
    );
    expect(medianInPlace(new Float64Array(3), 0)).toBeNaN();
  });
});
