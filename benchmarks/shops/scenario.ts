import { civilFromDay, formatDay, parseDay } from '../../src/calendar/day.js';
import type { CalendarEvent } from '../../src/calendar/events.js';
import type { TimePeriod } from '../../src/calendar/period.js';
import type { KnownFuture } from '../../src/models/contract.js';
import type { SalesRecord } from '../../src/panel/sales-record.js';
import { createRandom, type Random } from '../../src/random.js';
import { negativeBinomial, poisson } from '../../src/testing/distributions.js';

/** Answers of a trained forecaster about a shop, to be judged by its scenario. */
export interface Answers {
  /** Expected units of a product over a period. */
  units(product: string, period: TimePeriod): number;
  interval(product: string, period: TimePeriod): { lower: number; upper: number };
  trend(product: string, period: TimePeriod): { direction: string; significant: boolean };
  /** Expected units of all products on each of the next 365 days. */
  readonly days: Float64Array;
  /** Codes of what was found in the data. */
  readonly findings: readonly string[];
  readonly products: readonly string[];
}

/** One answer beside the right one. */
export interface Verdict {
  readonly what: string;
  readonly right: string;
  readonly answer: string;
  readonly ok: boolean;
}

/** A shop whose right answer is known. */
export interface Scenario {
  readonly name: string;
  readonly records: readonly SalesRecord[];
  readonly events?: readonly CalendarEvent[];
  /** Plans for the time after the last day, for each product in the order of their ids. */
  readonly future?: KnownFuture;
  readonly trainingDays?: number;
  readonly outOfStock?: 'missing';
  /** `YYYY-MM-DD`: the present day. Default: the day after the last record. */
  readonly today?: string;
  judge(answers: Answers, compare: (other: Scenario) => Promise<Answers>): Verdict[] | Promise<Verdict[]>;
}

export const START = parseDay('2023-01-02');
export const dateOf = (day: number): string => formatDay(START + day);
/** Days from the start of the records up to a date, excluded. */
export const until = (date: string): number => parseDay(date) - START;
export const civilOf = (day: number) => civilFromDay(START + day);

export interface ProductPlan {
  readonly id: string;
  readonly category?: string;
  /** Expected units of a day, counted from the start. */
  readonly mean: (day: number) => number;
  readonly from?: number;
  readonly to?: number;
  /** Exactly the mean, rounded. */
  readonly exact?: boolean;
  /** Shape of a negative binomial; Poisson without. */
  readonly shape?: number;
  readonly extra?: (day: number) => Partial<SalesRecord>;
  /** Records on days without sales too. */
  readonly zeros?: boolean;
}

/** Daily records of products with independent counts; the same seed gives the same records. */
export function recordsOf(days: number, products: readonly ProductPlan[], seed = 1): SalesRecord[] {
  const records: SalesRecord[] = [];
  products.forEach((product, p) => {
    const random = createRandom(seed, p);
    for (let day = product.from ?? 0; day < (product.to ?? days); day++) {
      const mean = product.mean(day);
      const units = product.exact ? mean : draw(random, mean, product.shape);
      if (units === 0 && !product.zeros && !product.extra) continue;
      const extra = product.extra?.(day);
      if (units === 0 && !product.zeros && extra?.inStock === undefined && extra?.price === undefined)
        continue;
      records.push({
        date: dateOf(day),
        productId: product.id,
        category: product.category ?? 'All',
        units,
        ...extra,
      } as SalesRecord);
    }
  });
  return records;
}

function draw(random: Random, mean: number, shape: number | undefined): number {
  return shape === undefined ? poisson(random, mean) : negativeBinomial(random, mean, shape);
}

/** Verdict on a value that should lie within a relative distance of the right one. */
export function within(what: string, answer: number, right: number, tolerance: number): Verdict {
  return {
    what,
    right: `${round(right)} within ${Math.round(100 * tolerance)} %`,
    answer: round(answer),
    ok: Math.abs(answer - right) <= tolerance * Math.abs(right),
  };
}

export function check(what: string, right: string, answer: string | number, ok: boolean): Verdict {
  return { what, right, answer: typeof answer === 'number' ? round(answer) : answer, ok };
}

/** The product whose answer is farthest from the right one. */
export function worst(
  a: Answers,
  rights: readonly (readonly [string, number])[],
  period: 'week' | 'month' | 'year',
  tolerance: number,
) {
  const all = rights.map(([id, right]) => ({ id, right, answer: a.units(id, period) }));
  const far = all.reduce((x, y) =>
    Math.abs(y.answer / y.right - 1) > Math.abs(x.answer / x.right - 1) ? y : x,
  );
  return within(`${period} of ${far.id}, the worst`, far.answer, far.right, tolerance);
}

/** The month or the year of each product against its law; the worst of them counts. */
export function productsWithin(
  a: Answers,
  products: readonly ProductPlan[],
  from: number,
  period: 'month' | 'year',
  tolerance: number,
): Verdict {
  const days = period === 'month' ? 30 : 365;
  return worst(
    a,
    products.map(({ id, mean }) => [id, total(mean, from, days)]),
    period,
    tolerance,
  );
}

/** Sum of an expectation over days. */
export function total(mean: (day: number) => number, from: number, days: number): number {
  let sum = 0;
  for (let day = from; day < from + days; day++) sum += mean(day);
  return sum;
}

function round(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
