import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const DAYS = 800;
const AHEAD = 30;

/** Relative error of the units of the next 30 days; the right ones are those of the law by days before the end. */
async function errorOf(mean: (daysAgo: number) => number, observed = (_daysAgo: number) => true) {
  const random = createRandom(1);
  const units = Array.from({ length: DAYS }, (_, d) => {
    const drawn = poisson(random, mean(DAYS - d));
    return observed(DAYS - d) ? drawn : Number.NaN;
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
});
