import { parse } from 'date-fns/parse';
import { ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { type Day, dayFromCivil, tryParseDay } from './day.js';
import { dayInTimeZone } from './time-zone.js';

export interface DateReaderOptions {
  /** A date-fns format such as `M/d/yyyy H:mm`, for dates that are not ISO 8601. */
  readonly dateFormat?: string;
  /**
   * IANA time zone whose days count, such as `America/New_York`, for `Date` objects and for timestamps with `Z` or an
   * offset. Dates without an offset are taken as written. Default `UTC`.
   */
  readonly timeZone?: string;
}

const DATE_READER_OPTIONS: OptionTable<DateReaderOptions> = { dateFormat: 1, timeZone: 1 };

/** Reads the day of a date; returns `undefined` for a value that is not a date in a known form. */
export type DateReader = (value: unknown) => Day | undefined;

const FIRST_PLAUSIBLE_DAY: Day = dayFromCivil(1900, 1, 1);
const LAST_PLAUSIBLE_DAY: Day = dayFromCivil(2199, 12, 31);
const MAX_REMEMBERED = 50_000;
/** Fixed, so that two-digit years mean 1950 to 2049 whenever the program runs. */
const REFERENCE_DATE = new Date(2000, 0, 1);
/** The 26th of November 2013 in the tokens of date-fns; numbers of one figure are filled up to the length of the token. */
const EXAMPLE: Readonly<Record<string, string>> = {
  y: '2013',
  yy: '13',
  yyyy: '2013',
  M: '11',
  MMM: 'Nov',
  MMMM: 'November',
  Mo: '11th',
  d: '26',
  do: '26th',
  EEE: 'Tue',
  EEEE: 'Tuesday',
  H: '0',
  h: '12',
  m: '0',
  s: '0',
  S: '0',
  a: 'AM',
};
const TOKEN = /''|'(?:''|[^'])+'|([A-Za-z])\1*o?/g;
const TIMESTAMP =
  /^(\d{4}-\d{2}-\d{2})[T ]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d|60)(?:[.,]\d{1,9})?)?(Z|[+-]\d{2}(?::?\d{2})?)?$/i;

/**
 * Makes a reader of dates: ISO dates (`2024-02-29`), ISO timestamps, `Date` objects and, if a format is given, text in
 * that format instead of ISO.
 *
 * @throws ForecastError `invalid-option` for a format that does not fix a day, or an unknown time zone.
 */
export function createDateReader(options: DateReaderOptions = {}): DateReader {
  refuseUnknown(options, DATE_READER_OPTIONS);
  const dayOfInstant = dayInTimeZone(options.timeZone ?? 'UTC');
  const readText =
    options.dateFormat === undefined ? isoReader(dayOfInstant) : remember(formatReader(options.dateFormat));
  return (value) => {
    if (typeof value === 'string') return plausible(readText(value));
    if (!(value instanceof Date) || Number.isNaN(value.getTime())) return undefined;
    return plausible(dayOfInstant(value.getTime()));
  };
}

/**
 * Tells whether a number is a day of 1900 to 2199. Others count as typing errors: a single one would stretch
 * the grid of a panel over centuries.
 */
export function isPlausibleDay(day: number): boolean {
  return Number.isInteger(day) && day >= FIRST_PLAUSIBLE_DAY && day <= LAST_PLAUSIBLE_DAY;
}

/** Sales data repeats its dates: a look-up is an order of magnitude cheaper than parsing. */
function remember(read: (text: string) => Day | undefined): (text: string) => Day | undefined {
  const known = new Map<string, Day | undefined>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || known.has(text)) return before;
    if (known.size >= MAX_REMEMBERED) known.clear();
    const day = read(text);
    known.set(text, day);
    return day;
  };
}

function plausible(day: Day | undefined): Day | undefined {
  return day !== undefined && isPlausibleDay(day) ? day : undefined;
}

function isoReader(dayOfInstant: (instant: number) => Day): (text: string) => Day | undefined {
  const readDay = remember(tryParseDay);
  return (text) => {
    if (text.length === 10) return readDay(text);
    const [, date, hours, minutes, seconds = 0, offset] = TIMESTAMP.exec(text) ?? [];
    if (date === undefined) return undefined;
    const day = readDay(date);
    if (day === undefined || offset === undefined) return day;
    const ofDay = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return dayOfInstant((day * 86_400 + ofDay - offsetSeconds(offset)) * 1000);
  };
}

function offsetSeconds(offset: string): number {
  if (offset.length === 1) return 0;
  const digits = offset.slice(1).replace(':', '');
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || 0) * 60;
  return offset[0] === '-' ? -seconds : seconds;
}

function formatReader(dateFormat: string): (text: string) => Day | undefined {
  const read = (text: string): Day | undefined => {
    const date = parse(text, dateFormat, REFERENCE_DATE);
    // A year of two digits where four are to be is no year of the first century.
    if (!(date.getFullYear() > 99)) return undefined;
    return dayFromCivil(date.getFullYear(), date.getMonth() + 1, date.getDate());
  };
  assertFormatFixesDay(dateFormat, read);
  return read;
}

/** Refuses a format that does not read a day as written in it; the check does not depend on the machine's time zone. */
function assertFormatFixesDay(dateFormat: string, read: (text: string) => Day | undefined): void {
  const refuse = (reason: string, cause?: unknown) =>
    new ForecastError('invalid-option', `Date format "${dateFormat}" ${reason}`, {
      path: ['dateFormat'],
      hint: 'Use date-fns tokens such as yyyy-MM-dd or M/d/yyyy H:mm',
      cause,
    });
  let letters = '';
  const example = dateFormat.replace(TOKEN, (token, letter?: string) => {
    letters += letter ?? '';
    if (letter === undefined) return token.slice(1, -1).replace("''", "'") || "'";
    const written = EXAMPLE[token] ?? EXAMPLE[token.length < 3 || 'Sa'.includes(letter) ? letter : ''];
    if (written === undefined) throw refuse(`has the token "${token}", which is not read`);
    return written.padStart(/^\d/.test(written) ? token.length : 0, '0');
  });
  let day: Day | undefined;
  try {
    day = read(example);
  } catch (cause) {
    throw refuse('is not understood', cause);
  }
  // The dates of all afternoons would be refused.
  if (letters.includes('h') && !letters.includes('a')) throw refuse('has hours (h) without a');
  if (day !== dayFromCivil(2013, 11, 26)) throw refuse('does not fix a day: it needs year, month and day');
}
