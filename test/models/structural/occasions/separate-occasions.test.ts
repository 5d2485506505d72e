import { describe, expect, it } from 'vitest';
import { civilFromDay, parseDay } from '../../../../src/calendar/day.js';
import type { CalendarEvent } from '../../../../src/calendar/events.js';
import { runAtOnce } from '../../../../src/long-call.js';
import { adaptiveEnsemble } from '../../../../src/models/combine/index.js';
import type { Covariates, FittedModel } from '../../../../src/models/contract.js';
import { structural } from '../../../../src/models/structural/index.js';
import { separateOccasions } from '../../../../src/models/structural/occasions/separate-occasions.js';
import { createRandom } from '../../../../src/random.js';
import { poisson } from '../../../../src/testing/distributions.js';
import { panelOf } from '../../../../src/testing/index.js';

const START = parseDay('2022-01-03'); // as in `panelOf`
const DAYS = 1200;
const days = (unitsOf: (day: number) => number) => Array.from({ length: DAYS }, (_, d) => unitsOf(d));
const noisy = (mean: number, seed: number) => {
  const random = createRandom(seed);
  return days(() => poisson(random, mean));
};
const isFifth = (d: number) => civilFromDay(START + d).dayOfMonth === 5;
const fairs: readonly CalendarEvent[] = ['2022-06-03', '2023-05-26', '2024-06-07', '2025-05-30'].map(
  (date) => ({
    name: 'Fair',
    day: parseDay(date),
    upperWindow: 3,
  }),
);
const atFair = (d: number) => fairs.some(({ day }) => START + d >= day && START + d <= day + 3);
const sum = (values: Iterable<number>) => [...values].reduce((a, b) => a + b, 0);

const separate = (series: readonly number[][], covariates: Covariates = {}) =>
  runAtOnce(separateOccasions(panelOf(series), covariates, 1));

describe('separateOccasions', () => {
  it('leaves a panel without occasions as it is', () => {
    const events = fairs.concat(fairs.map(({ day }) => ({ name: 'Other', day: day + 40 })));
    const series = [noisy(5, 1), noisy(0.02, 2), noisy(0.2, 3), days((d) => (d % 7 === 5 ? 20 : 0))];
    const panel = panelOf(series);
    const separated = runAtOnce(separateOccasions(panel, { events }, 1));
    expect(separated.occasional).toBeUndefined();
    expect(separated.panel).toBe(panel);
  });

  it('takes the sales of an event out of a product that sells nothing else', () => {
    const { panel, occasional } = separate([days((d) => (atFair(d) ? 60 : 0)), noisy(5, 1)], {
      events: fairs,
    });
    expect(sum(panel.units.subarray(0, DAYS))).toBe(0);
    expect(occasional!.events.map(({ series }) => series)).toEqual([0]);
    // Four days of the window, seven before and three after it.
    expect([...occasional!.events[0].units].filter((units) => units > 0)).toEqual([60, 60, 60, 60]);
  });

  it('does not take a season around an event for its sales', () => {
    const inSeason = days((d) => (Math.abs(((d + 20) % 365) - 165) < 40 ? 60 : 0));
    expect(separate([inSeason, noisy(5, 1)], { events: fairs }).occasional).toBeUndefined();
  });

  it('forgets an event at whose last occurrence nothing was sold', () => {
    const until = parseDay('2024-01-01') - START;
    const stopped = days((d) => (d < until && atFair(d) ? 60 : 0));
    expect(separate([stopped, noisy(5, 1)], { events: fairs }).occasional).toBeUndefined();
  });

  it('takes orders of 200 on the 5th out of 5 a day', () => {
    const { panel, occasional } = separate([noisy(5, 1).map((units, d) => units + (isFifth(d) ? 200 : 0))]);
    const [order] = occasional!.orders;
    expect(order.schedule).toMatchObject({ kind: 'day-of-month', dayOfMonth: 5, roll: 'none' });
    expect(order.units).toBeCloseTo(200, -1);
    expect(order.perDay).toBeCloseTo((12 * 200) / 365, 0);
    const left = panel.units.filter((value) => !Number.isNaN(value));
    expect(sum(left) / left.length).toBeCloseTo(5, 0);
  });

  it('spreads orders without a schedule over all days, with the variance of their sizes', () => {
    const random = createRandom(4);
    const at = days(() => (random.uniform() < 10 / 365 ? 200 : 0));
    const [order] = separate([noisy(5, 1).map((units, d) => units + at[d])]).occasional!.orders;
    expect(order.schedule).toBeUndefined();
    const last = at.slice(-730);
    expect(order.perDay).toBeCloseTo(sum(last) / 730, 1);
    // Orders of one size by a Poisson process: the variance over the mean is the size.
    expect(order.dispersion).toBeCloseTo(200, -1);
  });

  it('leaves three large orders, a rush of some days and a yearly peak alone', () => {
    const large = (isLarge: (d: number) => boolean) =>
      separate([noisy(5, 1).map((units, d) => units + (isLarge(d) ? 200 : 0))]).occasional;
    expect(large((d) => [100, 450, 900].includes(d))).toBeUndefined();
    expect(large((d) => [100, 300, 500, 700].some((from) => d >= from && d < from + 4))).toBeUndefined();
    expect(large((d) => d % 365 === 42)).toBeUndefined();
  });
});

