import { structural } from 'commerce-forecast';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { panelOf } from '../../../src/testing/index.js';

const LEVEL = 20;
const YEAR = 365;

/** Sums ahead of a history whose days are drawn from a law, with their intervals at 80 %. */
async function sumsAhead(days: number, law: (day: number) => number, lengths: readonly number[]) {
  const random = createRandom(4);
  const units = Array.from({ length: days }, (_, d) => poisson(random, law(d)));
  const fitted = await structural().fit(panelOf([units]));
  const ranges = lengths.map((to) => ({ from: 0, to }));
  const { mean, intervals } = await fitted.totals({ ranges, levels: [0.8] });
  return lengths.map((_, r) => ({
    mean: mean[r],
    lower: intervals[0].lower[r],
    upper: intervals[0].upper[r],
  }));
}

// Right values: the law that the days are drawn from, whose peak comes back every year.
describe('the first peak of a shop', () => {
  describe.each([
    [3, 14],
    [4, 10],
    [5, 14],
  ])('of %i times the sales over %i days', (ratio, length) => {
    const year = LEVEL * (YEAR + (ratio - 1) * length);

    it.each([-5, -2, 0, 1, 3, 7])('leaves the year as it is, %i days after its end', async (after) => {
      for (const before of [60, 200, 340]) {
        const law = (day: number) => LEVEL * (day >= before && day < before + length ? ratio : 1);
        const [{ mean, lower, upper }] = await sumsAhead(before + length + after, law, [YEAR]);
        expect(Math.abs(mean / year - 1)).toBeLessThan(0.15);
        expect(lower).toBeLessThan(year);
        expect(upper).toBeGreaterThan(year);
      }
    });

    it('is expected to go on for some days while it is on', async () => {
      const law = (day: number) => LEVEL * (day >= 200 ? ratio : 1);
      const [{ mean }] = await sumsAhead(207, law, [7]);
      expect(mean).toBeGreaterThan(0.6 * 7 * LEVEL * ratio);
      expect(mean).toBeLessThan(7 * LEVEL * ratio);
    });
  });

  it('is a lasting step from the third week on', async () => {
    const [{ mean }] = await sumsAhead(220, (day) => LEVEL * (day >= 200 ? 4 : 1), [30]);
    expect(Math.abs(mean / (30 * 4 * LEVEL) - 1)).toBeLessThan(0.1);
  });

  it('survives a reload while it is on', async () => {
    const units = Array.from({ length: 107 }, (_, d) => (d >= 100 ? 80 : 20));
    const fitted = await structural().fit(panelOf([units]));
    const reloaded = structural().load?.(JSON.parse(JSON.stringify(fitted.toJSON())));
    const { mean } = await fitted.forecast({ horizon: 30 });
    expect((await reloaded!.forecast({ horizon: 30 })).mean).toEqual(mean);
    expect(mean[0]).toBeGreaterThan(2 * mean[29]);
  });
});

// A rate that is known from a sale a week says nothing of four days: what is sold if they go on is the bound.
describe('a few days that sell more', () => {
  it.each([3, 10, 200])('of a product that sold once a week, then %i a day', async (high) => {
    const rare = Array.from({ length: 150 }, (_, d) => (d >= 144 ? high : d % 7 === 0 ? 1 : 0));
    const others = [20, 6].map((level) => {
      const random = createRandom(level);
      return Array.from({ length: 150 }, () => poisson(random, level));
    });
    const fitted = await structural().fit(panelOf([rare, ...others]));
    const { mean, intervals } = await fitted.totals({ ranges: [{ from: 0, to: 7 }], levels: [0.8] });
    expect(mean[0]).toBeLessThan(7 * high);
    expect(intervals[0].upper[0]).toBeGreaterThanOrEqual(mean[0]);
    expect(intervals[0].lower[0]).toBeLessThanOrEqual(mean[0]);
    const json = JSON.parse(JSON.stringify(fitted.toJSON()));
    expect((await structural().load!(json).forecast({ horizon: 7 })).mean).toHaveLength(21);
  });

  // The law is 0.2 a day; a bound of five times it lies between what is forecast and what counting these days twice gave.
  it.each([1, 2, 3])('by chance, of a slow product (seed %i)', async (seed) => {
    const random = createRandom(seed);
    const units = Array.from({ length: 120 }, (_, d) =>
      d >= 115 ? (d === 117 ? 0 : 3) : poisson(random, 0.2),
    );
    const { mean } = await (await structural().fit(panelOf([units]))).forecast({ horizon: 7 });
    expect(mean.reduce((sum, value) => sum + value)).toBeLessThan(5 * 7 * 0.2);
  });

  it('do not raise the forecast beyond what they sold where the product sold more before', async () => {
    const random = createRandom(3);
    const law = (d: number) => (d < 132 || d >= 192 ? 10 : 1);
    const units = Array.from({ length: 200 }, (_, d) => poisson(random, law(d)));
    const { mean } = await (await structural().fit(panelOf([units]))).forecast({ horizon: 7 });
    expect(mean.reduce((sum, value) => sum + value)).toBeLessThan(1.1 * 70);
  });
});

describe('a new shop', () => {
  it.each([10, 14, 18, 21, 25, 28, 35])('that is closed on Sundays, after %i days', async (days) => {
    const [{ mean }] = await sumsAhead(days, (day) => (day % 7 === 6 ? 0 : 40), [28]);
    expect(Math.abs(mean / (24 * 40) - 1)).toBeLessThan(0.1);
  });

  it.each([14, 18, 21, 25, 28, 35])('that sells on one weekday, after %i days', async (days) => {
    const [{ mean, lower, upper }] = await sumsAhead(days, (day) => (day % 7 === 5 ? 50 : 0), [28]);
    expect(Math.abs(mean / 200 - 1)).toBeLessThan(0.25);
    expect(lower).toBeLessThan(200);
    expect(upper).toBeGreaterThan(200);
  });
});
