import { describe, expect, it } from 'vitest';
import { parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent } from '../../src/calendar/events.js';
import {
  adaptiveEnsemble,
  calibrated,
  directBoosting,
  middleOut,
  seasonalNaive,
  seasonalTrend,
  structural,
  tsb,
  weekdayMean,
  weightedAverage,
} from '../../src/index.js';
import type { FittedModel, ForecastModel, KnownFuture } from '../../src/models/contract.js';
import { ContributionSums } from '../../src/models/explanation.js';
import { addFactors } from '../../src/models/factor-contributions.js';
import type { Panel } from '../../src/panel/panel.js';
import { generatePanel } from '../../src/testing/index.js';

const SMALL = { rowsPerBooster: 3000, longHorizon: 60, params: { rounds: 12 } } as const;

/** Every kind of model that the default one is made of, and what may stand around it. */
const MODELS: Record<string, ForecastModel> = {
  structural: structural(),
  'direct boosting': directBoosting({ horizon: 14, ...SMALL }),
  'weekday mean': weekdayMean({ weeks: 4 }),
  'seasonal naive': seasonalNaive({ season: 7 }),
  tsb: tsb({ weekdayProfile: true }),
  default: adaptiveEnsemble({ horizon: 14, directBoosting: SMALL }),
  'seasonal-trend': seasonalTrend({ holidays: true }),
  'weighted average': weightedAverage({
    members: [
      { model: structural(), weight: 2 },
      { model: weekdayMean({ weeks: 4 }), weight: 1 },
    ],
  }),
  'scaled to categories': middleOut({
    model: directBoosting({ horizon: 14, ...SMALL }),
    categoryModel: seasonalTrend(),
    share: 0.6,
  }),
  calibrated: calibrated(structural(), { origins: 1, horizon: 14 }),
};

const DAYS = 300;

/** Shops of many and of few sales, with promotions, prices, an event and closed days. */
function shop(seed: number): Panel {
  const panel = generatePanel({ seed, products: 9, categories: 3, days: DAYS });
  const units = panel.units.slice();
  const open = new Uint8Array(units.length).fill(1);
  for (let s = 0; s < 9; s++) {
    for (let d = 0; d < DAYS; d++) {
      if (s % 3 === 0) units[s * DAYS + d] = Math.round(units[s * DAYS + d] / 20);
      if ((panel.startDay + d) % 7 !== 1) continue;
      units[s * DAYS + d] = 0;
      open[s * DAYS + d] = 0;
    }
  }
  return { ...panel, units, open };
}

function eventsOf(panel: Panel): CalendarEvent[] {
  return [60, 180, DAYS + 20].map((d) => ({
    name: 'Fair',
    day: panel.startDay + d,
    lowerWindow: -1,
    upperWindow: 1,
  }));
}

function promotions(panel: Panel): KnownFuture {
  const days = 40;
  const cell = (s: number, d: number) => s * days + d;
  const promo = new Uint8Array(panel.seriesCount * days);
  const price = new Float32Array(promo.length).fill(Number.NaN);
  const available = new Uint8Array(promo.length).fill(1);
  for (let d = 3; d < 9; d++) promo[cell(1, d)] = 1;
  for (let d = 5; d < days; d++) price[cell(2, d)] = 5;
  available[cell(4, 6)] = 0;
  return { startDay: panel.startDay + panel.days, days, promo, price, available };
}

async function expectSums(fitted: FittedModel, future: KnownFuture | undefined): Promise<void> {
  const { seriesCount } = fitted;
  for (const range of [
    { from: 0, to: 7 },
    { from: 4, to: 30 },
    { from: 25, to: 26 },
  ]) {
    const { mean } = await fitted.totals({ ranges: [range], future });
    for (let s = 0; s < seriesCount; s++) {
      const parts = await fitted.contributions!({ series: [s], range, future });
      const sum = [...parts.values()].reduce((a, b) => a + b, 0);
      expect(Math.abs(sum - mean[s])).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(mean[s])));
    }
    const series = Array.from({ length: seriesCount }, (_, s) => s);
    const weights = series.map((s) => (s % 2 === 0 ? 1 : 0.5));
    const parts = await fitted.contributions!({ series, weights, range, future });
    const whole = series.reduce((sum, s) => sum + weights[s] * mean[s], 0);
    const sum = [...parts.values()].reduce((a, b) => a + b, 0);
    expect(Math.abs(sum / whole - 1)).toBeLessThanOrEqual(1e-6);
  }
}

