import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import {
  fitSeasonalTrend,
  loadSeasonalTrend,
  type SeasonalTrendOptions,
} from '../../../src/models/seasonal-trend/index.js';
import {
  fitCase,
  futureOf,
  historyOf,
  loadCase,
  numbers,
  optionsOf,
  SYNTHETIC_CASES,
  withParametersOfR,
} from './golden.js';

const golden = loadCase(SYNTHETIC_CASES, 'synth_yearly');
const sales = numbers(golden.history, 'y');
const startDay = parseDay('2022-01-01');
const days = sales.map((_, d) => startDay + d);
const seasonal: SeasonalTrendOptions = { yearlySeasonality: true };

describe('forecast', () => {
  const fit = fitSeasonalTrend({ days, values: sales }, seasonal);

  it('takes a horizon, days, dates or date objects for the same points', () => {
    const next = fit.forecast({ horizon: 3 });
    expect([...next.days]).toEqual([startDay + 730, startDay + 731, startDay + 732]);
    expect(fit.forecast({ days: next.days }).mean).toEqual(next.mean);
    const dates = ['2024-01-01', '2024-01-02 00:00:00', '2024-01-03T00:00:00Z'];
    expect(fit.forecast({ dates }).mean).toEqual(next.mean);
    expect(fit.forecast({ dates: dates.map((_, h) => new Date(Date.UTC(2024, 0, 1 + h))) }).mean).toEqual(
      next.mean,
    );
  });

  it('is the sum of its components', () => {
    const mixed = fitSeasonalTrend(
      { days, values: sales },
      { ...seasonal, seasonalityMode: 'multiplicative' },
    );
    for (const model of [fit, mixed]) {
      const parts = model.forecast({ horizon: 40 });
      const { yearly, weekly } = model.components({ horizon: 40 });
      for (let h = 0; h < 40; h++) {
        const effect = yearly[h] + weekly[h];
        const whole = model === mixed ? parts.trend[h] * (1 + effect) : parts.trend[h] + effect;
        expect(parts.mean[h]).toBeCloseTo(whole, 9);
      }
    }
  });

  it('nests intervals by level, and has those of the trend inside those of the outcome', () => {
    const { intervals, trendIntervals, mean, trend } = fit.forecast({
      horizon: 100,
      levels: [0.5, 0.8, 0.95],
      trendIntervals: true,
    });
    for (let h = 0; h < 100; h++) {
      expect(intervals[0].upper[h]).toBeGreaterThan(mean[h]);
      expect(intervals[1].upper[h]).toBeGreaterThan(intervals[0].upper[h]);
      expect(intervals[2].lower[h]).toBeLessThan(intervals[1].lower[h]);
      const trendHalf = trendIntervals[1].upper[h] - trend[h];
      expect(trendHalf).toBeGreaterThanOrEqual(0);
      expect(trendHalf).toBeLessThan(intervals[1].upper[h] - mean[h]);
    }
  });

  it('clips at zero only on request', () => {
    const falling = sales.map((_, d) => 300 - 0.4 * d + (d % 7));
    const free = fitSeasonalTrend({ days, values: falling }).forecast({ horizon: 60 });
    const cut = fitSeasonalTrend({ days, values: falling }, { nonNegative: true }).forecast({ horizon: 60 });
    expect(free.mean[59]).toBeLessThan(-10);
    expect(cut.mean[59]).toBe(0);
    expect(Math.min(...cut.mean, ...cut.intervals[0].lower, ...cut.intervals[0].upper)).toBe(0);
  });
});

describe('intervals of logistic growth', () => {
  const logistic = loadCase(SYNTHETIC_CASES, 'synth_logistic');
  const model = withParametersOfR(fitCase(logistic), logistic);

  it('are those of R up to the noise of 1,000 samples', () => {
    const { intervals } = model.forecast({ ...futureOf(logistic), samples: 2000 });
    const lower = numbers(logistic.forecast, 'yhat_lower');
    const upper = numbers(logistic.forecast, 'yhat_upper');
    let ours = 0;
    let theirs = 0;
    for (let i = 0; i < lower.length; i++) {
      ours += intervals[0].upper[i] - intervals[0].lower[i];
      theirs += upper[i] - lower[i];
    }
    expect(Math.abs(ours / theirs - 1)).toBeLessThan(0.03);
  });

  it('depend on the seed and on nothing else', () => {
    const at = { ...futureOf(logistic), samples: 50 };
    expect(model.forecast({ ...at, seed: 1 })).toEqual(model.forecast({ ...at, seed: 1 }));
    expect(model.forecast({ ...at, seed: 1 }).intervals).not.toEqual(
      model.forecast({ ...at, seed: 2 }).intervals,
    );
  });
});

describe('given changepoints', () => {
  const bent = sales.map((_, d) => 100 + 0.05 * d + (d > 400 ? 0.5 * (d - 400) : 0) + 3 * Math.sin(d * d));

  it('are the only places where the trend may bend, and are found with date and size', () => {
    const fit = fitSeasonalTrend({ days, values: bent }, { changepoints: ['2022-06-01', '2023-02-05'] });
    const { changepoints } = fit.diagnostics();
    const [largest] = [...changepoints].sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    expect(changepoints.length).toBeLessThanOrEqual(2);
    expect(largest.date).toBe('2023-02-05');
    expect(largest.change).toBeCloseTo(0.5, 1);
  });

  it('may be empty', () => {
    const fit = fitSeasonalTrend({ days, values: bent }, { changepoints: [] });
    const { trend } = fit.forecast({ horizon: 10 });
    for (let h = 2; h < 10; h++) expect(trend[h] - trend[h - 1]).toBeCloseTo(trend[1] - trend[0], 9);
  });
});

