import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import { ForecastError } from '../../../src/errors.js';
import {
  fitPanel,
  fitPanelPart,
  fitSeasonalTrend,
  joinPanelStates,
  seasonalTrend,
} from '../../../src/models/seasonal-trend/index.js';
import { normalQuantile } from '../../../src/models/uncertainty/index.js';
import type { Panel } from '../../../src/panel/panel.js';
import { forecasterChecks } from '../../../src/testing/check-forecaster.js';
import { fitCase, loadCase, numbers, SYNTHETIC_CASES } from './golden.js';

const golden = loadCase(SYNTHETIC_CASES, 'synth_yearly');
const sales = numbers(golden.history, 'y');
const startDay = parseDay('2022-01-01');

function panelOf(series: readonly ArrayLike<number>[]): Panel {
  const days = series[0].length;
  const units = new Float64Array(series.length * days);
  series.forEach((values, s) => {
    units.set(Float64Array.from(values), s * days);
  });
  return {
    startDay,
    days,
    seriesCount: series.length,
    ids: series.map((_, s) => `p${s}`),
    categories: ['all'],
    categoryOf: new Int32Array(series.length),
    units,
    firstDay: new Int32Array(series.length),
  };
}

/** A fixed sequence of uniform numbers (the MINSTD generator of Park and Miller). */
function uniforms(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

describe('seasonalTrend', () => {
  describe.each([
    ['by default', seasonalTrend()],
    ['with multiplicative effects', seasonalTrend({ seasonalityMode: 'multiplicative' })],
    ['choosing', seasonalTrend({ choose: true })],
  ])('%s', (_name, model) => {
    it.each(forecasterChecks(model))('$name', async ({ run }) => {
      await run();
    });
  });

  it('forecasts like the exact posterior mode of Prophet, within 1e-6', async () => {
    const fitted = fitPanel(panelOf([sales]));
    const { mean } = await fitted.forecast({ horizon: 365 });
    const exact = numbers(golden.exactForecast, 'yhat');
    for (let h = 0; h < 365; h++) expect(Math.abs(mean[h] / exact[h] - 1)).toBeLessThan(1e-6);
  });

  it('has half-widths within 3 % of R prophet with 20,000 samples', async () => {
    const sampled = loadCase(SYNTHETIC_CASES, 'synth_yearly_us20000');
    const level = sampled.parameters.interval_width;
    const fitted = fitPanel(panelOf([numbers(sampled.history, 'y')]));
    const { mean, intervals } = await fitted.forecast({ horizon: 365, levels: [level] });
    const lower = numbers(sampled.forecast, 'yhat_lower');
    const upper = numbers(sampled.forecast, 'yhat_upper');
    for (let h = 0; h < 365; h++) {
      const half = (upper[h] - lower[h]) / 2;
      expect(Math.abs((intervals[0].upper[h] - mean[h]) / half - 1)).toBeLessThan(0.03);
      expect(Math.abs((mean[h] - intervals[0].lower[h]) / half - 1)).toBeLessThan(0.03);
    }
  });

  it('gives every series the forecast that it gets alone, whatever its gaps and its first day', async () => {
    const next = uniforms(5);
    const noisy = (factor: number) =>
      Float64Array.from(sales, (value) => value * factor * (0.8 + 0.4 * next()));
    const gaps = noisy(2).map((value, d) => (d % 17 === 3 ? Number.NaN : value));
    const young = noisy(3).map((value, d) => (d < 500 ? Number.NaN : value));
    const newborn = noisy(1).map((value, d) => (d < 720 ? Number.NaN : value));
    const stopped = noisy(1).map((value, d) => (d >= 700 ? Number.NaN : value));
    const series = [noisy(1), gaps, young, newborn, stopped, noisy(5)];
    const together = await fitPanel(panelOf(series)).forecast({ horizon: 90, levels: [0.8] });
    for (const [s, values] of series.entries()) {
      const alone = await fitPanel(panelOf([values])).forecast({ horizon: 90, levels: [0.8] });
      for (let h = 0; h < 90; h++) {
        expect(together.mean[s * 90 + h]).toBe(alone.mean[h]);
        expect(together.intervals[0].upper[s * 90 + h]).toBe(alone.intervals[0].upper[h]);
      }
    }
  });

  it('uses only the requested last days', async () => {
    const changed = sales.map((value, d) => (d < 330 ? value * 7 : value));
    const [before, after] = await Promise.all(
      [sales, changed].map((values) =>
        fitPanel(panelOf([values]), { lookbackDays: 400 }).forecast({ horizon: 30 }),
      ),
    );
    expect(after.mean).toEqual(before.mean);
  });

  it('forecasts a constant as that constant, an unobserved series as zero and a single day as itself', async () => {
    const constant = new Float64Array(100).fill(7);
    const missing = new Float64Array(100).fill(Number.NaN);
    const single = missing.map((value, d) => (d === 99 ? 4 : value));
    const zero = new Float64Array(100);
    const fitted = fitPanel(panelOf([constant, missing, single, zero]));
    const { mean, intervals } = await fitted.forecast({ horizon: 3, levels: [0.8] });
    expect([...mean]).toEqual([7, 7, 7, 0, 0, 0, 4, 4, 4, 0, 0, 0]);
    expect([...intervals[0].upper.slice(0, 6)]).toEqual([7, 7, 7, 0, 0, 0]);
    expect(intervals[0].upper[6]).toBeCloseTo(4 + 2 * normalQuantile(0.9), 12);
  });

  it('learns the effect of an event and repeats it', async () => {
    const events = [100, 300, 500, 700, 740].map((d) => ({ name: 'sale', day: startDay + d }));
    const lifted = sales.map((value, d) => (d % 200 === 100 ? value + 150 : value));
    const plain = await fitPanel(panelOf([lifted])).forecast({ horizon: 30 });
    const aware = await fitPanel(panelOf([lifted]), { holidays: true }, { events }).forecast({ horizon: 30 });
    expect(aware.mean[10] - plain.mean[10]).toBeGreaterThan(100);
    expect(Math.abs(aware.mean[12] - plain.mean[12])).toBeLessThan(15);
  });

  it('reads back what it wrote and forecasts the same to the last bit', async () => {
    const model = seasonalTrend({ holidays: true });
    const events = [
      { name: 'sale', day: startDay + 740 },
      { name: 'sale', day: startDay + 10, upperWindow: 1 },
    ];
    const fitted = await model.fit(panelOf([sales]), { covariates: { events } });
    const reloaded = model.load(JSON.parse(JSON.stringify(fitted)));
    const options = { horizon: 40, levels: [0.5, 0.9] };
    expect(await reloaded.forecast(options)).toEqual(await fitted.forecast(options));
    const totals = { ranges: [{ from: 0, to: 30 }], levels: [0.8] };
    expect(await reloaded.totals(totals)).toEqual(await fitted.totals(totals));
  });

  it('refuses foreign data and wrong options', async () => {
    const model = seasonalTrend();
    const saved = (await model.fit(panelOf([sales]))).toJSON();
    for (const broken of [
      { ...saved, model: 'other' },
      { ...saved, level: 1 },
      { ...saved, seriesCount: 2 },
    ]) {
      expect(() => model.load(broken)).toThrowError(ForecastError);
    }
    expect(() => seasonalTrend({ changepointRange: 2 })).toThrowError(/changepointRange/);
    expect(() => seasonalTrend({ seasonalityMode: 'both' as 'additive' })).toThrowError(/no mode/);
    expect(() => seasonalTrend({ lookbackDays: 0 })).toThrowError(/lookbackDays/);
    expect(() => seasonalTrend({ changepointPriorScale: 0 })).toThrowError(/changepointPriorScale/);
    expect(() => fitPanel(panelOf([new Float64Array(10).fill(Number.NaN)]))).toThrowError(
      /no observed value/,
    );
  });
});

describe('multiplicative effects', () => {
  it('give the forecast of the exact mode with the half-widths of the single model', async () => {
    const multiplicative = loadCase(SYNTHETIC_CASES, 'synth_mult');
    const values = numbers(multiplicative.history, 'y');
    const fitted = fitPanel(panelOf([values]), { seasonalityMode: 'multiplicative' });
    const { mean, intervals } = await fitted.forecast({ horizon: 365, levels: [0.8] });
    const exact = numbers(multiplicative.exactForecast, 'yhat');
    const single = fitCase(multiplicative).forecast({ horizon: 365 });
    for (let h = 0; h < 365; h++) {
      expect(Math.abs(mean[h] / exact[h] - 1)).toBeLessThan(1e-6);
      const half = single.intervals[0].upper[h] - single.mean[h];
      expect(Math.abs((intervals[0].upper[h] - mean[h]) / half - 1)).toBeLessThan(0.005);
    }
  });

  it('leave residuals that are those of the single model', () => {
    const multiplicative = loadCase(SYNTHETIC_CASES, 'synth_mult');
    const values = numbers(multiplicative.history, 'y');
    const { residuals, residualDays } = fitPanel(panelOf([values]), {
      seasonalityMode: 'multiplicative',
    }).state;
    const days = values.map((_, d) => startDay + d).slice(-residualDays);
    const { mean } = fitCase(multiplicative).forecast({ days });
    for (let d = 0; d < residualDays; d++) {
      expect(residuals[d]).toBeCloseTo(values[values.length - residualDays + d] - mean[d], 3);
    }
  });
});

describe('choose', () => {
  const next = uniforms(21);
  const noise = sales.map(() => normalQuantile(next()));
  const growing = sales.map(
    (_, d) => (20 + 0.4 * d) * (1 + 0.5 * Math.sin((2 * Math.PI * d) / 7)) + noise[d],
  );
  const steady = sales.map((_, d) => 200 + 40 * Math.sin((2 * Math.PI * d) / 7) + noise[d]);

  it('takes multiplicative effects where the swing grows with the level, and changes nothing else', () => {
    const panel = panelOf([growing, steady]);
    const chosen = fitPanel(panel, { choose: true });
    const fixed = fitPanel(panel, { seasonalityMode: 'multiplicative' });
    expect(chosen.state.multiplicative[0]).toBe(1);
    expect(chosen.state.level[0]).toBe(fixed.state.level[0]);
    expect(chosen.state.effects.slice(0, 26)).toEqual(fixed.state.effects.slice(0, 26));
  });

  it('leaves a history that is too short for it as it is', () => {
    const panel = panelOf([growing.slice(0, 40)]);
    expect(fitPanel(panel, { choose: true }).state).toEqual(fitPanel(panel).state);
  });
});

describe('fitPanelPart', () => {
  const series = [1, 2, 3].map((factor) => sales.map((value, d) => value * factor + ((d * factor) % 11)));
  const panel = panelOf(series);

  it('gives the same as the whole when its parts are joined', () => {
    const parts = [fitPanelPart(panel, 0, 1), fitPanelPart(panel, 1, 3)];
    expect(joinPanelStates(parts)).toEqual(fitPanel(panel).state);
  });

  it('refuses ranges without series and parts of different fits', () => {
    expect(() => fitPanelPart(panel, 1, 1)).toThrowError(/no series/);
    expect(() => fitPanelPart(panel, 0, 4)).toThrowError(/no series/);
    const other = fitPanelPart(panel, 0, 1, { yearlySeasonality: false });
    expect(() => joinPanelStates([fitPanelPart(panel, 0, 1), other])).toThrowError(/not of one fit/);
    expect(() => joinPanelStates([])).toThrowError(/not of one fit/);
  });
});

describe('totals', () => {
  const next = uniforms(9);
  const common = Float64Array.from(sales, () => 60 * normalQuantile(next()));
  const series = [1, 2].map(() => sales.map((value, d) => value + common[d] + 20 * normalQuantile(next())));
  const fitted = fitPanel(panelOf(series));

  it('sums the daily means', async () => {
    const daily = await fitted.forecast({ horizon: 30 });
    const totals = await fitted.totals({ ranges: [{ from: 2, to: 30 }] });
    for (let s = 0; s < 2; s++) {
      let sum = 0;
      for (let h = 2; h < 30; h++) sum += daily.mean[s * 30 + h];
      expect(totals.mean[s]).toBeCloseTo(sum, 9);
    }
  });

  it('knows that these series err together, and that days partly average out', async () => {
    const options = { ranges: [{ from: 0, to: 7 }], levels: [0.8] };
    const apart = await fitted.totals(options);
    const together = await fitted.totals({ ...options, groupOf: new Int32Array(2), groupCount: 1 });
    const half = (totals: typeof apart, g: number) => totals.intervals[0].upper[g] - totals.mean[g];
    expect(half(together, 0)).toBeGreaterThan(1.25 * Math.hypot(half(apart, 0), half(apart, 1)));
    const daily = await fitted.forecast({ horizon: 7, levels: [0.8] });
    let sumOfBounds = 0;
    for (let h = 0; h < 7; h++) sumOfBounds += daily.intervals[0].upper[h] - daily.mean[h];
    expect(half(apart, 0)).toBeLessThan(0.7 * sumOfBounds);
  });
});

describe('growth and seasonalities besides', () => {
  const next = uniforms(4);
  const monthly = Float64Array.from({ length: 400 }, (_, d) => {
    const summer = d >= 150 && d < 250 ? 30 * Math.sin((2 * Math.PI * (startDay + d)) / 7) : 0;
    return 200 + 25 * Math.cos((2 * Math.PI * (startDay + d)) / 30.5) + summer + 5 * normalQuantile(next());
  });
  const days = Array.from(monthly, (_, d) => startDay + d);
  const summerRange = { from: startDay + 150, to: startDay + 249 };

  it('are those of a single series, within 1e-6', async () => {
    for (const growth of ['linear', 'flat'] as const) {
      const fitted = fitPanel(panelOf([monthly]), {
        growth,
        yearlySeasonality: false,
        weeklySeasonality: false,
        seasonalities: [
          { name: 'monthly', period: 30.5, fourierOrder: 3, priorScale: 5 },
          // A Date or an ISO date would do as well.
          {
            name: 'summer',
            period: 7,
            fourierOrder: 2,
            condition: [summerRange, { from: startDay + 410, to: '2030-01-01' }],
          },
        ],
      });
      const holds = (day: number) =>
        (day >= startDay + 150 && day <= startDay + 249) || day >= startDay + 410;
      const single = fitSeasonalTrend(
        { days, values: monthly, conditions: { summer: days.map(holds) } },
        {
          growth,
          yearlySeasonality: false,
          weeklySeasonality: false,
          seasonalities: [
            { name: 'monthly', period: 30.5, fourierOrder: 3, priorScale: 5 },
            { name: 'summer', period: 7, fourierOrder: 2, condition: 'summer' },
          ],
        },
      );
      const future = Array.from({ length: 30 }, (_, h) => startDay + 400 + h);
      const expected = single.forecast({ days: future, conditions: { summer: future.map(holds) } });
      const { mean } = await fitted.forecast({ horizon: 30 });
      for (let h = 0; h < 30; h++) expect(Math.abs(mean[h] / expected.mean[h] - 1)).toBeLessThan(1e-6);
      const model = seasonalTrend();
      const loaded = model.load(JSON.parse(JSON.stringify(fitted.toJSON())));
      expect((await loaded.forecast({ horizon: 30 })).mean).toEqual(mean);
    }
  });

  it('are checked', () => {
    const monthlyWave = { name: 'monthly', period: 30.5, fourierOrder: 3 };
    const codes = [
      { growth: 'logistic' as 'linear' },
      { seasonalities: [{ ...monthlyWave, name: 'weekly' }] },
      { seasonalities: [monthlyWave, monthlyWave] },
      { seasonalities: [{ ...monthlyWave, period: 0 }] },
      { seasonalities: [{ ...monthlyWave, fourierOrder: 1.5 }] },
      { seasonalities: [{ ...monthlyWave, condition: [{ from: 10, to: 9 }] }] },
    ].map((options) => {
      try {
        seasonalTrend(options);
      } catch (error) {
        return ForecastError.is(error) ? error.code : String(error);
      }
      return 'no error';
    });
    expect(new Set(codes)).toEqual(new Set(['invalid-option']));
  });
});
