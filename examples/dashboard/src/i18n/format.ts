import type { MessageKey } from './en.js';
import type { Texts } from './texts.js';

/** Writes numbers and days as a language does. Days are ISO dates of the shop and have no time zone. */
export interface Format {
  /** A number with as many digits as its size needs. */
  number(value: number): string;
  /** A number with its sign. */
  signed(value: number): string;
  /** An amount in the currency of the shop, which the sales do not contain. */
  money(value: number): string;
  /** A share of 1 as a percentage without digits after the point. */
  percent(share: number): string;
  /** A share of 1 as a percentage with its sign. */
  signedPercent(share: number): string;
  day(iso: string): string;
  dayShort(iso: string): string;
  month(month: number): string;
  weekday(monday0: number): string;
  time(iso: string): string;
  /** Time that has passed, as people say it: yesterday. */
  ago(milliseconds: number): string;
}

const SMALL = 100;
const DAY_MS = 86_400_000;

const AGES: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, milliseconds: number])[] = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

/** @param texts - Hold the names and the order of the parts of a day: a browser needs 50 ms to set up its own. */
export function createFormat(locale: string, { t }: Texts<MessageKey>): Format {
  // Each is made when it is first needed: a page needs few of them, and they take time to make.
  const numbers = (options: Intl.NumberFormatOptions) => once(() => new Intl.NumberFormat(locale, options));
  const names = (key: MessageKey) => once(() => t(key).split('|'));
  const whole = numbers({ maximumFractionDigits: 0 });
  const fine = numbers({ maximumFractionDigits: 1 });
  const signedWhole = numbers({ maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const signedFine = numbers({ maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const cents = numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const share = numbers({ style: 'percent', maximumFractionDigits: 0 });
  const signedShare = numbers({ style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const months = names('date.months');
  const monthsOfDays = names('date.monthsOfDays');
  const weekdays = names('date.weekdays');
  const dayAs = (pattern: MessageKey, iso: string) => {
    const date = new Date(iso);
    return t(pattern, {
      year: date.getUTCFullYear(),
      month: monthsOfDays()[date.getUTCMonth()] ?? '',
      day: date.getUTCDate(),
    });
  };
  const time = once(() => new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' }));
  const relative = once(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  return {
    number: (value) => (Math.abs(value) < SMALL ? fine : whole)().format(value),
    signed: (value) => (Math.abs(value) < SMALL ? signedFine : signedWhole)().format(value),
    money: (value) => (Math.abs(value) < SMALL ? cents : whole)().format(value),
    percent: (value) => share().format(value),
    signedPercent: (value) => signedShare().format(value),
    day: (iso) => dayAs('date.day', iso),
    dayShort: (iso) => dayAs('date.dayShort', iso),
    month: (month) => months()[month] ?? '',
    weekday: (monday0) => weekdays()[monday0] ?? '',
    time: (iso) => time().format(new Date(iso)),
    ago: (milliseconds) => {
      const [unit, length] = AGES.find(([, size]) => milliseconds >= size) ?? (['second', 1_000] as const);
      return relative().format(-Math.floor(milliseconds / length), unit);
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
