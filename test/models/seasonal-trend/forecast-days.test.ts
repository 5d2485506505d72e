import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import { fitSeasonalTrend, type SeriesForecastOptions } from '../../../src/models/seasonal-trend/index.js';

/** Dates after a history, as pandas' `date_range` from the last row has them: what Prophet's `make_future_dataframe` gives. */
function next(dates: readonly string[], options: SeriesForecastOptions): string[] {
  const values = dates.map((_, i) => 100 + i + 3 * Math.sin(i));
  const fit = fitSeasonalTrend({ dates, values }, { yearlySeasonality: false });
  const { days } = fit.forecast(options);
  return Array.from(days, (day) => new Date(Math.round(day * 86_400_000)).toISOString().slice(0, 16));
}

/** The first of each of so many months. */
function monthly(from: number, count: number, step = 1): string[] {
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(2020, from + i * step, 1)).toISOString().slice(0, 10),
  );
}

const midnight = (dates: readonly string[]) => dates.map((date) => `${date}T00:00`);

describe('the periods of a horizon', () => {
  it('are those of the history: twelve months after monthly data', () => {
    const dates = next(monthly(0, 30), { horizon: 12 });
    expect(dates).toEqual(midnight(monthly(30, 12)));
  });

  it.each([
    ['quarters', monthly(0, 12, 3), ['2023-01-01', '2023-04-01']],
    ['years', monthly(0, 4, 12), ['2024-01-01', '2025-01-01']],
    ['weeks', ['2024-01-01', '2024-01-08', '2024-01-15'], ['2024-01-22', '2024-01-29']],
    ['days, with gaps', ['2024-02-26', '2024-02-27', '2024-02-28'], ['2024-02-29', '2024-03-01']],
    ['ends of months', ['2023-11-30', '2023-12-31', '2024-01-31'], ['2024-02-29', '2024-03-31']],
    ['a day of the month', ['2023-12-29', '2024-01-29', '2024-02-29'], ['2024-03-29', '2024-04-29']],
    [
      'a day that some months lack',
      ['2023-10-30', '2023-11-30', '2023-12-30', '2024-01-30'],
      ['2024-02-29', '2024-03-30'],
    ],
    ['no such spacing: days', ['2024-01-01', '2024-01-04', '2024-01-07'], ['2024-01-08', '2024-01-09']],
  ])('are %s', (_, dates, expected) => {
    expect(next(dates, { horizon: 2 })).toEqual(midnight(expected));
  });

  it('are hours after hourly data', () => {
    const hours = Array.from(
      { length: 40 },
      (_, h) => `2024-03-0${1 + Math.floor(h / 24)} ${String(h % 24).padStart(2, '0')}:00`,
    );
    expect(next(hours, { horizon: 10 }).slice(-3)).toEqual([
      '2024-03-02T23:00',
      '2024-03-03T00:00',
      '2024-03-03T01:00',
    ]);
  });

  it('are what freq says', () => {
    const days = ['2024-01-30', '2024-01-31'];
    expect(next(days, { horizon: 2, freq: 'week' })).toEqual(midnight(['2024-02-07', '2024-02-14']));
    expect(next(days, { horizon: 2, freq: 'month' })).toEqual(midnight(['2024-02-29', '2024-03-31']));
    expect(next(days, { horizon: 1, freq: 'quarter' })).toEqual(midnight(['2024-04-30']));
    expect(next(days, { horizon: 1, freq: 'hour' })).toEqual(['2024-01-31T01:00']);
    expect(() => next(days, { horizon: 1, freq: 'fortnight' as 'week' })).toThrow(
      /There is no frequency "fortnight"/,
    );
  });
});

describe('the last row', () => {
  it('is where the forecast starts, observed or not, as in Prophet', () => {
    const first = parseDay('2024-01-01');
    const days = Array.from({ length: 40 }, (_, d) => first + d);
    const values = days.map((_, d) => (d < 35 ? 50 + (d % 7) : null));
    const fit = fitSeasonalTrend({ days, values });
    expect([...fit.forecast({ horizon: 2 }).days]).toEqual([first + 40, first + 41]);
    const masked = fitSeasonalTrend(
      { days, values: values.map((value) => value ?? 7) },
      { mask: [{ from: first + 30, to: first + 39 }] },
    );
    expect([...masked.forecast({ horizon: 1 }).days]).toEqual([first + 40]);
  });
});
