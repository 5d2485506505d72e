import { FIRST_DAY, LAST_DAY, MS_PER_DAY, tryParseDay } from '../../../calendar/day.js';
import { ForecastError } from '../../../errors.js';

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?Z?$/;

/**
 * Days since 1970-01-01 UTC of an ISO date with or without a time; a day number stays what it is.
 *
 * @throws ForecastError `invalid-data` if there is no such day in the years 1 to 9999: milliseconds are no days.
 */
export function toDay(value: number | string | Date, path: readonly (string | number)[]): number {
  const day = dayOf(value);
  if (day === undefined || !isDay(day)) {
    throw new ForecastError('invalid-data', `"${String(value)}" is not a day`, {
      path,
      hint: 'Use YYYY-MM-DD, YYYY-MM-DD HH:MM:SS in UTC, a Date, or days since 1970-01-01.',
    });
  }
  return day;
}

function isDay(day: number): boolean {
  return day >= FIRST_DAY && day <= LAST_DAY;
}

function dayOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (value instanceof Date) return value.getTime() / MS_PER_DAY;
  if (typeof value !== 'string') return undefined;
  const time = ISO_TIME.exec(value);
  if (time === null) return tryParseDay(value);
  const day = tryParseDay(time[1]);
  const seconds = Number(time[2]) * 3600 + Number(time[3]) * 60 + Number(time[4] ?? 0);
  return day === undefined || seconds >= 86_400 ? undefined : day + seconds / 86_400;
}

/** The days of rows given as day numbers or as dates. */
export function toDays(rows: {
  readonly days?: ArrayLike<number>;
  readonly dates?: readonly (string | Date)[];
}): Float64Array {
  if (rows.days !== undefined && rows.dates !== undefined) {
    throw new ForecastError('invalid-data', 'The rows have both days and dates', { path: ['dates'] });
  }
  if (rows.days !== undefined) {
    const days = new Float64Array(rows.days.length);
    for (let row = 0; row < days.length; row++) {
      // A typed array would make 0, a day, of null.
      days[row] = typeof rows.days[row] === 'number' ? rows.days[row] : Number.NaN;
      if (!isDay(days[row])) toDay(days[row], ['days', row]);
    }
    return days;
  }
  if (rows.dates !== undefined) {
    return Float64Array.from(rows.dates, (date, row) => toDay(date, ['dates', row]));
  }
  throw new ForecastError('invalid-data', 'The rows have neither days nor dates', { path: ['days'] });
}
