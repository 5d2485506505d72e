import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../src/errors.js';
import {
  croston,
  seasonalMean,
  seasonalNaive,
  tsb,
  weekdayMean,
} from '../../../src/models/baselines/index.js';
import type { ForecastModel } from '../../../src/models/contract.js';
import { checkForecaster, generatePanel, panelOf } from '../../../src/testing/index.js';

const WEEKLY = [
  4, 7, 3, 9, 12, 20, 15, 6, 8, 2, 10, 11, 22, 13, 5, 6, 4, 8, 14, 19, 16, 7, 9, 3, 11, 12, 24, 18,
];
const RARE = [3, 0, 0, 5, 0, 1, 0, 0, 0, 2, 4, 0, 0, 6, 0, 0];

async function forecastOf(
  model: ForecastModel,
  series: readonly number[],
  horizon: number,
  levels: number[] = [],
) {
  const fitted = await model.fit(panelOf([series]));
  return fitted.forecast({ horizon, levels });
}

async function meanOf(model: ForecastModel, series: readonly number[], horizon: number): Promise<number[]> {
  return Array.from((await forecastOf(model, series, horizon)).mean);
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    if (ForecastError.is(error)) return error.code;
    throw error;
  }
  return undefined;
}

describe.each([
  seasonalNaive({ season: 7 }),
  seasonalNaive({ season: 364 }),
  weekdayMean({ weeks: 4 }),
  seasonalMean({ season: 1, cycles: 4 }),
  croston(),
  croston({ variant: 'classic', weekdayProfile: true }),
  tsb(),
  tsb({ weekdayProfile: true }),
])('$name', (model) => {
  it('meets the contract of a forecast model', async () => {
    const report = await checkForecaster(model);
    expect(report.passed.length).toBeGreaterThan(20);
    expect(report.skipped).toEqual([]);
  });
});

describe.each([croston({ weekdayProfile: true }), tsb({ weekdayProfile: true })])('$name', (model) => {
  // Two weekdays of the last 91 days are missing once, on which zeros of another product would shift the profile.
  it('is not changed by a product that never sold', async () => {
    const own = Array.from({ length: 120 }, (_, d) => (d === 50 || d === 65 ? Number.NaN : 1 + (d % 7)));
    const never = own.map((value) => 0 * value).with(50, 0);
    const { mean: alone } = await (await model.fit(panelOf([own]))).forecast({ horizon: 14 });
    const { mean } = await (await model.fit(panelOf([own, never]))).forecast({ horizon: 14 });
    expect(mean.subarray(0, 14)).toEqual(alone);
  });
});

describe('seasonalNaive', () => {
  it('gives the means and intervals of R forecast 8.20', async () => {
    // snaive(ts(y, frequency = 7), h = 16, level = c(80, 95)).
    const { mean, intervals } = await forecastOf(seasonalNaive({ season: 7 }), WEEKLY, 16, [0.8, 0.95]);
    expect([0, 6, 7, 15].map((h) => mean[h])).toEqual([7, 18, 7, 9]);
    const upper80 = [9.9596165653902453, 11.185529886198964, 12.126206262178403];
    const upper95 = [11.526342936304687, 13.401215568473745, 14.839855938160214];
    [0, 7, 14].forEach((h, i) => {
      expect(intervals[0].upper[h]).toBeCloseTo(upper80[i], 9);
      expect(intervals[1].upper[h]).toBeCloseTo(upper95[i], 9);
    });
  });

  it('steps back a week at a time where a value is missing, at most 12 times, then takes a mean', async () => {
    const model = seasonalNaive({ season: 7 });
    const gap = WEEKLY.map((value, d) => (d === 21 || d === 14 || d === 22 ? Number.NaN : value));
    expect(await meanOf(model, gap, 3)).toEqual([6, 6, 3]);

    const longGap = Array.from({ length: 140 }, (_, d) => (d % 7 === 0 && d >= 49 ? Number.NaN : d));
    // Days 133, 126, ..., 49 are the value and its twelve steps back, all missing: the mean of the last 56 days.
    const observed = longGap.slice(-56).filter((value) => !Number.isNaN(value));
    const mean = observed.reduce((sum, value) => sum + value, 0) / observed.length;
    expect((await meanOf(model, longGap, 1))[0]).toBeCloseTo(mean, 12);
    const shorterGap = longGap.map((value, d) => (d === 49 ? 49 : value));
    expect((await meanOf(model, shorterGap, 1))[0]).toBe(49);
  });

  it('repeats the same weekday of the year before', async () => {
    const { units, days } = generatePanel({ products: 3, days: 500 });
    const history = Array.from(units.subarray(2 * days));
    const forecast = await meanOf(seasonalNaive({ season: 364 }), history, 400);
    expect(forecast.slice(0, 364)).toEqual(history.slice(days - 364));
    expect(forecast.slice(364)).toEqual(forecast.slice(0, 36));
  });

  it('takes the mean of the last days, or the last known value, where the history is shorter than a season', async () => {
    expect(await meanOf(seasonalNaive({ season: 364 }), [2, 4, 6], 2)).toEqual([4, 4]);
    const weeks = [5, Number.NaN, 8, Number.NaN];
    expect(await meanOf(seasonalNaive({ season: 52, fallbackDays: 1 }), weeks, 2)).toEqual([8, 8]);
  });
});

