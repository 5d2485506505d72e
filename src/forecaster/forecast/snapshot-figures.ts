import { type StepRange, TIME_PERIODS } from '../../calendar/period.js';
import { numberAt, present } from '../../present.js';
import { type GridTotals, quantileReader } from '../distribution/quantile-grid.js';
import { remember } from '../remember.js';
import type { ForecastSnapshot } from '../snapshot.js';
import type { ForecastGroup } from './forecast-groups.js';
import type { ForecastLevel } from './forecast-query.js';
import type { KnownPrices } from './known-prices.js';

/** Figures of a row. */
export interface RowFigures {
  readonly units: number;
  readonly median: number;
  readonly quantiles: readonly number[];
  readonly revenue: number | null;
}

/** Gives the figures of a group over a period by their numbers. */
export type FiguresOf = (group: number, period: number) => RowFigures;

/** Rows of a question and the probabilities of their quantiles. */
export interface WantedRows {
  readonly level: ForecastLevel;
  readonly groups: readonly ForecastGroup[];
  readonly periods: readonly StepRange[];
  readonly probabilities: readonly number[];
}

/** Totals of a snapshot over a range, with the place of each item. */
interface StoredTotals {
  readonly totals: GridTotals;
  readonly placeOf: (item: number) => number;
}

/**
 * Figures as the training stored them; undefined if it did not store them all. It stores those of each series and category
 * over the week, the month and the year, and of each category by day.
 */
export function snapshotFigures(
  snapshot: ForecastSnapshot,
  { level, groups, periods, probabilities }: WantedRows,
  prices: KnownPrices,
): FiguresOf | undefined {
  const ofCategory = level === 'category';
  const items = groups.map((group) =>
    ofCategory ? categoryItem(snapshot, group) : seriesItem(level, group),
  );
  const stored = periods.map((period) => storedTotals(snapshot, ofCategory, period));
  if (items.includes(-1) || stored.includes(undefined)) return undefined;
  const { probabilities: known } = snapshot.periods.week.products.quantiles;
  const [least = 1, most = 0] = [known[0], known.at(-1)];
  if (probabilities.some((p) => p < least || p > most)) return undefined;
  const readersOf = remember(totalsReaders);
  const columns = stored.flatMap((one, p) => {
    if (!one) return [];
    const revenue = storedRevenue(snapshot, present(periods[p], 'period'), prices);
    return [{ ...readersOf(one.totals, probabilities), placeOf: one.placeOf, revenue }];
  });
  return (group, period) => {
    const { placeOf, mean, revenue, median, quantiles } = present(columns[period], 'period');
    const at = placeOf(numberAt(items, group));
    return {
      units: numberAt(mean, at),
      median: median(at),
      quantiles: quantiles.map((read) => read(at)),
      revenue: revenue(groups[group]?.series ?? []),
    };
  };
}

/** Columns of stored totals: their means, medians and quantiles. */
function totalsReaders({ mean, quantiles }: GridTotals, probabilities: readonly number[]) {
  const readerOf = (probability: number) => quantileReader(quantiles, probability, 'quantiles');
  return { mean, median: readerOf(0.5), quantiles: probabilities.map(readerOf) };
}

/** Number of the category that a group is all of; -1 if it is a part of one. */
function categoryItem(
  { categories, categoryOf }: ForecastSnapshot,
  { category, series }: ForecastGroup,
): number {
  const item = categories.indexOf(category ?? '');
  const size = categoryOf.reduce((count, own) => count + (own === item ? 1 : 0), 0);
  return series.length === size ? item : -1;
}

/** The series of a group of one; -1 for others. */
function seriesItem(level: ForecastLevel, { series }: ForecastGroup): number {
  const [only = -1] = series;
  return (level === 'product' || level === 'product-location') && series.length === 1 ? only : -1;
}

function storedTotals(
  { periods, categoryDays, cutoffDay }: ForecastSnapshot,
  ofCategory: boolean,
  { from, to }: StepRange,
): StoredTotals | undefined {
  const name = TIME_PERIODS.find((period) => {
    const { firstDay, lastDay } = periods[period];
    return firstDay === cutoffDay + 1 + from && lastDay === cutoffDay + to;
  });
  if (name)
    return {
      totals: ofCategory ? periods[name].categories : periods[name].products,
      placeOf: (item) => item,
    };
  const { horizon } = categoryDays;
  if (!ofCategory || to !== from + 1 || to > horizon) return undefined;
  return { totals: categoryDays, placeOf: (item) => item * horizon + from };
}

/** Gives the revenue of series over a stored period, where the prices of each stay the same. */
export function storedRevenue(
  snapshot: ForecastSnapshot,
  range: StepRange,
  prices: KnownPrices,
): (series: readonly number[]) => number | null {
  const stored = prices.isEmpty ? undefined : storedTotals(snapshot, false, range);
  if (!stored) return () => null;
  const { mean } = stored.totals;
  return (series) => {
    let sum: number | null = null;
    for (const s of series) {
      if (!prices.covers(s, range)) continue;
      if (!prices.isConstant(s, range)) return null;
      sum = (sum ?? 0) + prices.at(s, range.from) * numberAt(mean, s);
    }
    return sum;
  };
}
