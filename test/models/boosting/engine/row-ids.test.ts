import { trainBooster } from 'commerce-forecast/boosting';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/random.js';

const ROWS = 400;
const PARAMS = { rounds: 5, maxDepth: 3, subsample: 0.5, seed: 3 };

/** Rows with their numbers, in a given order. */
function dataOf(order: readonly number[]) {
  const random = createRandom(7);
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const x = random.uniform();
    return { x, label: Math.round(8 * x) + random.integer(3), id: row * 2_654_435 };
  });
  const taken = order.map((row) => rows[row]);
  return {
    features: { rows: taken.length, columns: [Float32Array.from(taken, ({ x }) => x)] },
    labels: Float32Array.from(taken, ({ label }) => label),
    rowIds: Uint32Array.from(taken, ({ id }) => id),
  };
}

const inOrder = Array.from({ length: ROWS }, (_, row) => row);
const grid = { rows: 9, columns: [Float32Array.from({ length: 9 }, (_, i) => (i + 0.5) / 9)] };

describe('row ids', () => {
  it('draw the same rows in any order', () => {
    const { rowIds, ...unnamed } = dataOf(inOrder);
    const backwards = dataOf([...inOrder].reverse());
    const named = trainBooster({ ...unnamed, rowIds }, PARAMS).predict(grid);
    const reversed = trainBooster(backwards, PARAMS).predict(grid);
    named.forEach((value, i) => {
      expect(reversed[i]).toBeCloseTo(value, 5);
    });
    const { rowIds: _, ...places } = backwards;
    expect(trainBooster(places, PARAMS).predict(grid)).not.toEqual(
      trainBooster(unnamed, PARAMS).predict(grid),
    );
  });

  it('draw about the share that is asked for', () => {
    // Leaves of one tree without any split hold the mean of its rows; their cover counts them.
    const booster = trainBooster(dataOf(inOrder), { ...PARAMS, rounds: 40, maxDepth: 1 });
    const covers = booster.trees.map((tree) => tree.cover[0]);
    const mean = covers.reduce((sum, cover) => sum + cover, 0) / covers.length;
    // 40 draws of 400 rows: three standard errors of the mean are 0.5 * 20 / sqrt(40) * 3 = 4.7.
    expect(Math.abs(mean - ROWS / 2)).toBeLessThan(4.7);
    expect(new Set(covers).size).toBeGreaterThan(10);
  });

  it('are refused if they are not one for each row', () => {
    const data = { ...dataOf(inOrder), rowIds: new Uint32Array(3) };
    expect(() => trainBooster(data, PARAMS)).toThrow(/3 row ids for 400 rows/);
  });
});