describe('weekdayMean', () => {
  it('averages the last same weekdays and leaves missing ones out', async () => {
    // (4 + 6 + 5 + 7) / 4, (7 + 8 + 6 + 9) / 4; then the last two weeks only.
    expect(await meanOf(weekdayMean({ weeks: 4 }), WEEKLY, 2)).toEqual([5.5, 7.5]);
    expect(await meanOf(weekdayMean({ weeks: 2 }), WEEKLY, 9)).toEqual([
      6, 7.5, 3.5, 9.5, 13, 21.5, 17, 6, 7.5,
    ]);
    const gap = WEEKLY.map((value, d) => (d === 21 ? Number.NaN : value));
    expect(await meanOf(weekdayMean({ weeks: 4 }), gap, 1)).toEqual([5]);
  });

  it('is a mean over other seasons too', async () => {
    expect(await meanOf(seasonalMean({ season: 1, cycles: 4 }), WEEKLY, 2)).toEqual([16.25, 16.25]);
  });
});

describe('croston', () => {
  it('gives the level of R forecast 8.20, and the corrected one', async () => {
    // croston(x, alpha = 0.1)
    const level = 2.0001092816552526;
    expect((await meanOf(croston({ variant: 'classic' }), RARE, 1))[0]).toBeCloseTo(level, 12);
    expect((await meanOf(croston(), RARE, 1))[0]).toBeCloseTo(0.95 * level, 12);
  });

  it('starts at the first sale', async () => {
    const level = (await meanOf(croston(), RARE, 1))[0];
    expect((await meanOf(croston(), [0, 0, 0, ...RARE], 1))[0]).toBe(level);
  });
});

describe('tsb', () => {
  it('gives the level of its recursion in Python', async () => {
    // z += 0.1 (x - z) on demands, p += 0.05 ((x > 0) - p) on days, from z = x[0], p = 1.
    expect((await meanOf(tsb(), RARE, 1))[0]).toBeCloseTo(2.111112839452635, 12);
  });

  it('falls while nothing sells, and Croston does not', async () => {
    const stopped = [...RARE, ...Array<number>(60).fill(0)];
    expect((await meanOf(tsb(), stopped, 1))[0]).toBeCloseTo(2.111112839452635 * 0.95 ** 60, 12);
    expect((await meanOf(croston(), stopped, 1))[0]).toBe((await meanOf(croston(), RARE, 1))[0]);
  });

  it('spreads its level over the weekdays of the whole panel', async () => {
    const busySaturdays = Array.from({ length: 98 }, (_, d) => (d % 7 === 5 ? 40 : 10));
    const rare = Array.from({ length: 98 }, (_, d) => (d % 9 === 0 ? 1 : 0));
    const plain = await (await tsb().fit(panelOf([busySaturdays, rare]))).forecast({ horizon: 7 });
    const spread = await (await tsb({ weekdayProfile: true }).fit(panelOf([busySaturdays, rare]))).forecast({
      horizon: 7,
    });
    // Over 91 days the rare series has 10 sales, none of which lies on enough weekdays to matter: 40 against 10.
    expect(spread.mean[7 + 5] / spread.mean[7 + 0]).toBeGreaterThan(3.5);
    const sum = (mean: Float64Array) => mean.subarray(7, 14).reduce((total, value) => total + value, 0);
    expect(sum(spread.mean)).toBeCloseTo(sum(plain.mean), 9);
  });
});

describe('intervals of the baselines', () => {
  it('cover about as many days of the next four weeks as they say', async () => {
    const panel = generatePanel({ products: 60, days: 730, seed: 5 });
    const history = { ...panel, days: 702, units: new Float64Array(60 * 702) };
    for (let s = 0; s < 60; s++) {
      history.units.set(panel.units.subarray(s * 730, s * 730 + 702), s * 702);
    }
    const fitted = await weekdayMean().fit(history);
    const { intervals } = await fitted.forecast({ horizon: 28, levels: [0.8] });
    let inside = 0;
    let observed = 0;
    for (let s = 0; s < 60; s++) {
      for (let h = 0; h < 28; h++) {
        const actual = panel.units[s * 730 + 702 + h];
        if (Number.isNaN(actual)) continue;
        observed++;
        if (actual >= intervals[0].lower[s * 28 + h] && actual <= intervals[0].upper[s * 28 + h]) inside++;
      }
    }
    expect(inside / observed).toBeGreaterThan(0.75);
    expect(inside / observed).toBeLessThan(0.95);
  });
});

describe('options', () => {
  it('are refused where they make no sense', () => {
    for (const make of [
      () => seasonalNaive({ season: 0 }),
      () => seasonalNaive({ season: 2.5 }),
      () => seasonalNaive({ fallbackDays: 0 }),
      () => weekdayMean({ weeks: 0 }),
      () => seasonalMean({ cycles: -1 }),
      () => croston({ alpha: 0 }),
      () => croston({ alpha: 1.1 }),
      () => tsb({ beta: Number.NaN }),
    ]) {
      expect(codeOf(make)).toBe('invalid-option');
    }
  });
});

describe('properties', () => {
  it('scale with the data', async () => {
    const series = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 20, maxLength: 60 });
    const models = [seasonalNaive(), weekdayMean(), croston(), tsb({ weekdayProfile: true })];
    await fc.assert(
      fc.asyncProperty(series, async (units) => {
        for (const model of models) {
          const once = await meanOf(model, units, 10);
          const doubled = await meanOf(
            model,
            units.map((value) => 2 * value),
            10,
          );
          expect(doubled).toEqual(once.map((value) => 2 * value));
        }
      }),
      { seed: 1, numRuns: 100 },
    );
  });
});
