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
const MONDAY = Date.UTC(2024, 0, 1);
const DAY_MS = 86_400_000;

const AGES: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, milliseconds: number])[] = [
  ['day', DAY_MS],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];

export function createFormat(locale: string): Format {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const signedWhole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const signedFine = new Intl.NumberFormat(locale, { maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const cents = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const share = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const signedShare = new Intl.NumberFormat(locale, {
    style: 'percent',
    maximumFractionDigits: 0,
    signDisplay: 'exceptZero',
  });
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  const long = dates({ year: 'numeric', month: 'short', day: 'numeric' });
  const short = dates({ month: 'short', day: 'numeric' });
  const month = dates({ month: 'short' });
  const weekday = dates({ weekday: 'short' });
  const time = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  return {
    number: (value) => (Math.abs(value) < SMALL ? fine : whole).format(value),
    signed: (value) => (Math.abs(value) < SMALL ? signedFine : signedWhole).format(value),
    money: (value) => (Math.abs(value) < SMALL ? cents : whole).format(value),
    percent: (value) => share.format(value),
    signedPercent: (value) => signedShare.format(value),
    day: (iso) => long.format(new Date(iso)),
    dayShort: (iso) => short.format(new Date(iso)),
    month: (index) => month.format(new Date(Date.UTC(2024, index, 15))),
    weekday: (monday0) => weekday.format(new Date(MONDAY + monday0 * DAY_MS)),
    time: (iso) => time.format(new Date(iso)),
    ago: (milliseconds) => {
      const [unit, length] = AGES.find(([, size]) => milliseconds >= size) ?? (['second', 1_000] as const);
      return relative.format(-Math.floor(milliseconds / length), unit);
    },
  };
}
