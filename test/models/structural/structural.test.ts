import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayFromCivil, parseDay } from '../../../src/calendar/day.js';
import type { CalendarEvent } from '../../../src/calendar/events.js';
import { ForecastError } from '../../../src/errors.js';
import { structural } from '../../../src/models/structural/index.js';
import type { Panel } from '../../../src/panel/panel.js';
import { selectSeries } from '../../../src/panel/slice.js';
import { createRandom } from '../../../src/random.js';
import { gamma, poisson } from '../../../src/testing/distributions.js';
import { checkForecaster, panelOf } from '../../../src/testing/index.js';

const START = parseDay('2022-01-03'); // a Monday, as in `panelOf`
const WEEKDAYS = [0.5, 0.8, 1, 1, 1.2, 1.5, 1];

const days = (count: number, unitsOf: (day: number) => number) =>
  Array.from({ length: count }, (_, d) => unitsOf(d));

async function meanOf(
  panel: Panel,
  horizon: number,
  events: readonly CalendarEvent[] = [],
): Promise<Float64Array> {
  const fitted = await structural().fit(panel, { covariates: { events } });
  return (await fitted.forecast({ horizon })).mean;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

describe('structural', () => {
  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(structural(), {
      skip: ['leaves means and bounds below zero as they are'],
    });
    expect(report.passed.length).toBeGreaterThan(20);
  });

  it('refuses unknown and wrong options', () => {
    for (const options of [{ years: 0 }, { horizon: 1.5 }, { stepDays: 2 }, { alpha: 1 }]) {
      expect(() => structural(options as object)).toThrow(ForecastError);
    }
  });

  it('keeps a constant, however short the history', async () => {
    for (const length of [1, 4, 30, 400, 900]) {
      const mean = await meanOf(panelOf([days(length, () => 10), days(length, () => 40)]), 365);
      mean.forEach((value, i) => {
        expect(value).toBeCloseTo(i < 365 ? 10 : 40, 6);
      });
    }
  });

  it('closes the weekdays of a product of the weekend beside daily ones, after three months', async () => {
    const random = createRandom(12);
    const weekend = days(98, (d) => (d % 7 > 4 ? poisson(random, 12) : 0));
    const daily = days(98, () => poisson(random, 10));
    const mean = (await meanOf(panelOf([weekend, daily]), 28)).subarray(0, 28);
    expect(mean.filter((_, h) => h % 7 < 5)).toEqual(new Float64Array(20));
    expect(sum(mean) / (4 * 24)).toBeCloseTo(1, 1);
  });

  it('recovers a weekday pattern exactly', async () => {
    const mean = await meanOf(panelOf([days(420, (d) => 20 * WEEKDAYS[d % 7])]), 28);
    // Two years' halves of the pattern agree, so that nothing is shrunk but by the number of weeks: 52 of 56.
    mean.forEach((value, h) => {
      expect(Math.abs(value / (20 * WEEKDAYS[(420 + h) % 7]) - 1)).toBeLessThan(0.08);
    });
    expect(sum(mean)).toBeCloseTo(28 * 20, -1);
  });

  it('gives nothing where nothing was ever sold', async () => {
    const mean = await meanOf(panelOf([days(400, () => 0), days(400, () => 3000)]), 365);
    expect(sum(mean.subarray(0, 365))).toBe(0);
  });

  it('learns a weekday that never sells as closed', async () => {
    const random = createRandom(1);
    const mean = await meanOf(panelOf([days(400, (d) => (d % 7 === 6 ? 0 : poisson(random, 12)))]), 28);
    mean.forEach((value, h) => {
      if ((400 + h) % 7 === 6) expect(value).toBe(0);
      else expect(value).toBeGreaterThan(6);
    });
  });

  it('scales with each series and leaves the others alone', async () => {
    const random = createRandom(2);
    const base = [5, 20, 60].map((level) => days(760, (d) => poisson(random, level * WEEKDAYS[d % 7])));
    const before = await meanOf(panelOf(base), 60);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, 2),
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        async (s, c) => {
          const after = await meanOf(
            panelOf(base.map((series, k) => (k === s ? series.map((x) => x * c) : series))),
            60,
          );
          for (let i = 0; i < after.length; i++) {
            const expected = before[i] * (Math.floor(i / 60) === s ? c : 1);
            expect(Math.abs(after[i] - expected)).toBeLessThanOrEqual(1e-6 * Math.abs(expected) + 1e-12);
          }
        },
      ),
      { numRuns: 6, seed: 1 },
    );
  });

  // A week of a fifth of a kilogram a day, gamma of shape 8, is gamma of shape 56: by scipy, gamma.ppf([0.1, 0.9], 56, scale=1.4/56)
  // is 1.1662 and 1.6445. A count of the same mean would lie between 0 and 3.
  it('forecasts what is sold by weight with the same law in any unit, and not as a count', async () => {
    const random = createRandom(15);
    const kilograms = [0.2, 0.8, 40].map((level) => days(500, () => (level * gamma(random, 8)) / 8));
    const ranges = [{ from: 0, to: 7 }];
    const boundsIn = async (unit: number, groups = {}) => {
      const panel = panelOf(kilograms.map((series) => series.map((x) => x * unit)));
      const fitted = await structural().fit(panel);
      const { values } = await fitted.quantiles!({ ranges, probabilities: [0.1, 0.9], ...groups });
      return values.map((column) => column.map((x) => x / unit));
    };
    const [lower, upper] = await boundsIn(1);
    expect(lower[0]).toBeGreaterThan(1.05);
    expect(upper[0]).toBeLessThan(1.8);
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), async (unit) => {
        const scaled = await boundsIn(unit);
        scaled.forEach((column, k) => {
          column.forEach((x, s) => {
            expect(Math.abs(x / [lower, upper][k][s] - 1)).toBeLessThan(1e-6);
          });
        });
      }),
      { numRuns: 6, seed: 1 },
    );
    const light = { groupOf: Int32Array.of(0, 0, -1), groupCount: 1 };
    const [together, inGrams] = [await boundsIn(1, light), await boundsIn(1000, light)];
    together.forEach((column, k) => {
      expect(inGrams[k][0]).toBeCloseTo(column[0], 6);
    });
  });

  it('does not depend on the order of the series', async () => {
    const random = createRandom(3);
    const panel = panelOf([3, 9, 27, 81].map((level) => days(500, () => poisson(random, level))));
    const order = [2, 0, 3, 1];
    const straight = await meanOf(panel, 30);
    const shuffled = await meanOf(selectSeries(panel, order), 30);
    order.forEach((series, position) => {
      for (let h = 0; h < 30; h++) {
        expect(shuffled[position * 30 + h]).toBeCloseTo(straight[series * 30 + h], 9);
      }
    });
  });

  // Six products in three categories are one pool, seven are pooled by category; what says nothing must not decide that.
  it('pools categories whatever products without sales or with little history stand beside them', async () => {
    const random = createRandom(14);
    const plain = Array.from({ length: 6 }, (_, s) =>
      days(1100, (d) =>
        poisson(random, 12 * (1 + 0.7 * Math.sin((2 * Math.PI * d) / 365.25 + Math.floor(s / 2)))),
      ),
    );
    const inCategories = (series: readonly number[][]): Panel => ({
      ...panelOf(series),
      categories: ['A', 'B', 'C'],
      categoryOf: Int32Array.from(series, (_, s) => Math.min(2, Math.floor(s / 2))),
    });
    const before = await meanOf(inCategories(plain), 30);
    const never = await meanOf(inCategories([...plain, days(1100, () => 0)]), 30);
    expect(never.subarray(0, before.length)).toEqual(before);
    const little = days(1100, (d) => (d < 1094 ? Number.NaN : 12));
    const after = await meanOf(inCategories([...plain, little]), 30);
    plain.forEach((_, s) => {
      const [was, is] = [before, after].map((mean) => sum(mean.subarray(s * 30, (s + 1) * 30)));
      expect(Math.abs(is / was - 1)).toBeLessThan(0.02);
    });
  });

  it('ignores one giant order and the return of it', async () => {
    const random = createRandom(4);
    const plain = Array.from({ length: 5 }, () => days(400, () => poisson(random, 5)));
    const before = await meanOf(panelOf(plain), 365);
    for (const order of [5000, -5000]) {
      const odd = plain.map((series, s) =>
        s === 2 ? series.map((x, d) => (d === 380 ? order : x)) : series,
      );
      const after = await meanOf(panelOf(odd), 365);
      for (let s = 0; s < 5; s++) {
        const change =
          sum(after.subarray(s * 365, (s + 1) * 365)) / sum(before.subarray(s * 365, (s + 1) * 365)) - 1;
        expect(Math.abs(change)).toBeLessThan(s === 2 ? 0.15 : 0.02);
      }
    }
  });

  it('recovers a season and an event that moves', async () => {
    const random = createRandom(5);
    const feasts = [120, 470, 850].map((d) => START + d);
    const events = [...feasts, START + 1110].map((day) => ({
      name: 'Feast',
      day,
      lowerWindow: -2,
      upperWindow: 2,
    }));
    const truth = (d: number) =>
      (1 + 0.4 * Math.sin((2 * Math.PI * d) / 365.25)) *
      (events.some(({ day }) => Math.abs(START + d - day) <= 2) ? 2.5 : 1);
    const panel = panelOf([40, 80, 120].map((level) => days(1096, (d) => poisson(random, level * truth(d)))));
    const mean = await meanOf(panel, 182, events);
    for (let s = 0; s < 3; s++) {
      const expected = days(182, (h) => [40, 80, 120][s] * truth(1096 + h));
      const own = mean.subarray(s * 182, (s + 1) * 182);
      expect(Math.abs(sum(own) / sum(expected) - 1)).toBeLessThan(0.05);
      const feast = (values: ArrayLike<number>) => sum(Array.from(values).slice(12, 17));
      expect(Math.abs(feast(own) / feast(expected) - 1)).toBeLessThan(0.1);
    }
  });

  it.each([900, 1460])(
    'tells flat sales from strongly seasonal ones of their category (%d days)',
    async (count) => {
      // Peak over trough 20; the truth is what the series are drawn from.
      const seasonal = (d: number) => Math.exp(1.5 * Math.sin((2 * Math.PI * d) / 365.25 - 1.5));
      const truth = [(d: number) => 20 * seasonal(d), (d: number) => 40 * seasonal(d), () => 15];
      const random = createRandom(3);
      const panel = panelOf(truth.map((mean) => days(count, (d) => poisson(random, mean(d)))));
      const forecast = await meanOf(panel, 365);
      truth.forEach((mean, s) => {
        const year = sum(days(365, (d) => mean(count + d)));
        expect(sum(forecast.subarray(s * 365, (s + 1) * 365)) / year).toBeGreaterThan(0.93);
        expect(sum(forecast.subarray(s * 365, (s + 1) * 365)) / year).toBeLessThan(1.07);
      });
    },
  );

  it('does not forecast less than a growing product has sold on average since it began', async () => {
    const random = createRandom(8);
    const steady = Array.from({ length: 5 }, () => days(500, () => poisson(random, 10)));
    const launch = days(500, (d) =>
      d < 480 ? Number.NaN : poisson(random, (20 * Math.min(14, d - 479)) / 14),
    );
    const panel = panelOf([...steady, launch]);
    panel.firstDay[5] = 480;
    const forecast = await meanOf(panel, 28);
    expect(sum(forecast.subarray(5 * 28)) / 28).toBeGreaterThan(0.97 * (sum(launch.slice(480)) / 20));
  });

  it('recovers promotions and price elasticity that vary together and alone', async () => {
    const random = createRandom(6);
    const length = 500;
    const ahead = 7;
    const levels = [20, 40, 80];
    const promoOn = (d: number) => Math.floor(d / 5) % 9 === 4;
    const ratio = (d: number) => [1, 1, 0.8, 1.1, 1, 0.9][Math.floor(d / 11) % 6];
    const panel = panelOf(
      levels.map((level) =>
        days(length, (d) => poisson(random, level * (promoOn(d) ? 2 : 1) * ratio(d) ** -2)),
      ),
    );
    const column = (unitsOf: (d: number) => number) => levels.flatMap(() => days(length, unitsOf));
    const known: Panel = {
      ...panel,
      promo: Uint8Array.from(column((d) => (promoOn(d) ? 1 : 0))),
      price: Float32Array.from(column((d) => 10 * ratio(d))),
    };
    const future = (promo: number, price: number) => ({
      startDay: START + length,
      days: ahead,
      promo: new Uint8Array(3 * ahead).fill(promo),
      price: new Float32Array(3 * ahead).fill(price),
    });
    const fitted = await structural().fit(known, { covariates: { future: future(0, 10) } });
    const ranges = [{ from: 0, to: ahead }];
    const base = (await fitted.totals({ ranges })).mean;
    const promoted = (await fitted.totals({ ranges, future: future(1, 10) })).mean;
    const cheaper = (await fitted.totals({ ranges, future: future(0, 8) })).mean;
    for (let s = 0; s < 3; s++) {
      expect(Math.abs(base[s] / (7 * levels[s]) - 1)).toBeLessThan(0.1);
      expect(Math.abs(promoted[s] / base[s] / 2 - 1)).toBeLessThan(0.1);
      expect(Math.abs(cheaper[s] / base[s] / 0.8 ** -2 - 1)).toBeLessThan(0.1);
      // The parts of an explanation make up the forecast.
      const parts = fitted.factors(s, ahead, future(1, 8));
      const { mean } = await fitted.forecast({ horizon: ahead, future: future(1, 8) });
      for (let h = 0; h < ahead; h++) {
        const product =
          fitted.state.level[s] *
          parts.growth[h] *
          parts.weekday[h] *
          parts.season[h] *
          parts.event[h] *
          parts.promotion[h] *
          parts.price[h] *
          parts.open[h];
        expect(mean[s * ahead + h]).toBeCloseTo(product, 9);
      }
    }
  });

  it.each([0, 7, 35])(
    'learns new opening hours from six weeks, before %i days closed as a whole',
    async (rest) => {
      const length = 392 + rest;
      const isOpen = (d: number) => d < 392 && (d < 350 || d % 7 < 5);
      const panel = {
        ...panelOf([days(length, (d) => (isOpen(d) ? 10 : 0))]),
        open: Uint8Array.from({ length }, (_, d) => (isOpen(d) ? 1 : 0)),
      };
      const mean = await meanOf(panel, 14);
      mean.forEach((value, h) => {
        expect(value).toBeCloseTo(h % 7 < 5 ? 10 : 0, 6);
      });
    },
  );

  it('sells nothing on days that are known to be closed', async () => {
    const random = createRandom(7);
    const panel = panelOf([days(300, () => poisson(random, 30))]);
    const open = Uint8Array.from({ length: 10 }, (_, h) => (h === 3 || h === 4 ? 0 : 1));
    const future = { startDay: START + 300, days: 10, open };
    const fitted = await structural().fit(panel, { covariates: { future } });
    const { mean } = await fitted.forecast({ horizon: 12 });
    mean.forEach((value, h) => {
      if (h === 3 || h === 4) expect(value).toBe(0);
      else expect(Math.abs(value / 30 - 1)).toBeLessThan(0.15);
    });
  });

  it('closes every August after two of them', async () => {
    const random = createRandom(8);
    const isAugust = (d: number) => {
      const day = START + d;
      return [2022, 2023, 2024].some(
        (year) => day >= dayFromCivil(year, 8, 1) && day < dayFromCivil(year, 9, 1),
      );
    };
    const length = parseDay('2024-07-20') - START;
    const panel = panelOf(
      [10, 30].map((level) => days(length, (d) => (isAugust(d) ? 0 : poisson(random, level)))),
    );
    const mean = await meanOf(panel, 60);
    for (let h = 0; h < 60; h++) {
      if (isAugust(length + h)) expect(mean[h] + mean[60 + h]).toBe(0);
      else expect(Math.abs((mean[h] + mean[60 + h]) / 40 - 1)).toBeLessThan(0.25);
    }
  });

  it('follows a shift of the level and reports the life-cycle stage', async () => {
    const length = 500;
    const NONE = Number.NaN;
    // A month holds 17 units of chance, hence the mean of four shops.
    let shifted = 0;
    for (const seed of [9, 10, 11, 12]) {
      const random = createRandom(seed);
      const panel = panelOf([
        days(length, (d) => poisson(random, d < length - 30 ? 20 : 10)),
        days(length, (d) => (d < length - 28 ? poisson(random, 10) : 0)),
        days(length, (d) => (d < length - 3 ? NONE : poisson(random, 40))),
        days(length, () => poisson(random, 0.1)),
        days(length, () => poisson(random, 15)),
        days(length, () => 0),
      ]);
      const fitted = await structural().fit(panel);
      const month = (await fitted.totals({ ranges: [{ from: 0, to: 30 }], levels: [0.8] })).mean;
      shifted += month[0] / 4;
      expect(month[1]).toBeLessThan(30);
      expect(Math.abs(month[2] / 1200 - 1)).toBeLessThan(0.3);
      expect(fitted.lifeCycle.map(({ status }) => status)).toEqual([
        'fading',
        'ended',
        'new',
        'intermittent',
        'active',
        'never-sold',
      ]);
      expect(fitted.lifeCycle[1].since).toBeGreaterThan(START + length - 35);
    }
    expect(Math.abs(shifted / 300 - 1)).toBeLessThan(0.1);
  });

  it('takes two sales on the same date of two years for chance where a product sells rarely', async () => {
    // 300 products that sell once in fifty days: some of them sell on the first days to come, a year before.
    const rare = Array.from({ length: 300 }, (_, p) => {
      const random = createRandom(1, p);
      const units = days(800, () => poisson(random, 0.02));
      return units.fill(
        Number.NaN,
        0,
        units.findIndex((value) => value > 0),
      );
    });
    const { mean } = await (await structural().fit(panelOf(rare))).forecast({ horizon: 28 });
    expect(Math.max(...mean)).toBeLessThan(0.5);
    const right = 300 * 28 * 0.02;
    expect(Math.abs(mean.reduce((sum, x) => sum + x, 0) / right - 1)).toBeLessThan(0.15);
  });
});
