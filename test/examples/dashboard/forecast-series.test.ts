import { describe, expect, it } from 'vitest';
import {
  chartDays,
  type Daily,
  promotionRuns,
  weekProfile,
  yearProfile,
} from '../../../examples/dashboard/src/charts/forecast-series.js';
import { addDays } from '../../../examples/dashboard/src/util/days.js';

const forecastOf = (date: string, units: number) => ({
  date,
  units,
  lower: [units - 1, units - 2, units - 3],
  upper: [units + 1, units + 2, units + 3],
});

function daily(own: Partial<Daily> = {}): Daily {
  return {
    category: 'Toys',
    model_version: 'v@1',
    last_day: '2026-03-02',
    levels: [0.5, 0.8, 0.95],
    sales: [],
    forecast: [],
    events: [],
    ...own,
  };
}

describe('days of a chart', () => {
  it('name their holidays, several of one day together', () => {
    const days = chartDays(
      daily({
        sales: [{ date: '2026-03-02', units: 1 }],
        forecast: [forecastOf('2026-03-03', 6)],
        events: [
          { date: '2026-03-03', name: 'Fair' },
          { date: '2026-03-03', name: 'Parade' },
          { date: '2027-01-01', name: 'beyond' },
        ],
      }),
    );
    expect(days.map(({ event }) => event)).toEqual(['', 'Fair, Parade']);
  });

  it('reach from the first sale to the last forecast, days without a record as zero', () => {
    const days = chartDays(
      daily({
        sales: [
          { date: '2026-02-28', units: 5 },
          { date: '2026-03-02', units: 7, promo: true },
        ],
        forecast: [forecastOf('2026-03-03', 6), forecastOf('2026-03-04', 4)],
      }),
    );
    expect(days.map(({ date, sold, expected }) => [date, sold, expected])).toEqual([
      ['2026-02-28', 5, null],
      ['2026-03-01', 0, null],
      ['2026-03-02', 7, null],
      ['2026-03-03', null, 6],
      ['2026-03-04', null, 4],
    ]);
    expect(promotionRuns(days)).toEqual([['2026-03-02', '2026-03-02']]);
  });

  it('have the same day of the week a year before', () => {
    const days = chartDays(
      daily({
        sales: [
          { date: '2025-03-04', units: 9 },
          { date: '2026-03-02', units: 7 },
        ],
        forecast: [forecastOf('2026-03-03', 6)],
      }),
    );
    expect(days.at(-1)).toMatchObject({ date: '2026-03-03', yearBefore: 9 });
    expect(days[0]?.yearBefore).toBeNull();
  });

  it('are empty without sales and forecasts', () => {
    expect(chartDays(daily())).toEqual([]);
  });
});

describe('profiles', () => {
  const sales = Array.from({ length: 371 }, (_, i) => {
    const date = addDays('2025-02-24', i);
    return { date, units: i % 7 === 0 ? 10 : date.slice(5, 7) === '12' ? 6 : 2 };
  });
  const days = chartDays(daily({ sales }));

  it('of the week begin on Monday', () => {
    const week = weekProfile(days);
    expect(week.map(({ high }) => high)).toEqual([10, 2, 2, 2, 2, 2, 2]);
    expect(week[0]).toMatchObject({ mean: 10, low: 10 });
  });

  it('of the year begin in January', () => {
    const year = yearProfile(days);
    expect(year[11]?.mean).toBeGreaterThan(year[0]?.mean ?? 0);
    expect(year.reduce((sum, { days: count }) => sum + count, 0)).toBe(371);
  });
});