describe('models of panels with occasional sales', () => {
  const promo = days((d) => (d % 60 < 6 ? 1 : 0));
  const promoted = days((d) => (promo[d] === 1 ? 30 : 0));
  const panel = {
    ...panelOf([
      days((d) => (atFair(d) ? 60 : 0)),
      noisy(5, 1).map((units, d) => units + (isFifth(d) ? 200 : 0)),
      promoted,
      noisy(10, 2),
    ]),
    promo: Uint8Array.from([...days(() => 0), ...days(() => 0), ...promo, ...days(() => 0)]),
  };
  const HORIZON = 120;
  const future = {
    startDay: START + DAYS,
    days: HORIZON,
    promo: Uint8Array.from({ length: 4 * HORIZON }, (_, i) =>
      Math.floor(i / HORIZON) === 2 && (DAYS + (i % HORIZON)) % 60 < 6 ? 1 : 0,
    ),
  };
  const covariates = { events: fairs, future };
  const fits: readonly (readonly [string, () => Promise<FittedModel>])[] = [
    ['structural', () => structural().fit(panel, { covariates })],
    ['adaptiveEnsemble', () => adaptiveEnsemble({ effort: 'fast' }).fit(panel, { covariates })],
  ];

  it.each(fits)('%s forecasts them on their days', async (_, train) => {
    const fitted = await train();
    const { mean } = await fitted.forecast({ horizon: HORIZON });
    const of = (series: number, isOn: (d: number) => boolean) =>
      sum(mean.subarray(series * HORIZON, (series + 1) * HORIZON).filter((_, h) => isOn(DAYS + h)));
    expect(of(0, atFair)).toBeCloseTo(240, 6);
    expect(of(0, (d) => !atFair(d))).toBe(0);
    // 5 May to 5 August 2025.
    expect(of(1, isFifth) / (4 * 205)).toBeCloseTo(1, 1);
    expect(of(2, (d) => d % 60 < 6)).toBeCloseTo(12 * 30, 6);
    expect(of(2, (d) => d % 60 >= 6)).toBe(0);
  });

  it.each(fits)('%s explains them, and reads itself again', async (name, train) => {
    const fitted = await train();
    const { mean } = await fitted.forecast({ horizon: HORIZON });
    const range = { from: 0, to: HORIZON };
    const fair = await fitted.contributions!({ series: [0], range });
    expect([...fair.keys()]).toEqual(['event:Fair']);
    expect(fair.get('event:Fair')).toBeCloseTo(240, 6);
    const parts = await fitted.contributions!({ series: [0, 1, 2, 3], range });
    expect(parts.get('orders')! / 800).toBeCloseTo(1, 1);
    expect(sum(parts.values())).toBeCloseTo(sum(mean), 6);
    const model = name === 'structural' ? structural() : adaptiveEnsemble({ effort: 'fast' });
    const again = model.load(JSON.parse(JSON.stringify(fitted.toJSON())));
    expect((await again.forecast({ horizon: HORIZON })).mean).toEqual(mean);
  });

  it('gives them a life cycle', async () => {
    const { lifeCycle } = await structural().fit(panel, { covariates });
    expect(lifeCycle.map(({ status }) => status)).toEqual(['seasonal', 'active', 'intermittent', 'active']);
  });

  it('refuses data with a wrong schedule', async () => {
    const data = JSON.parse(JSON.stringify((await structural().fit(panel, { covariates })).toJSON()));
    data.occasional.orders[0].schedule.dayOfMonth = 32;
    expect(() => structural().load(data)).toThrow(/occasional.orders.0.schedule.dayOfMonth/);
  });
});
