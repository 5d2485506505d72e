import type { Schemas } from '../api/client.js';
import { addDays, daysBetween } from '../util/days.js';

export type Categories = Schemas['CategoryForecasts'];
export type CategorySums = Schemas['CategoryTotals']['categories'];

/** The same days of the week a year before. */
const YEAR_DAYS = 364;
const PRICE_DAYS = 90;

export interface Expectation {
  readonly expected: number;
  readonly lower: number;
  readonly upper: number;
}

/** Everything together. Its bounds are sums of bounds, which is as far as they can be apart. */
export function wholeShop(
  { predictions }: Categories,
  worth: (category: string) => number = () => 1,
): Expectation {
  let [expected, lower, upper] = [0, 0, 0];
  for (const { category, predicted_sales, confidence_lower, confidence_upper } of predictions) {
    const factor = worth(category);
    expected += factor * predicted_sales;
    lower += factor * (confidence_lower ?? predicted_sales);
    upper += factor * (confidence_upper ?? predicted_sales);
  }
  return { expected, lower, upper };
}

/** The days a year before a forecast. */
export function yearBefore({ first_day, last_day }: Categories): readonly [from: string, to: string] {
  return [addDays(first_day, -YEAR_DAYS), addDays(last_day, -YEAR_DAYS)];
}

/** The last days before a forecast, whose prices the next days will have, more or less. */
export function priceDays({ first_day }: Categories): readonly [from: string, to: string] {
  return [addDays(first_day, -PRICE_DAYS), addDays(first_day, -1)];
}

/** Average revenue of a unit by category; undefined if no sale has a revenue. */
export function averagePrices(sums: CategorySums): ReadonlyMap<string, number> | undefined {
  const prices = sums.flatMap(({ category, units, revenue }) =>
    revenue !== null && units > 0 ? [[category, revenue / units] as const] : [],
  );
  return prices.length > 0 ? new Map(prices) : undefined;
}

export interface YearChange {
  readonly category: string;
  readonly expected: number;
  readonly before: number;
  /** Share of the year before; above 0 for more. */
  readonly change: number;
  /** False if it may be chance. */
  readonly isClear: boolean;
}

/** Changes against the year before, where that has records of nearly all days; the largest first. */
export function yearChanges(categories: Categories, sums: CategorySums): YearChange[] {
  const days = daysBetween(categories.first_day, categories.last_day) + 1;
  const before = new Map(sums.map((sum) => [sum.category, sum]));
  return categories.predictions
    .flatMap(({ category, predicted_sales: expected, confidence_lower, confidence_upper, trend }) => {
      const past = before.get(category);
      if (!past || past.units <= 0 || past.days < days / 2) return [];
      const { units } = past;
      // The trend that stands elsewhere on the page, where it is of the same year: the two never differ.
      const { percent, significant } =
        trend.base === 'year-before' ? trend : { percent: null, significant: null };
      const change = percent === null ? expected / units - 1 : percent / 100;
      const isClear =
        significant ?? (units < (confidence_lower ?? expected) || units > (confidence_upper ?? expected));
      return [{ category, expected, before: units, change, isClear }];
    })
    .sort((a, b) => Math.abs(b.expected - b.before) - Math.abs(a.expected - a.before));
}
