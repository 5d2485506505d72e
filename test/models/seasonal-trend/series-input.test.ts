import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../src/errors.js';
import {
  crossValidate,
  fitSeasonalTrend,
  loadSeasonalTrend,
  readProphetModel,
  type SeasonalTrendOptions,
  type SeriesData,
} from '../../../src/models/seasonal-trend/index.js';

const days = Float64Array.from({ length: 120 }, (_, d) => 19_000 + d);
const values = days.map((_, d) => 50 + 0.2 * d + 10 * Math.sin((2 * Math.PI * d) / 7) + 3 * Math.sin(d * d));

function errorOf(data: SeriesData, options: SeasonalTrendOptions = {}): ForecastError {
  try {
    fitSeasonalTrend(data, options).forecast({ horizon: 3 });
  } catch (error) {
    if (ForecastError.is(error)) return error;
    throw error;
  }
  throw new Error('Nothing was thrown');
}

describe('bad input', () => {
  it.each<[string, string, readonly (string | number)[], SeriesData, SeasonalTrendOptions?]>([
    ['no rows', 'empty-data', ['values'], { days: [], values: [] }],
    ['only missing values', 'empty-data', ['values'], { days: [1, 2], values: [Number.NaN, null] }],
    ['one row', 'too-short', ['values'], { days: [1], values: [5] }],
    ['one day twice', 'too-short', ['values'], { days: [1, 1], values: [5, 6] }],
    ['everything masked', 'empty-data', ['values'], { days, values }, { mask: [{ from: 0, to: 99_999 }] }],
    ['neither days nor dates', 'invalid-data', ['values'], { values: [1, 2] }],
    ['too few days', 'invalid-data', ['values'], { days: [1], values: [1, 2] }],
    ['a day that is none', 'invalid-data', ['days', 1], { days: [1, Number.NaN], values: [1, 2] }],
    [
      'a date that is none',
      'invalid-data',
      ['dates', 1],
      { dates: ['2024-01-01', '2023-02-29'], values: [1, 2] },
    ],
    ['an infinite value', 'invalid-data', ['values', 1], { days: [1, 2], values: [1, Infinity] }],
    ['an unknown column', 'invalid-option', ['data', 'floors'], { days, values, floors: 5 } as SeriesData],
    [
      'an unknown key of an event',
      'invalid-option',
      ['events', 0, 'lower_window'],
      { days, values },
      { events: [{ name: 'Fair', day: 19_010, lower_window: -1 } as never] },
    ],
    [
      'an unknown key of a mask',
      'invalid-option',
      ['mask', 0, 'until'],
      { days, values },
      { mask: [{ from: 19_010, to: 19_011, until: 19_012 } as never] },
    ],
    [
      'milliseconds for days',
      'invalid-data',
      ['days', 0],
      { days: days.map((day) => day * 86_400_000), values },
    ],
    ['null for a day', 'invalid-data', ['days', 1], { days: [1, null as never, 3], values: [1, 2, 3] }],
    [
      'days and dates',
      'invalid-data',
      ['dates'],
      { days: [1, 2], dates: ['1970-01-02', '1970-01-03'], values: [1, 2] },
    ],
    [
      'an empty text for a value',
      'invalid-data',
      ['values', 1],
      { days: [1, 2, 3], values: [1, '' as never, 3] },
    ],
    [
      'null for a regressor',
      'invalid-data',
      ['regressors', 'price', 7],
      {
        days,
        values,
        regressors: { price: Array.from(days, (day, d) => (d === 7 ? (null as never) : day)) },
      },
      { regressors: [{ name: 'price' }] },
    ],
    [
      "a condition that is no flag (Prophet: 'Found non-boolean')",
      'invalid-data',
      ['conditions', 'open', 0],
      { days, values, conditions: { open: Array.from(days, () => 'false' as never) } },
      { seasonalities: [{ name: 'w', period: 7, fourierOrder: 2, condition: 'open' }] },
    ],
    [
      'a window of 100,000 years',
      'invalid-option',
      ['events', 0],
      { days, values },
      { events: [{ name: 'x', day: 19_010, lowerWindow: -36_525_000 }] },
    ],
    [
      'a seasonality of ten million waves',
      'invalid-option',
      ['seasonalities', 0],
      { days, values },
      { seasonalities: [{ name: 'w', period: 30, fourierOrder: 1e7 }] },
    ],
    [
      'a seasonality without end',
      'invalid-option',
      ['seasonalities', 0],
      { days, values },
      { seasonalities: [{ name: 'w', period: Infinity, fourierOrder: 2 }] },
    ],
    ['no cap', 'invalid-data', ['cap'], { days, values }, { growth: 'logistic' }],
    [
      'a cap below the floor',
      'invalid-data',
      ['cap', 0],
      { days, values, cap: 5, floor: 10 },
      { growth: 'logistic' },
    ],
    [
      'a missing regressor',
      'invalid-data',
      ['regressors', 'price'],
      { days, values },
      { regressors: [{ name: 'price' }] },
    ],
    [
      'a regressor with a gap',
      'invalid-data',
      ['regressors', 'price', 7],
      { days, values, regressors: { price: days.map((_, d) => (d === 7 ? Number.NaN : d)) } },
      { regressors: [{ name: 'price' }] },
    ],
    [
      'a missing condition',
      'invalid-data',
      ['conditions', 'open'],
      { days, values },
      { seasonalities: [{ name: 'w', period: 7, fourierOrder: 2, condition: 'open' }] },
    ],
    ['a wrong growth', 'invalid-option', ['growth'], { days, values }, { growth: 'cubic' as 'linear' }],
    ['a wrong level', 'invalid-option', ['intervalLevel'], { days, values }, { intervalLevel: 1 }],
    ['a wrong range', 'invalid-option', ['changepointRange'], { days, values }, { changepointRange: 1.5 }],
    [
      'a wrong prior',
      'invalid-option',
      ['changepointPriorScale'],
      { days, values },
      { changepointPriorScale: 0 },
    ],
    ['a wrong order', 'invalid-option', ['weeklySeasonality'], { days, values }, { weeklySeasonality: 2.5 }],
    ['a changepoint outside', 'invalid-option', ['changepoints', 0], { days, values }, { changepoints: [5] }],
    [
      'a name used twice',
      'invalid-option',
      ['weekly'],
      { days, values },
      { events: [{ name: 'weekly', day: 19_010 }] },
    ],
    [
      'a window the wrong way round',
      'invalid-option',
      ['events', 0],
      { days, values },
      { events: [{ name: 'x', day: 19_010, lowerWindow: 1 }] },
    ],
    [
      'two prior scales for one event',
      'invalid-option',
      ['events', 1, 'priorScale'],
      { days, values },
      {
        events: [
          { name: 'x', day: 19_010, priorScale: 1 },
          { name: 'x', day: 19_020, priorScale: 2 },
        ],
      },
    ],
  ])('is refused: %s', (_name, code, path, data, options) => {
    const error = errorOf(data, options);
    expect(error.code).toBe(code);
    expect(error.path).toEqual(path);
  });

  it('is refused: future regressors that are missing', () => {
    const fit = fitSeasonalTrend(
      { days, values, regressors: { price: days } },
      { regressors: [{ name: 'price' }] },
    );
    expect(() => fit.forecast({ horizon: 2 })).toThrowError(/regressors.price is missing/);
    expect(() => fit.forecast({ horizon: 2, regressors: { price: [1] } })).toThrowError(
      /1 values for 2 rows/,
    );
    expect(fit.forecast({ horizon: 2, regressors: { price: [1, 2] } }).mean.every(Number.isFinite)).toBe(
      true,
    );
  });

  // Prophet: 'Expected column "floor"'. Without one, forecasts would be lower by about the floor.
  it('is refused: a floor for the history or the forecast alone', () => {
    const options = { growth: 'logistic' } as const;
    const grounded = fitSeasonalTrend({ days, values, cap: 150, floor: 20 }, options);
    const floating = fitSeasonalTrend({ days, values, cap: 150 }, options);
    for (const stored of [grounded, loadSeasonalTrend(JSON.parse(JSON.stringify(grounded)))]) {
      expect(() => stored.forecast({ horizon: 2, cap: 150 })).toThrow('floor is missing');
    }
    expect(() => readProphetModel(grounded.toProphetJSON()).forecast({ horizon: 2, cap: 150 })).toThrow(
      'floor is missing',
    );
    expect(() => grounded.update({ days: [days[119] + 1], values: [70], cap: 150 })).toThrow(
      'floor is missing',
    );
    expect(() => floating.forecast({ horizon: 2, cap: 150, floor: 20 })).toThrow('The history has no floor');
    const next = { horizon: 2, cap: 150 };
    expect(floating.forecast({ ...next, floor: 0 })).toEqual(floating.forecast(next));
  });

  it('is refused: more days, samples or cutoffs than there can be', async () => {
    const fit = fitSeasonalTrend({ days, values });
    expect(() => fit.forecast({ horizon: 20_000, freq: 'year' })).toThrow(/is not a day/);
    expect(() => fit.predictiveSamples({ horizon: 2, samples: 1e10 })).toThrow('samples must be at most');
    await expect(crossValidate({ days, values }, {}, { horizon: 10, period: 1e-13 })).rejects.toThrow(
      'make the period longer',
    );
  });

  it('is refused: foreign JSON', () => {
    const json = JSON.parse(JSON.stringify(fitSeasonalTrend({ days, values })));
    for (const broken of [
      null,
      {},
      { ...json, model: 'x' },
      { ...json, parameters: null },
      { ...json, parameters: {} },
    ]) {
      expect(() => loadSeasonalTrend(broken)).toThrowError(ForecastError);
    }
  });
});

