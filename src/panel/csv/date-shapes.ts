import type { Day } from '../../calendar/day.js';
import { dayFromCivil, dayOfWeek, isoWeekYear } from '../../calendar/day.js';
import { dayFromCivilChecked } from './civil-checks.js';
import { monthNamed } from './month-names.js';

export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** Content of the text of a date before an order of its numbers is known. */
export type DateShape =
  | { readonly kind: 'day'; readonly day: Day; readonly form: string }
  /** Three numbers in an unknown order; the year is the last unless it may be anywhere. */
  | {
      readonly kind: 'numbers';
      readonly numbers: readonly [number, number, number];
      readonly yearLast: boolean;
      readonly mark: string;
    }
  | { readonly kind: 'instant'; readonly milliseconds: number };

const YEAR_FIRST = /^(\d{4})[-/.\s](\d{1,2})[-/.\s](\d{1,2})\.?$/;
const CJK = /^(\d{4})\u5e74(\d{1,2})\u6708(\d{1,2})\u65e5$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const THREE_NUMBERS = /^(\d{1,2})\s?([-/.\s])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})\.?$/;
const WEEK = /^(\d{4})-?W(\d{1,2})(?:-?([1-7]))?$/i;
const MONTH = /^(\d{4})[-/.](\d{1,2})$/;
const MONTH_YEAR = /^(\d{1,2})[/.](\d{4})$/;
const SERIAL = /^(\d{5})(?:[.,]\d+)?$/;
const UNIX = /^(\d{10})(\d{3})?$/;
/** Day 25569 of Excel is 1970-01-01. */
const EXCEL_EPOCH = 25_569;
const FIRST_SERIAL = 18_264;
const LAST_SERIAL = 73_415;

/** The shape of the date in a text without its time; `undefined` if it has none. */
export function dateShape(text: string, hasTime: boolean): DateShape | undefined {
  const date = text.trim().replace(/[,T]$/, '');
  const yearFirst = YEAR_FIRST.exec(date) ?? CJK.exec(date) ?? COMPACT.exec(date);
  if (yearFirst) return fixed(Number(yearFirst[1]), Number(yearFirst[2]), Number(yearFirst[3]), 'yyyy-MM-dd');
  const [, one, mark, two, three] = THREE_NUMBERS.exec(date) ?? [];
  if (mark !== undefined && three !== undefined) {
    const numbers = [Number(one), Number(two), Number(three)] as const;
    return { kind: 'numbers', numbers, yearLast: three.length === 4, mark };
  }
  if (/\p{L}/u.test(date)) return named(date);
  if (hasTime) return undefined;
  return bareNumber(date);
}

/** The day of a shape in an order; `undefined` if there is none, or if it needs an order and none is given. */
export function civilDay(shape: DateShape, order: DateOrder | undefined): Day | undefined {
  if (shape.kind === 'day') return shape.day;
  if (shape.kind === 'instant' || order === undefined) return undefined;
  const [a, b, c] = shape.numbers;
  if (order === 'ymd') return shape.yearLast ? undefined : dayFromCivilChecked(fullYear(a), b, c);
  const year = shape.yearLast ? c : fullYear(c);
  return order === 'dmy' ? dayFromCivilChecked(year, b, a) : dayFromCivilChecked(year, a, b);
}

function fullYear(year: number): number {
  return year < 50 ? 2000 + year : 1900 + year;
}

function fixed(year: number, month: number, dayOfMonth: number, form: string): DateShape | undefined {
  const day = dayFromCivilChecked(year, month, dayOfMonth);
  return day === undefined ? undefined : { kind: 'day', day, form };
}

/** `9 March 2026`, `Mar 9, 2026`, `Sep-06-25`, `06-Sep-25`, `2026-Mar-09`, `Mon, 9 Mar 2026`, `2026-W36`, `March 2026`. */
function named(text: string): DateShape | undefined {
  const week = WEEK.exec(text);
  if (week) return isoWeekDay(Number(week[1]), Number(week[2]), Number(week[3] ?? 1));
  const parts = text.match(/\p{L}+|\d+/gu) ?? [];
  const months = parts.map((part) => monthNamed(part));
  // `mar` is Tuesday in Spanish and Italian as well as March: the last name that is a month counts.
  const at = months.findLastIndex((month) => month !== undefined);
  const numbers = parts.filter((part) => /\d/.test(part));
  const words = parts.filter((part) => !/\d/.test(part));
  const month = months[at];
  if (
    month === undefined ||
    words.length > 4 ||
    words.some((word, i) => word !== parts[at] && !isFiller(word, i))
  )
    return undefined;
  const [first, second, third] = numbers;
  if (first === undefined || third !== undefined) return undefined;
  if (second === undefined) {
    return first.length === 4 ? fixed(Number(first), month, 1, 'MMM yyyy') : undefined;
  }
  if (first.length === 4) return fixed(Number(first), month, Number(second), 'yyyy MMM d');
  const year = second.length === 4 ? Number(second) : fullYear(Number(second));
  return second.length === 3 || second.length === 1
    ? undefined
    : fixed(year, month, Number(first), 'd MMM yyyy');
}

/** Names of weekdays, ordinals and words such as `de`. */
function isFiller(word: string, position: number): boolean {
  return position === 0 || /^(st|nd|rd|th|de|del|of|den|er|le|the)$/i.test(word);
}

function isoWeekDay(year: number, week: number, weekday: number): DateShape | undefined {
  if (week < 1 || week > 53) return undefined;
  const fourth = dayFromCivil(year, 1, 4);
  const day = fourth - dayOfWeek(fourth) + (week - 1) * 7 + (weekday - 1);
  // Most years have 52 weeks.
  return isoWeekYear(day) === year ? { kind: 'day', day, form: "RRRR-'W'II" } : undefined;
}

function bareNumber(text: string): DateShape | undefined {
  const serial = SERIAL.exec(text);
  if (serial) {
    const number = Number(serial[1]);
    if (number < FIRST_SERIAL || number > LAST_SERIAL) return undefined;
    return { kind: 'day', day: number - EXCEL_EPOCH, form: 'Excel day number' };
  }
  const unix = UNIX.exec(text);
  if (unix) return { kind: 'instant', milliseconds: Number(text) * (unix[2] === undefined ? 1000 : 1) };
  const month = MONTH.exec(text);
  if (month) return fixed(Number(month[1]), Number(month[2]), 1, 'yyyy-MM');
  const monthYear = MONTH_YEAR.exec(text);
  return monthYear ? fixed(Number(monthYear[2]), Number(monthYear[1]), 1, 'MM/yyyy') : undefined;
}