describe('contributions add up to the forecast', () => {
  for (const [name, model] of Object.entries(MODELS)) {
    it(`of ${name}`, async () => {
      const panel = shop(1);
      const covariates = { events: eventsOf(panel) };
      const fitted = await model.fit(panel, { covariates, seed: 1 });
      await expectSums(fitted, undefined);
      await expectSums(fitted, promotions(panel));
      const loaded = model.load(JSON.parse(JSON.stringify(fitted.toJSON())));
      const question = { series: [1], range: { from: 2, to: 12 }, future: promotions(panel) };
      expect([...(await loaded.contributions!(question))]).toEqual([
        ...(await fitted.contributions!(question)),
      ]);
    });
  }
});

describe('contributions', () => {
  it('gives a promotion, an event and a closed day to their own parts', async () => {
    const panel = shop(4);
    const fitted = await structural().fit(panel, { covariates: { events: eventsOf(panel) } });
    const future = promotions(panel);
    const of = (from: number, to: number, known?: KnownFuture) =>
      fitted.contributions!({ series: [1], range: { from, to }, future: known });
    const promoted = await of(3, 9, future);
    expect(promoted.get('promotion')).toBeGreaterThan(0);
    expect((await of(3, 9)).has('promotion')).toBe(false);
    expect((await of(19, 22)).has('event:Fair')).toBe(true);
    const tuesday = Array.from({ length: 7 }, (_, h) => h).find(
      (h) => (panel.startDay + panel.days + h) % 7 === 1,
    )!;
    const closed = await of(tuesday, tuesday + 1);
    expect(closed.get('closed')).toBe(-closed.get('level')!);
    expect(closed.size).toBe(2);
  });

  // Closed form: the logarithmic mean of 24 and 8 is 16 / ln 3; factors 2 and 1.5.
  it('shares out a product by the logarithmic mean Divisia index', () => {
    const sums = new ContributionSums();
    addFactors(sums, 8, ['weekday', 'season', 'trend'], [2, 1.5, 1]);
    expect(sums.parts.get('weekday')).toBeCloseTo((16 / Math.log(3)) * Math.log(2), 12);
    expect(sums.parts.get('season')).toBeCloseTo((16 / Math.log(3)) * Math.log(1.5), 12);
    expect(sums.total).toBeCloseTo(16, 12);
  });

  it('lets a factor of zero take all, and factors that cancel nothing', () => {
    const zero = new ContributionSums();
    addFactors(zero, 8, ['weekday', 'season', 'price'], [0, 3, 0]);
    expect(Object.fromEntries(zero.parts)).toEqual({ weekday: -4, price: -4 });
    const cancelled = new ContributionSums();
    addFactors(cancelled, 8, ['weekday', 'season'], [2, 0.5]);
    expect(cancelled.total).toBeCloseTo(0, 12);
    expect(cancelled.parts.get('weekday')).toBeCloseTo(8 * Math.log(2), 12);
  });

  it('explains a series without sales by nothing', async () => {
    const panel = { ...shop(5), units: shop(5).units.map((units, i) => (i < DAYS ? 0 : units)) };
    for (const name of ['structural', 'direct boosting', 'default']) {
      const fitted = await MODELS[name].fit(panel);
      const parts = await fitted.contributions!({ series: [0], range: { from: 0, to: 7 } });
      expect([...parts.values()].reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
    }
  });
});

it('starts on the day that the tests assume', () => {
  expect(generatePanel({ products: 1, days: 30 }).startDay).toBe(parseDay('2022-01-01'));
});
