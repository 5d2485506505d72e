import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

/** Growth of the log of sales per year that the model expects, before it is damped. */
async function growthOf(yearly: readonly number[], days = 1100): Promise<number[]> {
  const random = createRandom(8);
  const series = yearly.map((growth) =>
    Array.from({ length: days }, (_, d) => poisson(random, 40 * Math.exp((growth * d) / 365))),
  );
  const { growth } = (await structural().fit(panelOf(series))).state;
  return Array.from(growth, (perStep) => perStep * 364);
}

// Right values: the growth that the series are drawn with, of which a part continues.
describe('growth of the levels', () => {
  it('follows most of the growth of a single product', async () => {
    const [growth] = await growthOf([0.2]);
    expect(growth).toBeGreaterThan(0.08);
    expect(growth).toBeLessThan(0.2);
  });

  it('is not that of its neighbours', async () => {
    const [growing, steady] = await growthOf([0.3, 0]);
    expect(growing).toBeGreaterThan(0.12);
    expect(Math.abs(steady)).toBeLessThan(0.05);
  });

  it('is nothing for steady products, and for less than a year of history', async () => {
    for (const growth of await growthOf([0, 0, 0, 0])) expect(Math.abs(growth)).toBeLessThan(0.04);
    expect(await growthOf([0.5, 0.5], 300)).toEqual([0, 0]);
  });

  it('ends where the sales have stopped growing', async () => {
    const random = createRandom(9);
    const filled = Array.from({ length: 520 }, (_, d) =>
      poisson(random, 40 * Math.min(1, 0.25 + (0.75 * d) / 300)),
    );
    const { growth } = (await structural().fit(panelOf([filled]))).state;
    expect(growth[0] * 364).toBeLessThan(0.12);
  });

  it('stays within half a unit of the log, whatever grows', async () => {
    const [growth] = await growthOf([1.5]);
    expect(growth).toBeGreaterThan(0.2);
    expect(growth).toBeLessThanOrEqual(0.5);
  });
});