describe('shocks', () => {
  const shocked = sales.map((value, d) => (d >= 300 && d < 330 ? 0 : value));
  const range = { from: startDay + 300, to: startDay + 329 };
  const plain = fitSeasonalTrend({ days, values: sales }, { ...seasonal, mask: [range] }).forecast({
    horizon: 365,
  });

  it('do not matter when they are masked', () => {
    const masked = fitSeasonalTrend({ days, values: shocked }, { ...seasonal, mask: [range] });
    expect(masked.forecast({ horizon: 365 }).mean).toEqual(plain.mean);
  });

  it('are taken up by an event with a window', () => {
    const lockdown = { name: 'lockdown', day: startDay + 300, lowerWindow: 0, upperWindow: 29 };
    const modelled = fitSeasonalTrend({ days, values: shocked }, { ...seasonal, events: [lockdown] });
    const ignored = fitSeasonalTrend({ days, values: shocked }, seasonal).forecast({ horizon: 365 });
    const { mean } = modelled.forecast({ horizon: 365 });
    const far = (column: Float64Array) =>
      column.reduce((sum, value, h) => sum + Math.abs(value - plain.mean[h]), 0) / 365;
    expect(far(mean)).toBeLessThan(0.02 * far(ignored.mean));
    const effect = modelled.components({ days: [startDay + 299, startDay + 310] })['lockdown'];
    expect(effect[0]).toBe(0);
    expect(effect[1]).toBeLessThan(-100);
  });
});

describe('events from a source', () => {
  it('are asked for the history and the years after it, and survive a reload', () => {
    const source = (from: number, to: number) => {
      const list = [];
      for (let day = startDay + 50; day <= to; day += 100) if (day >= from) list.push({ name: 'fair', day });
      return list;
    };
    const values = sales.map((value, d) => (d % 100 === 50 ? value + 200 : value));
    const fit = fitSeasonalTrend({ days, values }, { ...seasonal, events: source });
    const { fair } = fit.components({ horizon: 30 });
    expect(fair[20]).toBeGreaterThan(150);
    expect(fair[19]).toBe(0);
    const reloaded = loadSeasonalTrend(JSON.parse(JSON.stringify(fit)));
    const more = { days: [startDay + 730], values: [300] };
    expect(reloaded.update(more).forecast({ horizon: 30 })).toEqual(
      fit.update(more).forecast({ horizon: 30 }),
    );
  });
});

describe('update', () => {
  it.each(['synth_yearly', 'synth_mult', 'synth_regressors', 'synth_logistic'])(
    'gives for %s what a fit of all days gives',
    (name) => {
      const given = loadCase(SYNTHETIC_CASES, name);
      const all = historyOf(given);
      const values = numbers(given.history, 'y');
      const part = (from: number, to: number) => ({
        ...all,
        dates: all.dates?.slice(from, to),
        values: values.slice(from, to),
        cap: typeof all.cap === 'object' ? Array.from(all.cap).slice(from, to) : all.cap,
        regressors: Object.fromEntries(
          Object.entries(all.regressors ?? {}).map(([key, column]) => [
            key,
            Array.from(column).slice(from, to),
          ]),
        ),
      });
      const options = optionsOf(given);
      const updated = fitSeasonalTrend(part(0, 700), options).update(part(700, 730));
      const whole = fitSeasonalTrend(all, options);
      expect(updated.parameters.logPosterior).toBeGreaterThan(whole.parameters.logPosterior - 1e-6);
      const [a, b] = [updated, whole].map((fit) => fit.forecast({ ...futureOf(given), samples: 2 }).mean);
      for (let h = 0; h < b.length; h++) expect(Math.abs(a[h] / b[h] - 1)).toBeLessThan(1e-5);
    },
  );

  it('puts new values in the place of old ones at the same time', () => {
    const wrong = sales.map((value, d) => (d === 729 ? 9999 : value));
    const fit = fitSeasonalTrend({ days, values: wrong }, seasonal).update({
      days: [days[729]],
      values: [sales[729]],
    });
    const right = fitSeasonalTrend({ days, values: sales }, seasonal);
    expect(fit.diagnostics().rows).toBe(730);
    const [a, b] = [fit, right].map((model) => model.forecast({ horizon: 30 }).mean);
    for (let h = 0; h < 30; h++) expect(Math.abs(a[h] / b[h] - 1)).toBeLessThan(1e-6);
  });
});

describe('diagnostics', () => {
  it('finds autocorrelation where there is some, and almost zero otherwise', () => {
    const noise = sales.map((_, d) => Math.sin(12.9898 * d * d) * 20);
    const drifting = new Float64Array(noise.length);
    for (let d = 1; d < noise.length; d++) drifting[d] = 0.8 * drifting[d - 1] + noise[d];
    const of = (values: Float64Array) =>
      fitSeasonalTrend({ days, values: values.map((value) => 500 + value) }).diagnostics()
        .residualAutocorrelation;
    expect(of(drifting)[0]).toBeGreaterThan(0.5);
    expect(Math.abs(of(noise)[0])).toBeLessThan(0.15);
    expect(of(noise).length).toBe(28);
  });
});

describe('toJSON', () => {
  it.each(['synth_all_mult', 'synth_logistic_floor_mult', 'synth_conditional', 'synth_flat'])(
    'keeps %s to the last bit',
    (name) => {
      const given = loadCase(SYNTHETIC_CASES, name);
      const fit = fitCase(given);
      const reloaded = loadSeasonalTrend(JSON.parse(JSON.stringify(fit)));
      const at = { ...futureOf(given), samples: 20 };
      expect(reloaded.forecast(at)).toEqual(fit.forecast(at));
      expect(reloaded.components(at)).toEqual(fit.components(at));
      expect(reloaded.diagnostics()).toEqual(fit.diagnostics());
    },
  );
});
