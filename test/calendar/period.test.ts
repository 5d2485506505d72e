import { addDays, addMonths, addWeeks, addYears, startOfISOWeek, startOfMonth, startOfYear } from 'date-fns';
import { describe, expect, it } from 'vitest';
import { type Day, formatDay, parseDay } from '../../src/calendar/day.js';
import {
  calendarPeriodOf,
  calendarPeriodSteps,
  periodDays,
  periodSteps,
  TIME_PERIODS,
  type TimePeriod,
} from '../../src/calendar/period.js';
import { ForecastError } from '../../src/errors.js';

/** Local midnight of a day, which is how date-fns sees days. */
const localDate = (day: Day) => {
  const [year, month, dayOfMonth] = formatDay(day).split('-').map(Number);
  return new Date(year, month - 1, dayOfMonth);
};
const isoDate = (date: Date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, '0')).join('-');

const START = { week: startOfISOWeek, month: startOfMonth, year: startOfYear };
const ADD = { week: addWeeks, month: addMonths, year: addYears };

describe('rolling periods', () => {
  it('are the next 7, 30 and 365 days', () => {
    expect(periodSteps('week')).toEqual({ from: 0, to: 7 });
    expect(periodSteps('month')).toEqual({ from: 0, to: 30 });
    expect(periodSteps('year')).toEqual({ from: 0, to: 365 });
    expect(TIME_PERIODS.map(periodDays)).toEqual([7, 30, 365]);
  });

  it('refuse an unknown period', () => {
    const call = () => periodSteps('quarter' as TimePeriod);
    expect(call).toThrow(expect.objectContaining({ code: 'invalid-option', path: ['period'] }));
  });
});

describe('calendar periods', () => {
  it.each(TIME_PERIODS)('agree with date-fns on every day of 2019 to 2029 (%s)', (period) => {
    for (let lastDay = parseDay('2019-01-01'); lastDay <= parseDay('2029-12-31'); lastDay++) {
      const first = addDays(localDate(lastDay), 1);
      const start = START[period](first);
      const next = start.getTime() === first.getTime() ? start : ADD[period](start, 1);
      const steps = calendarPeriodSteps(period, lastDay);
      expect(formatDay(lastDay + 1 + steps.from)).toBe(isoDate(next));
      expect(formatDay(lastDay + 1 + steps.to)).toBe(isoDate(ADD[period](next, 1)));
    }
  });

  it('hold the day that they are asked for', () => {
    const leapDay = parseDay('2024-02-29');
    const spans = TIME_PERIODS.map((period) => {
      const { from, to } = calendarPeriodOf(period, leapDay);
      return [formatDay(from), formatDay(to)];
    });
    expect(spans).toEqual([
      ['2024-02-26', '2024-03-04'],
      ['2024-02-01', '2024-03-01'],
      ['2024-01-01', '2025-01-01'],
    ]);
  });

  it('refuse a day that is no whole number', () => {
    for (const day of [Number.NaN, 0.5, Number.POSITIVE_INFINITY]) {
      expect(() => calendarPeriodSteps('week', day)).toThrow(ForecastError);
    }
  });
});
