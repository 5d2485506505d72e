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

const AGES = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

/** Way of writing a number. */
interface NumberStyle {
  readonly digits: number;
  /** True if zeros at the end stay. */
  readonly isFixed?: boolean;
  /** True if a number above zero has a sign, too. */
  readonly isSigned?: boolean;
}

/** @param texts - Hold how the language writes numbers, days and ages: a browser needs 100 ms to set up its own ways. */
export function createFormat(locale: string, { t }: Texts<MessageKey>): Format {
  const names = (key: MessageKey) => t(key).split('|');
  const months = names('date.months');
  const monthsOfDays = names('date.monthsOfDays');
  const weekdays = names('date.weekdays');
  const [group, point] = [t('number.group'), t('number.point')];
  const dayAs = (pattern: MessageKey, iso: string) => {
    const date = new Date(iso);
    return t(pattern, {
      year: date.getUTCFullYear(),
      month: monthsOfDays[date.getUTCMonth()] ?? '',
      day: date.getUTCDate(),
    });
  };
  const write = (value: number, { digits, isFixed = false, isSigned = false }: NumberStyle) => {
    const rounded = Math.abs(value).toFixed(digits);
    const [whole = '', decimals = ''] = rounded.split('.');
    const shown = isFixed ? decimals : decimals.replace(/0+$/, '');
    const sign = Number(rounded) === 0 ? '' : value < 0 ? '-' : isSigned ? '+' : '';
    return sign + whole.replaceAll(/\B(?=(\d{3})+$)/g, group) + (shown && point + shown);
  };
  const digitsOf = (value: number, ofSmall: number) => (Math.abs(value) < SMALL ? ofSmall : 0);
  const percent = (share: number, isSigned: boolean) =>
    t('number.percent', { number: write(100 * share, { digits: 0, isSigned }) });
  // Made when it is first needed: few pages write the time, and it takes time to make.
  let time: Intl.DateTimeFormat | undefined;
  return {
    number: (value) => write(value, { digits: digitsOf(value, 1) }),
    signed: (value) => write(value, { digits: digitsOf(value, 1), isSigned: true }),
    money: (value) => write(value, { digits: digitsOf(value, 2), isFixed: true }),
    percent: (share) => percent(share, false),
    signedPercent: (share) => percent(share, true),
    day: (iso) => dayAs('date.day', iso),
    dayShort: (iso) => dayAs('date.dayShort', iso),
    month: (month) => months[month] ?? '',
    weekday: (monday0) => weekdays[monday0] ?? '',
    time: (iso) => {
      time ??= new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
      return time.format(new Date(iso));
    },
    ago: (milliseconds) => {
      const age = AGES.find(([, length]) => milliseconds >= length);
      if (!age) return t('ago.now');
      const [unit, length] = age;
      const count = Math.floor(milliseconds / length);
      // The last form is that of all larger numbers.
      const forms = t(`ago.${unit}`, { count: write(count, { digits: 0 }) }).split('|');
      return forms[Math.min(count, forms.length) - 1] ?? '';
    },
  };
}
