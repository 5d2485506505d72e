import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../src/errors.js';
import {
  crossValidate,
  fitSeasonalTrend,
  performanceMetrics,
  type SeriesCrossValidation,
} from '../../../src/models/seasonal-trend/index.js';
import { roll } from '../../../src/models/seasonal-trend/series/performance-metrics.js';

const FIRST = 19_000;

function daily(length: number) {
  const days = Array.from({ length }, (_, d) => FIRST + d);
  return {
    days,
    values: days.map((day, d) => 200 + 0.1 * d + 20 * Math.sin((2 * Math.PI * day) / 7) + ((d * 37) % 11)),
  };
}

async function rejection(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return ForecastError.is(error) ? `${error.code} ${error.path.join('.')}` : String(error);
  }
  return 'no error';
}

function cutoffsOf(trials: SeriesCrossValidation): number[] {
  return [...new Set(trials.cutoffs)].map((cutoff) => cutoff - FIRST);
}

describe('crossValidate', () => {
  // Prophet's rule by hand: the last cutoff is a horizon before the last day, others lie a period before each other, none
  // before the first day plus the initial days.
  it('takes the cutoffs of Prophet', async () => {
    const trials = await crossValidate(daily(150), {}, { initial: 115, period: 10, horizon: 4 });
    expect(cutoffsOf(trials)).toEqual([115, 125, 135, 145]);
    expect(trials.days.length).toBe(16);
    // By default three horizons before the first one, and half a horizon between.
    expect(cutoffsOf(await crossValidate(daily(150), {}, { horizon: 32 }))).toEqual([101, 117]);
    const given = await crossValidate(daily(150), {}, { horizon: 4, cutoffs: [FIRST + 140, FIRST + 100] });
    expect(cutoffsOf(given)).toEqual([100, 140]);
  });

  it('skips a period without data', async () => {
    const { days, values } = daily(150);
    const kept = days.map((_, d) => d).filter((d) => d < 60 || d >= 120);
    const data = { days: kept.map((d) => days[d]), values: kept.map((d) => values[d]) };
    const trials = await crossValidate(data, {}, { initial: 20, period: 10, horizon: 5 });
    // 144, 134, 124, 114 (sees 119 at most: no), then 5 days before day 59.
    expect(cutoffsOf(trials)).toEqual([24, 34, 44, 54, 124, 134, 144]);
  });

  it('forecasts what a fit up to the cutoff forecasts', async () => {
    const data = daily(200);
    const promotion = data.days.map((_, d) => (d % 9 === 0 ? 1 : 0));
    const isWeekend = data.days.map((day) => day % 7 > 4);
    const options = {
      seasonalityMode: 'multiplicative' as const,
      weeklySeasonality: false,
      seasonalities: [{ name: 'weekend', period: 7, fourierOrder: 2, condition: 'isWeekend' }],
      regressors: [{ name: 'promotion' }],
      intervalLevel: 0.9,
    };
    const whole = { ...data, regressors: { promotion }, conditions: { isWeekend } };
    const trials = await crossValidate(whole, options, { horizon: 10, cutoffs: [FIRST + 150] });
    const cut = <T>(column: readonly T[], from: number, to: number) => column.slice(from, to);
    const fit = fitSeasonalTrend(
      {
        days: cut(data.days, 0, 151),
        values: cut(data.values, 0, 151),
        regressors: { promotion: cut(promotion, 0, 151) },
        conditions: { isWeekend: cut(isWeekend, 0, 151) },
      },
      options,
    );
    const expected = fit.forecast({
      days: cut(data.days, 151, 161),
      regressors: { promotion: cut(promotion, 151, 161) },
      conditions: { isWeekend: cut(isWeekend, 151, 161) },
    });
    expect(trials.mean).toEqual(expected.mean);
    expect(trials.lower).toEqual(expected.intervals[0].lower);
    expect([...trials.values]).toEqual(cut(data.values, 151, 161));
    expect(trials.level).toBe(0.9);
  });

  it('works on hours and under logistic growth', async () => {
    const days = Array.from({ length: 24 * 6 }, (_, h) => FIRST + h / 24);
    const values = days.map((day) => 50 + 10 * Math.sin(2 * Math.PI * day));
    const trials = await crossValidate(
      { days, values, cap: 100 },
      { growth: 'logistic' },
      { horizon: 0.5, initial: 4, period: 0.25 },
    );
    expect(trials.days.length).toBe(12 * cutoffsOf(trials).length);
    expect(trials.mean.every(Number.isFinite)).toBe(true);
  });

  it('refuses what cannot be', async () => {
    const data = daily(60);
    expect(await rejection(crossValidate(data, {}, { horizon: 100 }))).toBe('too-short horizon');
    expect(await rejection(crossValidate(data, {}, { horizon: 20, initial: 50 }))).toBe('too-short horizon');
    expect(await rejection(crossValidate(data, {}, { horizon: 0 }))).toBe('invalid-option horizon');
    expect(await rejection(crossValidate(data, {}, { horizon: 5, period: -1 }))).toBe(
      'invalid-option period',
    );
    expect(await rejection(crossValidate(data, {}, { horizon: 5, cutoffs: [FIRST] }))).toBe(
      'invalid-option cutoffs.0',
    );
    expect(await rejection(crossValidate(data, {}, { horizon: 5, cutoffs: [FIRST + 57] }))).toBe(
      'invalid-option cutoffs.0',
    );
    expect(await rejection(crossValidate(data, {}, { horizon: 5, folds: 3 } as { horizon: number }))).toBe(
      'invalid-option plan.folds',
    );
    const stop = new AbortController();
    stop.abort();
    const aborted = crossValidate(data, {}, { horizon: 5 }, { signal: stop.signal });
    expect(await rejection(aborted)).toBe('aborted ');
  });

  it('warns where the first trial cannot have seen a seasonality', async () => {
    const yearly = { yearlySeasonality: true };
    const { warnings } = await crossValidate(daily(400), yearly, { horizon: 30, initial: 300 });
    expect(warnings.join()).toMatch(/365\.25 days is longer than the \d+ days before the first cutoff/);
  });
});

