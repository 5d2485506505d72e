import { ForecastError, invalidOption } from '../errors.js';
import { civilFromDay, type Day, dayFromCivil, dayOfWeek } from './day.js';

/** The selectable time periods of a forecast. */
export type TimePeriod = 'week' | 'month' | 'year';

/** A time period as text, such as a query string holds it: checked by the call that takes it. */
export type TimePeriodText = TimePeriod | (string & {});

/** All time periods, shortest first. */
export const TIME_PERIODS: readonly TimePeriod[] = ['week', 'month', 'year'];

/** Steps `from` to `to` of a forecast, `to` excluded; step 0 is the day after the last complete day. */
export interface StepRange {
  readonly from: number;
  readonly to: number;
}

/** The first `count` steps, each a range of its own. */
export function eachStep(count: number): StepRange[] {
  return Array.from({ length: count }, (_, step) => ({ from: step, to: step + 1 }));
}

/** A stretch of days, `to` excluded. */
export interface DayRange {
  readonly from: Day;
  readonly to: Day;
}

const ROLLING_DAYS: Readonly<Record<TimePeriod, number>> = { week: 7, month: 30, year: 365 };

/** Days of a rolling period: 7, 30 or 365. */
export function periodDays(period: TimePeriod): number {
  assertPeriod(period);
  return ROLLING_DAYS[period];
}

/**
 * The forecast steps of the next period: the 7, 30 or 365 days after the last complete day.
 *
 * ```ts
 * import { periodSteps } from 'commerce-forecast';
 *
 * const steps = periodSteps('week'); // { from: 0, to: 7 }
 * ```
 *
 * @throws ForecastError `invalid-option` for an unknown period.
 */
export function periodSteps(period: TimePeriod): StepRange {
  return { from: 0, to: periodDays(period) };
}

/**
 * The forecast steps of the next whole ISO week (Monday to Sunday), calendar month or calendar year that starts
 * after `lastDay`, the last complete day. The days between `lastDay` and that start are steps too, so that `to` is
 * the horizon to ask of a model.
 *
 * ```ts
 * import { calendarPeriodSteps, parseDay } from 'commerce-forecast';
 *
 * const steps = calendarPeriodSteps('month', parseDay('2024-01-20')); // February: { from: 11, to: 40 }
 * ```
 *
 * @throws ForecastError `invalid-option` for an unknown period or a day that is not a whole number.
 */
export function calendarPeriodSteps(period: TimePeriod, lastDay: Day): StepRange {
  if (!Number.isInteger(lastDay)) {
    invalidOption('lastDay', `lastDay must be a whole number of days, got ${lastDay}`);
  }
  const first = lastDay + 1;
  const current = calendarPeriodOf(period, first);
  const next = current.from === first ? current : calendarPeriodOf(period, current.to);
  return { from: next.from - first, to: next.to - first };
}

/** The ISO week, calendar month or calendar year that holds a day. */
export function calendarPeriodOf(period: TimePeriod, day: Day): DayRange {
  assertPeriod(period);
  if (period === 'week') {
    const monday = day - dayOfWeek(day);
    return { from: monday, to: monday + 7 };
  }
  const { year, month } = civilFromDay(day);
  if (period === 'month') return { from: dayFromCivil(year, month, 1), to: dayFromCivil(year, month + 1, 1) };
  return { from: dayFromCivil(year, 1, 1), to: dayFromCivil(year + 1, 1, 1) };
}

function assertPeriod(period: TimePeriod): void {
  if (!TIME_PERIODS.includes(period)) {
    throw new ForecastError('invalid-option', `Unknown time period "${String(period)}"`, {
      path: ['period'],
      hint: `Use one of ${TIME_PERIODS.join(', ')}`,
    });
  }
}
