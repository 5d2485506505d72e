import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  gridProbabilities,
  intervalReader,
  packQuantiles,
  quantileReader,
  snapshotInterval,
} from '../../../src/forecaster/distribution/quantile-grid.js';
import { normalQuantile } from '../../../src/models/uncertainty/index.js';
import { errorOf } from '../../error-of.js';

const probabilities = gridProbabilities(0.8);

const run = async (work: () => unknown) => work();

/** Grid of normal laws with the given means, all of deviation 10. */
function normalGrid(means: readonly number[]) {
  const columns = probabilities.map((p) => Float64Array.from(means, (mean) => mean + 10 * normalQuantile(p)));
  return packQuantiles(probabilities, columns, means.length);
}

describe('grid of quantiles', () => {
  it('has 15 probabilities, and those of a wider interval of the training', () => {
    expect(probabilities).toHaveLength(15);
    expect(gridProbabilities(0.99)).toHaveLength(15);
    expect(gridProbabilities(0.999)).toHaveLength(17);
    expect(gridProbabilities(0.999)[0]).toBeCloseTo(0.0005, 12);
  });

  it('gives every quantile of a normal law, stored or interpolated', () => {
    const grid = normalGrid([100, 1000]);
    for (const p of [0.005, 0.01, 0.1, 0.2, 0.333, 0.5, 0.77, 0.9, 0.975, 0.995]) {
      const read = quantileReader(grid, p, 'quantiles');
      expect(read(0)).toBeCloseTo(100 + 10 * normalQuantile(p), 2);
      expect(read(1)).toBeCloseTo(1000 + 10 * normalQuantile(p), 2);
    }
  });

  it('takes a place of each total in columns of several', () => {
    const columns = [0, 5].map((shift) => Float64Array.from([10, 20, 30, 40], (value) => value + shift));
    const grid = packQuantiles([0.1, 0.9], columns, 2, (i) => 2 * i + 1);
    expect([0, 1].map(quantileReader(grid, 0.9, 'quantiles'))).toEqual([25, 45]);
    expect([0, 1].map(quantileReader(grid, 0.5, 'quantiles'))).toEqual([22.5, 42.5]);
  });

  it('never crosses, and stays within a 65,535th of what went in', () => {
    const steps = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 15, maxLength: 15 });
    fc.assert(
      fc.property(steps, fc.double({ min: 0.005, max: 0.995, noNaN: true }), (increments, p) => {
        let sum = 0;
        const values = increments.map((step) => (sum += step));
        const columns = values.map((value) => Float64Array.of(value));
        const grid = packQuantiles(probabilities, columns, 1);
        const tolerance = sum / 65_535 + 1e-6 * sum + 1e-30;
        probabilities.forEach((known, k) => {
          expect(Math.abs(quantileReader(grid, known, 'q')(0) - (values[k] ?? 0))).toBeLessThanOrEqual(
            tolerance,
          );
        });
        const own = quantileReader(grid, p, 'q')(0);
        for (const known of probabilities) {
          const other = quantileReader(grid, known, 'q')(0);
          if (known < p) expect(other).toBeLessThanOrEqual(own + 1e-9 * sum);
          if (known > p) expect(other).toBeGreaterThanOrEqual(own - 1e-9 * sum);
        }
      }),
      { seed: 14, numRuns: 200 },
    );
  });

  it('nests intervals, and reaches the mean of a skew law', () => {
    const totals = { mean: Float64Array.of(100, 3), quantiles: normalGrid([100, 60]) };
    const narrow = snapshotInterval(totals, 0.5);
    const wide = snapshotInterval(totals, 0.95);
    expect(wide.lower[0]).toBeLessThan(narrow.lower[0]);
    expect(wide.upper[0]).toBeGreaterThan(narrow.upper[0]);
    expect(narrow.upper[0] - 100).toBeCloseTo(6.745, 2);
    expect(narrow.lower[1]).toBe(3);
    const { lower } = intervalReader(totals, 0.5);
    expect(lower(0)).toBe(narrow.lower[0]);
  });

  it('refuses what it does not have', async () => {
    const totals = { mean: Float64Array.of(1), quantiles: normalGrid([1]) };
    for (const level of [0, 1, 1.5, Number.NaN, 0.999]) {
      expect(await errorOf(run(() => snapshotInterval(totals, level)))).toMatchObject({
        code: 'invalid-option',
        path: ['intervalLevel'],
      });
    }
    expect(await errorOf(run(() => quantileReader(totals.quantiles, 0.001, 'quantiles')))).toMatchObject({
      code: 'invalid-option',
      message: 'The snapshot has quantiles from 0.005 to 0.995 (levels up to 0.99), not 0.001',
    });
  });
});
