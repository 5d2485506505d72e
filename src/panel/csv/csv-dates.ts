import { createDateReader, type DateReader, isPlausibleDay } from '../../calendar/date-reader.js';
import { type Day, tryParseDay } from '../../calendar/day.js';
import { dayInTimeZone } from '../../calendar/time-zone.js';
import { civilDay, type DateOrder, dateShape } from './date-shapes.js';
import { splitTime } from './date-times.js';

/** The orders that `dateFormat` accepts besides date-fns formats. */
export const DATE_ORDERS: Readonly<Record<string, DateOrder>> = { DMY: 'dmy', MDY: 'mdy', YMD: 'ymd' };
/** The value of `timeZone` that keeps the day of a timestamp as written in the file. */
export const AS_WRITTEN = 'as-written';

const MAX_REMEMBERED = 50_000;
const SECONDS_PER_DAY = 86_400;

export interface CsvDateOptions {
  /** `DMY`, `MDY` or `YMD` for the order of numbers in dates of any form, or a date-fns format. */
  readonly dateFormat?: string;
  /** IANA time zone, or `as-written`. Default `UTC`. */
  readonly timeZone?: string;
  /** True if times without an offset are UTC. */
  readonly datesInUtc?: boolean;
}

/**
 * Makes a reader of the dates that exports have: ISO and year-first dates, dates with names of months, compact dates,
 * day numbers of Excel, ISO weeks and months, with times, offsets and names of zones. Dates such as `3/9/2026` are read
 * with an order only.
 *
 * @throws ForecastError `invalid-option` for a format that does not fix a day, or an unknown time zone.
 */
export function csvDateReader({
  dateFormat,
  timeZone = 'UTC',
  datesInUtc = false,
}: CsvDateOptions): DateReader {
  const order = dateFormat === undefined ? undefined : DATE_ORDERS[dateFormat];
  const zone = timeZone === AS_WRITTEN ? 'UTC' : timeZone;
  if (dateFormat !== undefined && order === undefined)
    return createDateReader({ dateFormat, timeZone: zone });
  const dayOfInstant = dayInTimeZone(zone);
  const readDate = createDateReader({ timeZone: zone });
  const read = (text: string): Day | undefined => {
    const { date, time } = splitTime(text);
    const shape = dateShape(date, time !== undefined);
    if (!shape) return undefined;
    if (shape.kind === 'instant') return checked(dayOfInstant(shape.milliseconds));
    const day = civilDay(shape, order);
    if (day === undefined || !time || timeZone === AS_WRITTEN) return checked(day);
    const offset = time.offset ?? (datesInUtc ? 0 : undefined);
    return checked(
      offset === undefined ? day : dayOfInstant((day * SECONDS_PER_DAY + time.seconds - offset) * 1000),
    );
  };
  const known = new Map<string, Day | undefined>();
  return (value) => {
    if (typeof value !== 'string') return readDate(value);
    const before = known.get(value);
    if (before !== undefined || known.has(value)) return before;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const day = value.length === 10 ? (checked(tryParseDay(value)) ?? read(value)) : read(value);
    known.set(value, day);
    return day;
  };
}

function checked(day: Day | undefined): Day | undefined {
  return day !== undefined && isPlausibleDay(day) ? day : undefined;
}