describe('odd input has a defined result', () => {
  it('forecasts a constant as that constant, with next to no noise', () => {
    for (const level of [0, 7, -3, 1e15]) {
      const { mean, intervals } = fitSeasonalTrend({ days, values: days.map(() => level) }).forecast({
        horizon: 9,
      });
      for (const value of mean) expect(value).toBe(level);
      expect(intervals[0].upper[8] - intervals[0].lower[8]).toBeLessThan(1e-6 * Math.max(1, Math.abs(level)));
    }
  });

  it('fits two points with a line', () => {
    const { mean, intervals } = fitSeasonalTrend({ days: [100, 101], values: [10, 11] }).forecast({
      horizon: 1,
    });
    expect(mean[0]).toBeCloseTo(12, 0);
    expect(Number.isFinite(intervals[0].upper[0])).toBe(true);
  });

  it('counts every observation at the same time', () => {
    const twice = {
      days: [...days, ...days],
      values: [...values.map((v) => v - 1), ...values.map((v) => v + 1)],
    };
    const [a, b] = [twice, { days, values }].map((data) => fitSeasonalTrend(data).forecast({ horizon: 7 }));
    for (let h = 0; h < 7; h++) expect(Math.abs(a.mean[h] / b.mean[h] - 1)).toBeLessThan(0.01);
  });

  it('gives finite numbers for more features than rows', () => {
    const short = { days: days.slice(0, 20), values: values.slice(0, 20) };
    const { mean, intervals } = fitSeasonalTrend(short, { yearlySeasonality: 15 }).forecast({ horizon: 30 });
    expect([...mean, ...intervals[0].lower, ...intervals[0].upper].every(Number.isFinite)).toBe(true);
  });
});

