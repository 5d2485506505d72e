import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import type { Panel } from '../../../src/panel/panel.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const DAYS = 800;
const AHEAD = 30;

/** Relative error of the units of the next 30 days; the right ones are those of the law by days before the end. */
async function errorOf(
  mean: (daysAgo: number) => number,
  observed = (_daysAgo: number) => true,
  days = DAYS,
) {
  const random = createRandom(1);
  const units = Array.from({ length: days }, (_, d) => {
    const drawn = poisson(random, mean(days - d));
    return observed(days - d) ? drawn : Number.NaN;
  });
  const fitted = await structural().fit(panelOf([units]));
  const forecast = await fitted.forecast({ horizon: AHEAD });
  let [sum, right] = [0, 0];
  for (let h = 0; h < AHEAD; h++) {
    sum += forecast.mean[h];
    right += mean(-h);
  }
  return Math.abs(sum / right - 1);
}

const step = (before: number, after: number, days: number) => (ago: number) => (ago <= days ? after : before);
const modulo = (a: number, n: number) => ((a % n) + n) % n;

// Right values: the law that the days are drawn from.
describe('steps of a level', () => {
  it.each([14, 21, 28, 40, 60, 90])('are followed when they are %i days old', async (days) => {
    expect(await errorOf(step(6, 60, days))).toBeLessThan(0.12);
    expect(await errorOf(step(6, 30, days))).toBeLessThan(0.12);
  });

  it.each([28, 40, 60, 90])('downwards are followed when they are %i days old', async (days) => {
    expect(await errorOf(step(10, 5, days))).toBeLessThan(0.12);
  });

  it('leave weekdays as they are', async () => {
    const weekend = (ago: number) => (modulo(ago, 7) < 2 ? 4 : 1);
    for (const end of [0, 2, 4]) {
      const law = (ago: number) => weekend(ago + end) * (ago <= 25 ? 12 : 4);
      expect(await errorOf(law)).toBeLessThan(0.12);
    }
  });

  it('are found beside missing days', async () => {
    expect(await errorOf(step(6, 30, 40), (ago) => ago % 3 > 0)).toBeLessThan(0.12);
  });

  it('are no season that the year before had too', async () => {
    // Ten weeks a year at four times the sales, of which five are to come.
    expect(await errorOf((ago) => (modulo(ago + 35, 365) < 70 ? 40 : 10))).toBeLessThan(0.2);
  });

  it('are not found in what is over', async () => {
    expect(await errorOf((ago) => (ago > 3 && ago <= 10 ? 60 : 20))).toBeLessThan(0.15);
  });

  describe('in a short history', () => {
    const week = [0.6, 0.8, 1, 1, 1.2, 1.6, 0.8];
    it.each([
      [7, 14, 2],
      [14, 14, 2],
      [30, 14, 2],
      [30, 14, 0.5],
      [46, 14, 1.5],
      [100, 14, 2],
      [30, 21, 2],
    ])('are followed: %i days, and %i at %d times as much', async (before, after, ratio) => {
      const law = (ago: number) => 20 * (ago <= after ? ratio : 1);
      expect(await errorOf(law, () => true, before + after)).toBeLessThan(0.1);
      const withWeekdays = (ago: number) => law(ago) * week[modulo(ago, 7)];
      expect(await errorOf(withWeekdays, () => true, before + after)).toBeLessThan(0.13);
    });

    it('are not found in a burst of some days, or in chance', async () => {
      // A burst that goes on cannot be told from sales that vary: the mean of all days, which is 27, is expected.
      expect(
        await errorOf(
          (ago) => (ago > 0 && ago <= 8 ? 40 : 20),
          () => true,
          44,
        ),
      ).toBeLessThan(0.25);
      for (const mean of [1, 5, 30])
        expect(
          await errorOf(
            () => mean,
            () => true,
            44,
          ),
        ).toBeLessThan(0.12);
    });
  });
});

/** Units a day ahead of a product that sold twice as much on some days, and on the last 14. */
async function ahead(columns: Partial<Pick<Panel, 'promo'>>) {
  const random = createRandom(2);
  const units = Array.from({ length: 58 }, (_, d) =>
    poisson(random, d >= 44 || (d >= 10 && d < 15) ? 40 : 20),
  );
  const fitted = await structural().fit({ ...panelOf([units]), ...columns });
  return (await fitted.totals({ ranges: [{ from: 10, to: 38 }] })).mean[0] / 28;
}

// Right values: the law without the promotion, or with the new level.
describe('a rise that is explained', () => {
  it('by a promotion ends with it', async () => {
    const promo = Uint8Array.from({ length: 58 }, (_, d) => Number(d >= 44 || (d >= 10 && d < 15)));
    expect(Math.abs((await ahead({ promo })) / 20 - 1)).toBeLessThan(0.12);
    expect(Math.abs((await ahead({})) / 40 - 1)).toBeLessThan(0.12);
  });
});
