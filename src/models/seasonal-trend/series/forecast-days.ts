import { MS_PER_DAY } from '../../../calendar/day.js';
import { ForecastError } from '../../../errors.js';

/** Time between two periods of a forecast. */
export type Frequency = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

const FREQUENCIES: readonly Frequency[] = ['hour', 'day', 'week', 'month', 'quarter', 'year'];

/** Shortest and longest spacing of rows of each frequency, in days. */
const SPACINGS: readonly (readonly [Frequency, number, number])[] = [
  ['hour', 1 / 24 - 1e-6, 1 / 24 + 1e-6],
  ['day', 1, 1],
  ['week', 7, 7],
  ['month', 28, 31],
  ['quarter', 89, 92],
  ['year', 365, 366],
];

/** Months of the frequencies that follow the calendar. */
const MONTHS: Partial<Record<Frequency, number>> = { month: 1, quarter: 3, year: 12 };

/** The frequency of ascending days by their median spacing, the lower one of two; days if none matches. */
export function frequencyOf(days: Float64Array): Frequency {
  const spacings: number[] = [];
  for (let i = 1; i < days.length; i++) if (days[i] > days[i - 1]) spacings.push(days[i] - days[i - 1]);
  spacings.sort((a, b) => a - b);
  const median = spacings[Math.floor((spacings.length - 1) / 2)];
  return SPACINGS.find(([, from, to]) => median >= from && median <= to)?.[0] ?? 'day';
}

/** @throws ForecastError `invalid-option` if there is no such frequency. */
export function checkFrequency(frequency: Frequency): void {
  if (FREQUENCIES.includes(frequency)) return;
  throw new ForecastError('invalid-option', `There is no frequency "${String(frequency)}"`, {
    path: ['freq'],
    hint: `One of ${FREQUENCIES.join(', ')}.`,
  });
}

/**
 * The next `count` periods after the last row. Months keep the day of the month, or the end of the month if all
 * rows are on it.
 *
 * @param days days of the history, where there is one; the last row may lie after them.
 */
export function nextDays(
  last: number,
  count: number,
  frequency: Frequency,
  days?: Float64Array,
): Float64Array {
  const months = MONTHS[frequency];
  if (months === undefined) {
    const step = frequency === 'week' ? 7 : 1;
    // Hours are counted from the last row, so that rounding errors do not accumulate.
    if (frequency === 'hour') return Float64Array.from({ length: count }, (_, h) => last + (h + 1) / 24);
    return Float64Array.from({ length: count }, (_, h) => last + (h + 1) * step);
  }
  const atEnd = isMonthEnd(last) && (days === undefined || days.every(isMonthEnd));
  return Float64Array.from({ length: count }, (_, h) => addMonths(last, (h + 1) * months, atEnd));
}

function addMonths(day: number, months: number, atEnd: boolean): number {
  const whole = Math.floor(day);
  const date = new Date(whole * MS_PER_DAY);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + months;
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const dayOfMonth = atEnd ? length : Math.min(date.getUTCDate(), length);
  return Date.UTC(year, month, dayOfMonth) / MS_PER_DAY + (day - whole);
}

function isMonthEnd(day: number): boolean {
  return new Date((Math.floor(day) + 1) * MS_PER_DAY).getUTCDate() === 1;
}