describe('performanceMetrics', () => {
  const ten = Float64Array.from({ length: 10 }, (_, i) => i);

  // Expected values of test_rolling_mean and test_rolling_median in Prophet's python/prophet/tests/test_diagnostics.py.
  it.each([
    ['mae', [1, 5, 22 / 3]],
    ['mdape', [1, 5, 8]],
  ] as const)('rolls as Prophet does, %s', (metric, expected) => {
    expect(roll(metric, ten, ten, 1)).toEqual({ horizon: ten, values: ten });
    const four = roll(metric, ten, ten, 4);
    expect([...four.horizon]).toEqual([3, 4, 5, 6, 7, 8, 9]);
    expect([...four.values]).toEqual([1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7.5]);
    const ahead = Float64Array.of(1, 2, 3, 4, 4, 4, 4, 4, 7, 7);
    const three = roll(metric, ten, ahead, 3);
    expect([...three.horizon]).toEqual([3, 4, 7]);
    three.values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i], 12);
    });
    const all = roll(metric, ten, ahead, 10);
    expect([[...all.horizon], [...all.values]]).toEqual([[7], [4.5]]);
  });

  // Worked out by hand: errors 10, 0, 20 and 5 at horizons 1, 2, 1 and 2.
  const trials: SeriesCrossValidation = {
    cutoffs: Float64Array.of(19_000, 19_000, 19_030, 19_030),
    days: Float64Array.of(19_001, 19_002, 19_031, 19_032),
    values: Float64Array.of(100, 50, 80, 20),
    mean: Float64Array.of(110, 50, 60, 25),
    lower: Float64Array.of(95, 40, 50, 21),
    upper: Float64Array.of(120, 60, 70, 30),
    level: 0.8,
    warnings: [],
  };

  it('has every metric for every horizon', () => {
    const metrics = performanceMetrics(trials, { rollingWindow: 0 });
    const rounded = Object.fromEntries(
      Object.entries(metrics).map(([name, column]) => [
        name,
        Array.from(column, (value) => Number(value.toFixed(9))),
      ]),
    );
    expect(rounded).toEqual({
      horizon: [1, 2],
      mse: [250, 12.5],
      rmse: [Number(Math.sqrt(250).toFixed(9)), Number(Math.sqrt(12.5).toFixed(9))],
      mae: [15, 2.5],
      mape: [(0.1 + 0.25) / 2, 0.125],
      mdape: [0.175, 0.125],
      smape: [Number(((10 / 105 + 20 / 70) / 2).toFixed(9)), Number((5 / 22.5 / 2).toFixed(9))],
      coverage: [0.5, 0.5],
    });
  });

  it('has one value over all rows, or one for each row', () => {
    expect([...performanceMetrics(trials, { rollingWindow: 1, metrics: ['mae'] }).mae!]).toEqual([8.75]);
    const rows = performanceMetrics(trials, { rollingWindow: -1, metrics: ['mae'] });
    expect([...rows.horizon]).toEqual([1, 1, 2, 2]);
    expect([...rows.mae!]).toEqual([10, 20, 0, 5]);
  });

  it('counts months from that of the cutoff', () => {
    // 19,000 is 2022-01-08 and 19,030 is 2022-02-07.
    const days = Float64Array.of(19_001, 19_030, 19_031, 19_060);
    expect([...performanceMetrics({ ...trials, days }, { monthly: true, rollingWindow: 0 }).horizon]).toEqual(
      [0, 1],
    );
  });

  it('leaves MAPE out where something is 0, and never has NaN', () => {
    const zero = { ...trials, values: Float64Array.of(0, 0, 0, 0), mean: Float64Array.of(0, 0, 0, 0) };
    const metrics = performanceMetrics(zero, { rollingWindow: 0 });
    expect(metrics.mape).toBeUndefined();
    expect([...metrics.mdape!, ...metrics.smape!]).toEqual([0, 0, 0, 0]);
  });

  it('refuses other metrics and windows', () => {
    expect(() => performanceMetrics(trials, { metrics: ['mase' as 'mae'] })).toThrow(ForecastError);
    expect(() => performanceMetrics(trials, { metrics: ['mae', 'mae'] })).toThrow(ForecastError);
    expect(() => performanceMetrics(trials, { rollingWindow: 2 })).toThrow(ForecastError);
    expect(() => performanceMetrics(trials, { rollingWindows: 0.1 } as object)).toThrow(
      'did you mean `rollingWindow`',
    );
  });
});
