import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const PRODUCTS = 3;

/** Relative error of the year of all products that follow a law, forecast after some days of it. */
async function errorOfYear(law: (day: number) => number, days: number, seed = 3): Promise<number> {
  const random = createRandom(seed);
  const series = Array.from({ length: PRODUCTS }, () =>
    Array.from({ length: days }, (_, d) => poisson(random, law(d))),
  );
  const { mean } = await (await structural().fit(panelOf(series))).forecast({ horizon: 365 });
  let right = 0;
  for (let d = days; d < days + 365; d++) right += PRODUCTS * law(d);
  return mean.reduce((sum, units) => sum + units, 0) / right - 1;
}

// Right values: the laws that the sales are drawn from.
describe('the second year of a shop', () => {
  it.each([365, 400, 450, 550, 650])('has the season of the first one, after %d days', async (days) => {
    const season = (d: number) => 30 * (1 + 0.6 * Math.cos((2 * Math.PI * (d - 40)) / 365.25));
    expect(Math.abs(await errorOfYear(season, days))).toBeLessThan(0.08);
  });

  it.each([370, 400, 550, 650])(
    'has no season from a first year that filled up, after %d days',
    async (days) => {
      const filled = (d: number) => 40 * Math.min(1, 0.25 + (0.75 * d) / 250);
      expect(Math.abs(await errorOfYear(filled, days))).toBeLessThan(0.1);
    },
  );

  it.each([370, 430, 520])('has no season from chance, after %d days', async (days) => {
    for (const seed of [1, 2, 3, 4]) {
      expect(Math.abs(await errorOfYear(() => 0.8, days, seed)), `seed ${seed}`).toBeLessThan(0.15);
    }
  });

  it.each([400, 430, 520, 680])('gives each product its own season or none, after %d days', async (days) => {
    const random = createRandom(4);
    const wave = (d: number, peak: number) => 1 + 0.7 * Math.cos((2 * Math.PI * (d - peak)) / 365.25);
    // Flat goods, a large one among them, beside summer and winter goods of the same category.
    const laws: ((d: number) => number)[] = [
      () => 300,
      () => 10,
      (d) => 12 * wave(d, 170),
      (d) => 10 * wave(d, 170),
      (d) => 20 * wave(d, 170),
      (d) => 15 * wave(d, 350),
      (d) => 10 * wave(d, 350),
    ];
    const series = laws.map((law) => Array.from({ length: days }, (_, d) => poisson(random, law(d))));
    const { mean } = await (await structural().fit(panelOf(series))).forecast({ horizon: 365 });
    laws.forEach((law, s) => {
      let right = 0;
      for (let d = days; d < days + 365; d++) right += law(d);
      const year = mean.subarray(s * 365, (s + 1) * 365).reduce((sum, units) => sum + units, 0);
      expect(Math.abs(year / right - 1), `product ${s}`).toBeLessThan(0.15);
    });
  });

  it('has the season of a shop that grows by a fifth a year', async () => {
    const law = (d: number) =>
      30 * Math.exp((0.18 * d) / 365) * (1 + 0.5 * Math.cos((2 * Math.PI * d) / 365.25));
    expect(Math.abs(await errorOfYear(law, 450))).toBeLessThan(0.12);
  });
});
