import { ForecastError } from '../errors.js';
import { type Day, dayFromCivil, MS_PER_DAY } from './day.js';

const MS_PER_QUARTER_HOUR = 900_000;
const MAX_REMEMBERED = 200_000;

/**
 * Makes a function that returns the calendar day of an instant (milliseconds since 1970) in a time zone.
 *
 * @throws ForecastError `invalid-option` for an unknown time zone.
 */
export function dayInTimeZone(timeZone: string): (instant: number) => Day {
  if (timeZone === 'UTC') return (instant) => Math.floor(instant / MS_PER_DAY);
  const dayOf = civilDayFormatter(timeZone);
  // Offsets are whole quarter hours, so midnight falls between two of them and each needs formatting only once.
  const dayOfQuarter = new Map<number, Day>();
  return (instant) => {
    const quarter = Math.floor(instant / MS_PER_QUARTER_HOUR);
    const known = dayOfQuarter.get(quarter);
    if (known !== undefined) return known;
    if (dayOfQuarter.size >= MAX_REMEMBERED) dayOfQuarter.clear();
    const day = dayOf(quarter * MS_PER_QUARTER_HOUR);
    dayOfQuarter.set(quarter, day);
    return day;
  };
}

/** Days by which sales may be ahead of the date in UTC, for shops whose time zone is not told. */
const DAYS_AHEAD = 1;

/** The last day that may have sales by now. */
export function latestSalesDay(now: Date, timeZone?: string): Day {
  const today = dayInTimeZone(timeZone ?? 'UTC')(now.getTime());
  return timeZone === undefined ? today + DAYS_AHEAD : today;
}

function civilDayFormatter(timeZone: string): (instant: number) => Day {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
    });
  } catch (cause) {
    throw new ForecastError('invalid-option', `Unknown time zone "${timeZone}"`, {
      path: ['timeZone'],
      hint: 'Use an IANA name such as Europe/Berlin',
      cause,
    });
  }
  return (instant) => {
    const part = { year: 0, month: 0, day: 0 };
    for (const { type, value } of format.formatToParts(instant)) {
      if (type === 'year' || type === 'month' || type === 'day') part[type] = Number(value);
    }
    return dayFromCivil(part.year, part.month, part.day);
  };
}