const series = fc
  .array(fc.integer({ min: 0, max: 1000 }), { minLength: 20, maxLength: 80 })
  .filter((list) => new Set(list).size > 3);
const run = { seed: 20_240_101, numRuns: 40 };
const forecastOf = (data: SeriesData, options?: SeasonalTrendOptions) =>
  fitSeasonalTrend(data, options).forecast({ horizon: 14 });
const dayList = (count: number, from = 19_000) => Array.from({ length: count }, (_, d) => from + d);

function expectClose(ours: Float64Array, theirs: Float64Array, scale: number, tolerance: number): void {
  for (let h = 0; h < ours.length; h++)
    expect(Math.abs(ours[h] - theirs[h])).toBeLessThanOrEqual(tolerance * scale);
}

describe('properties', () => {
  it('scales with the data, from 1e-12 to 1e15', () => {
    fc.assert(
      fc.property(series, fc.constantFrom(1e-12, 1e-3, 2, 1024, 1e15), (list, factor) => {
        const once = forecastOf({ days: dayList(list.length), values: list });
        const scaled = forecastOf({
          days: dayList(list.length),
          values: list.map((value) => value * factor),
        });
        const size = factor * Math.max(1000, ...once.mean.map(Math.abs));
        expectClose(
          scaled.mean,
          once.mean.map((value) => value * factor),
          size,
          1e-6,
        );
        expectClose(
          scaled.intervals[0].upper,
          once.intervals[0].upper.map((v) => v * factor),
          size,
          1e-6,
        );
      }),
      run,
    );
  });

  it('moves with the data in time by whole weeks', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: -500, max: 500 }), (list, weeks) => {
        const once = forecastOf({ days: dayList(list.length), values: list });
        const moved = forecastOf({ days: dayList(list.length, 19_000 + 7 * weeks), values: list });
        expectClose(moved.mean, once.mean, Math.max(1000, ...once.mean.map(Math.abs)), 1e-6);
      }),
      run,
    );
  });

  it('does not depend on the order of the rows', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: 1, max: 1000 }), (list, seed) => {
        const order = list
          .map((_, i) => i)
          .sort((a, b) => ((a * 7919 + seed) % 101) - ((b * 7919 + seed) % 101));
        const once = forecastOf({ days: dayList(list.length), values: list });
        const mixed = forecastOf({ days: order.map((i) => 19_000 + i), values: order.map((i) => list[i]) });
        expect(mixed).toEqual(once);
      }),
      run,
    );
  });

  it('does not change when missing days are added', () => {
    fc.assert(
      fc.property(
        series,
        fc.array(fc.integer({ min: -50, max: 150 }), { maxLength: 20 }),
        (list, missing) => {
          // The same days: a horizon begins after the last row, missing or not, as Prophet's does.
          const next = { days: dayList(14, 19_000 + list.length) };
          const once = fitSeasonalTrend({ days: dayList(list.length), values: list }).forecast(next);
          const padded = fitSeasonalTrend({
            days: [...missing.map((d) => 19_000 + d), ...dayList(list.length)],
            values: [...missing.map(() => Number.NaN), ...list],
          }).forecast(next);
          expect(padded).toEqual(once);
        },
      ),
      run,
    );
  });

  it('is finite and has its mean inside its interval for any data', () => {
    const anything = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), {
      minLength: 2,
      maxLength: 40,
    });
    fc.assert(
      fc.property(
        anything,
        fc.constantFrom('additive' as const, 'multiplicative' as const),
        (list, seasonalityMode) => {
          const { mean, intervals } = forecastOf(
            { days: dayList(list.length), values: list },
            { seasonalityMode },
          );
          for (let h = 0; h < mean.length; h++) {
            expect(Number.isFinite(mean[h])).toBe(true);
            expect(intervals[0].lower[h]).toBeLessThanOrEqual(mean[h]);
            expect(intervals[0].upper[h]).toBeGreaterThanOrEqual(mean[h]);
          }
        },
      ),
      run,
    );
  });
});

describe('the points of a forecast', () => {
  it.each(['forecast', 'components', 'predictiveSamples'] as const)(
    'refuse unknown options, %s',
    (method) => {
      const fit = fitSeasonalTrend({ days, values });
      expect(() => fit[method]({ horizon: 3, periods: 4 } as { horizon: number })).toThrow(
        /Unknown option `periods`/,
      );
    },
  );
});
