import { ForecastError } from '../errors.js';

/** A calendar day as a whole number of days since 1970-01-01, with no time zone. */
export type Day = number;

/** 0001-01-01 and 9999-12-31: the days that have an ISO date of ten characters. */
export const FIRST_DAY: Day = -719_162;
export const LAST_DAY: Day = 2_932_896;

export const MS_PER_DAY = 86_400_000;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The year, month (1..12) and day of month (1..31) of a day. */
export interface CivilDate {
  readonly year: number;
  readonly month: number;
  readonly dayOfMonth: number;
}

/** Day number of a proleptic Gregorian date; the arguments are not checked. */
export function dayFromCivil(year: number, month: number, dayOfMonth: number): Day {
  return Math.round(Date.UTC(year, month - 1, dayOfMonth) / MS_PER_DAY);
}

/** Year, month and day of month of a day number. */
export function civilFromDay(day: Day): CivilDate {
  // Days since 0000-03-01, so that a leap day is the last of its year: by arithmetic, as a `Date` takes several times as
  // long. Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
  const shifted = Math.floor(day) + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays =
    Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra + leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    dayOfMonth: dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1,
  };
}

/** Day number of an ISO date `YYYY-MM-DD`, or `undefined` if there is no such day (`2023-02-29`). */
export function tryParseDay(text: string): Day | undefined {
  const match = ISO_DATE.exec(text);
  if (!match) return undefined;
  const year = Number(match[1]);
  const month = Number(match[2]);
  const dayOfMonth = Number(match[3]);
  if (year < 1 || month < 1 || month > 12 || dayOfMonth < 1) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, dayOfMonth);
  if (date.getUTCMonth() + 1 !== month) return undefined;
  return Math.round(date.getTime() / MS_PER_DAY);
}

/**
 * Day number of an ISO date.
 *
 * ```ts
 * import { parseDay } from 'commerce-forecast';
 *
 * const day = parseDay('2024-02-29'); // 19782
 * ```
 *
 * @throws ForecastError `invalid-data` if the text is not an existing day in the form `YYYY-MM-DD`.
 */
export function parseDay(text: string): Day {
  const day = tryParseDay(text);
  if (day === undefined) {
    throw new ForecastError('invalid-data', `"${text}" is not a day in the form YYYY-MM-DD`, {
      path: ['date'],
    });
  }
  return day;
}

/** ISO date `YYYY-MM-DD` of a day number. */
export function formatDay(day: Day): string {
  const { year, month, dayOfMonth } = civilFromDay(day);
  if (!(year >= 1_000 && year <= 9_999)) return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
  return `${year}-${month < 10 ? '0' : ''}${month}-${dayOfMonth < 10 ? '0' : ''}${dayOfMonth}`;
}

/** Weekday, Monday 0 to Sunday 6. 1970-01-01 was a Thursday. */
export function dayOfWeek(day: Day): number {
  return (((day + 3) % 7) + 7) % 7;
}

/** Month 1..12 of a day. */
export function monthOf(day: Day): number {
  return civilFromDay(day).month;
}

/** Quarter 1..4 of a day. */
export function quarterOf(day: Day): number {
  return Math.floor((monthOf(day) + 2) / 3);
}

/** ISO 8601 week number 1..53: the week of a day is the one that holds its Thursday. */
export function isoWeek(day: Day): number {
  const thursday = day - dayOfWeek(day) + 3;
  const { year } = civilFromDay(thursday);
  return Math.floor((thursday - dayFromCivil(year, 1, 1)) / 7) + 1;
}

/** ISO 8601 week-numbering year of a day. */
export function isoWeekYear(day: Day): number {
  return civilFromDay(day - dayOfWeek(day) + 3).year;
}
