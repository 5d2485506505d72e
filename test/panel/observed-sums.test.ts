import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addObserved, observedSums } from '../../src/panel/observed-sums.js';

const none = Number.NaN;
const values = [1, none, 3, 10, none, none, 5, 6, 7];
const plan = { seriesCount: 3, steps: 3 };

describe('observedSums', () => {
  it('leaves missing values out of the sums of groups, and a sum of nothing is missing', () => {
    const groups = { ...plan, groupOf: [0, 0, -1], groupCount: 2 };
    expect([...observedSums(values, groups)]).toEqual([11, none, 3, none, none, none]);
    expect([...observedSums(values, groups, { nothing: 0 })]).toEqual([11, 0, 3, 0, 0, 0]);
  });

  it('sums ranges of steps of each series', () => {
    const ranges = [
      { from: 0, to: 3 },
      { from: 1, to: 2 },
    ];
    expect([...observedSums(values, { ...plan, ranges })]).toEqual([4, none, 10, none, 18, 6]);
  });

  it('leaves out what another column has missing', () => {
    const groups = { ...plan, groupOf: [0, 0, 0], groupCount: 1 };
    const forecast = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    expect([...observedSums(forecast, groups, { observed: values })]).toEqual([1 + 4 + 7, 8, 3 + 9]);
  });

  it('adds up to the sum of everything observed, however it is divided', () => {
    const cell = fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: Number.NaN });
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 12, maxLength: 12 }),
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }),
        fc.integer({ min: 1, max: 3 }),
        (column, groupOf, split) => {
          const ranges = [
            { from: 0, to: split },
            { from: split, to: 4 },
          ];
          const sums = observedSums(column, { seriesCount: 3, steps: 4, groupOf, groupCount: 3, ranges });
          const total = (all: Iterable<number>) =>
            [...all].reduce((a, b) => a + (Number.isNaN(b) ? 0 : b), 0);
          expect(total(sums)).toBe(total(column));
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe('addObserved', () => {
  it('begins with the first value, and passes over missing ones', () => {
    const sums = Float64Array.of(none, 2);
    addObserved(sums, 0, none);
    addObserved(sums, 1, none);
    expect([...sums]).toEqual([none, 2]);
    addObserved(sums, 0, 3);
    addObserved(sums, 1, 3);
    expect([...sums]).toEqual([3, 5]);
  });
});
