import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const DAYS = 420;

/** Level of a product that sells 20 a day, times a factor. */
async function levelOf(factor: (daysAgo: number) => number, seed = 6): Promise<number> {
  const random = createRandom(seed);
  const units = Array.from({ length: DAYS }, (_, d) => poisson(random, 20 * factor(DAYS - d)));
  const { level } = (await structural().fit(panelOf([units]))).state;
  return level[0];
}

// Right values: the law that the days are drawn from; a burst adds its average over the year.
describe('bursts', () => {
  it('leave the level as it was once they are over', async () => {
    expect(await levelOf((ago) => (ago > 5 && ago <= 12 ? 3 : 1))).toBeLessThan(22.5);
    expect(await levelOf((ago) => (ago > 20 && ago <= 34 ? 2 : 1))).toBeLessThan(22.5);
  });

  it('include days without sales, as when a product was out of stock', async () => {
    expect(await levelOf((ago) => (ago > 5 && ago <= 15 ? 0 : 1))).toBeGreaterThan(18);
  });

  it('count on average: a level holds what they add in a year', async () => {
    // A week of three times the sales every eight weeks adds a quarter.
    const level = await levelOf((ago) => (ago % 56 > 20 && ago % 56 <= 27 ? 3 : 1));
    expect(level).toBeGreaterThan(23);
    expect(level).toBeLessThan(27);
  });

  it('are no shift: a level that stays is followed', async () => {
    expect(await levelOf((ago) => (ago <= 28 ? 2 : 1))).toBeGreaterThan(36);
    expect(await levelOf((ago) => (ago <= 60 ? 0.5 : 1))).toBeLessThan(11.5);
  });

  it('are not found in noise', async () => {
    for (const seed of [1, 2, 3, 4]) {
      // Four standard errors of an exponential mean of weight 0.03: 4 * sqrt(0.03 / 2 / 20) = 0.11.
      const level = await levelOf(() => 1, seed);
      expect(Math.abs(level / 20 - 1)).toBeLessThan(0.11);
    }
  });
});
