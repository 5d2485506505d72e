import { type Panel, structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { driftingShop } from '../../../benchmarks/intervals/generated.js';
import { createRandom } from '../../../src/random.js';
import { negativeBinomial, poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const SHOP = { products: 60, days: 760 };

/** Relative variances of the structural model for sums of a number of days: of frequent sellers, and shared. */
async function errorsOf(panel: Panel, days: number): Promise<{ own: number; shared: number }> {
  const { errors } = (await structural().fit(panel)).state;
  const k = errors.steps.indexOf(days);
  return { own: errors.own[k], shared: errors.shared[k] };
}

async function meanErrors(drift: Parameters<typeof driftingShop>[0], days: number) {
  const seeds = [11, 12, 13];
  const all = await Promise.all(seeds.map((seed) => errorsOf(driftingShop(drift, { ...SHOP, seed }), days)));
  const mean = (of: (errors: { own: number; shared: number }) => number) =>
    all.reduce((sum, errors) => sum + of(errors), 0) / all.length;
  return { own: mean((e) => e.own), shared: mean((e) => e.shared) };
}

describe('errors of sums, from which intervals are made', () => {
  it('are small for a year of products whose law does not change', async () => {
    // Nothing but the error of the estimated level is left, about 0.0006 in repeated forecasts of such shops.
    const { own, shared } = await meanErrors('stationary', 364);
    expect(own).toBeLessThan(0.004);
    expect(shared).toBeLessThan(0.002);
  });

  it('tell the drift of single products from that of a category', async () => {
    const single = await meanErrors('own drift', 364);
    const common = await meanErrors('common drift', 364);
    // A random walk by 5 % in 28 days has a variance of 0.0025 * 13 / 3 = 0.011 in the mean of a year.
    expect(single.own).toBeGreaterThan(0.006);
    expect(single.own).toBeLessThan(0.04);
    expect(single.shared).toBeLessThan(0.003);
    expect(common.shared).toBeGreaterThan(single.shared);
    expect(common.own).toBeLessThan(single.own);
  });

  it('do not count a growth that forecasts follow', async () => {
    const random = createRandom(3);
    const grown = panelOf(
      Array.from({ length: 40 }, () =>
        Array.from({ length: 1100 }, (_, d) => poisson(random, 30 * Math.exp((0.15 * d) / 365))),
      ),
    );
    const { shared } = await errorsOf(grown, 91);
    // Levels lag behind such a growth by 2 to 4 %, whose square would be 0.0004 to 0.0016.
    expect(shared).toBeLessThan(0.0003);
  });

  it('change little from day to day in a shop of two products', async () => {
    const rows = [9, 16].map((mean, i) => {
      const random = createRandom(6, i);
      return Array.from({ length: 490 }, (_, d) => negativeBinomial(random, mean * (d % 7 > 4 ? 1.4 : 1), 8));
    });
    const widths: number[] = [];
    for (let days = 478; days <= 490; days++) {
      const fitted = await structural().fit(panelOf(rows.map((row) => row.slice(0, days))));
      const { mean, intervals } = await fitted.totals({
        ranges: [{ from: 0, to: 28 }],
        groupOf: Int32Array.of(0, 1),
        groupCount: 2,
        levels: [0.8],
      });
      widths.push((intervals[0].upper[0] - intervals[0].lower[0]) / mean[0]);
    }
    const changes = widths.slice(1).map((width, i) => Math.max(width / widths[i], widths[i] / width));
    expect(Math.max(...changes)).toBeLessThan(1.4);
  });
});
