import { freezeJson } from '../cache/freeze.js';
import { formatDay } from '../calendar/day.js';
import { type StepRange, TIME_PERIODS, type TimePeriod, type TimePeriodText } from '../calendar/period.js';
import { checkWholeNumber, ForecastError } from '../errors.js';
import { accuracyOf } from '../metrics/accuracy.js';
import type { OptionTable } from '../options.js';
import { numberAt, present } from '../present.js';
import {
  DISTRIBUTION_OPTIONS,
  type DistributionQuery,
  distributionReader,
} from './distribution/wanted-quantiles.js';
import { remember } from './remember.js';
import type {
  AnswerInfo,
  CategoryForecast,
  CategoryForecasts,
  PeriodInfo,
  Prediction,
  ProductForecast,
  TopProducts,
} from './results.js';
import { seriesName } from './series-name.js';
import type { ForecastSnapshot, PeriodTotals } from './snapshot.js';
import { compareWithPast, type Trend } from './trend.js';

export interface TopProductsQuery extends DistributionQuery {
  readonly timePeriod: TimePeriodText;
  /** Only products of this category; all by default. */
  readonly category?: string;
  /** Default 10. */
  readonly limit?: number;
}

export const TOP_PRODUCTS_OPTIONS: OptionTable<TopProductsQuery> = {
  ...DISTRIBUTION_OPTIONS,
  timePeriod: 1,
  category: 1,
  limit: 1,
};

export interface CategoriesQuery extends DistributionQuery {
  readonly timePeriod: TimePeriodText;
  /** Best sellers that each category lists. Default 5. */
  readonly limit?: number;
}

export const CATEGORIES_OPTIONS: OptionTable<CategoriesQuery> = {
  ...DISTRIBUTION_OPTIONS,
  timePeriod: 1,
  limit: 1,
};

export interface PredictQuery extends DistributionQuery {
  readonly timePeriod: TimePeriodText;
  /** All by default. */
  readonly categories?: readonly string[];
  /** True if the answer has intervals. Default true. */
  readonly includeConfidence?: boolean;
}

export const PREDICT_OPTIONS: OptionTable<PredictQuery> = {
  ...DISTRIBUTION_OPTIONS,
  timePeriod: 1,
  categories: 1,
  includeConfidence: 1,
};

export const DEFAULT_LIMIT = 10;

/** Best sellers that a category forecast lists unless asked for another number. */
const CATEGORY_TOP_PRODUCTS = 5;

/** The products with the largest expected volume. */
export function topProducts(
  snapshot: ForecastSnapshot,
  query: TopProductsQuery,
  generatedAt: string,
): TopProducts {
  const { category, limit = DEFAULT_LIMIT } = query;
  const timePeriod = checkedPeriod(query.timePeriod);
  checkWholeNumber('limit', limit);
  const wanted = category === undefined ? undefined : categoryIndex(snapshot, category, ['category']);
  const { ranks, members } = rankingsOf(snapshot, timePeriod);
  const forecastOf = productForecasts(snapshot, timePeriod, query);
  const ranked = wanted === undefined ? snapshot.periods[timePeriod].ranking : membersOf(members, wanted);
  const products = Array.from(ranked.slice(0, limit), (product, i) =>
    forecastOf(product, i + 1, numberAt(ranks, product)),
  );
  return {
    products,
    totalCount: ranked.length,
    ...periodInfo(snapshot, timePeriod),
    ...answerInfo(snapshot, generatedAt, query),
  };
}

/** The forecasts of all categories, largest first. */
export function categories(
  snapshot: ForecastSnapshot,
  query: CategoriesQuery,
  generatedAt: string,
): CategoryForecasts {
  const { validation } = snapshot;
  const { limit = CATEGORY_TOP_PRODUCTS } = query;
  checkWholeNumber('limit', limit);
  const all = snapshot.categories.map((_, index) => index);
  return {
    predictions: categoryForecasts(snapshot, query, all, true, limit),
    accuracyScore: validation ? accuracyOf(validation.model.categories.wape) : null,
    ...periodInfo(snapshot, query.timePeriod),
    ...answerInfo(snapshot, generatedAt, query),
  };
}

/** The forecasts of chosen categories. */
export function predict(snapshot: ForecastSnapshot, query: PredictQuery, generatedAt: string): Prediction {
  const { includeConfidence = true } = query;
  const names = query.categories ?? snapshot.categories;
  const chosen = new Set(names.map((name, i) => categoryIndex(snapshot, name, ['categories', i])));
  return {
    predictions: categoryForecasts(snapshot, query, [...chosen], includeConfidence),
    ...periodInfo(snapshot, query.timePeriod),
    ...answerInfo(snapshot, generatedAt, query),
  };
}

/**
 * Index of a category by its name.
 *
 * @throws ForecastError `not-found`, naming the known categories.
 */
export function categoryIndex(
  snapshot: ForecastSnapshot,
  category: string,
  path: readonly (string | number)[],
): number {
  const index = snapshot.categories.indexOf(category);
  if (index < 0) {
    const known = snapshot.categories.slice(0, 20).join(', ');
    throw new ForecastError('not-found', `There is no category "${category}"`, {
      path,
      hint: `The categories are ${known}${snapshot.categories.length > 20 ? ', ...' : ''}.`,
    });
  }
  return index;
}

/** Makes the part that all answers of a snapshot share. */
export function answerInfo(
  { modelVersion, intervalLevel: usual }: ForecastSnapshot,
  generatedAt: string,
  { intervalLevel = usual, quantiles }: DistributionQuery = {},
): AnswerInfo {
  return { modelVersion, generatedAt, intervalLevel, ...(quantiles && { probabilities: quantiles }) };
}

/** The steps after the cutoff in a period. @throws ForecastError `invalid-option` for an unknown period. */
export function periodSteps({ periods, cutoffDay }: ForecastSnapshot, timePeriod: TimePeriodText): StepRange {
  const { firstDay, lastDay } = periods[checkedPeriod(timePeriod)];
  return { from: firstDay - cutoffDay - 1, to: lastDay - cutoffDay };
}

export function periodInfo(snapshot: ForecastSnapshot, text: TimePeriodText): PeriodInfo {
  const timePeriod = checkedPeriod(text);
  const period = snapshot.periods[timePeriod];
  return { timePeriod, firstDay: formatDay(period.firstDay), lastDay: formatDay(period.lastDay) };
}

/** @throws ForecastError `invalid-option` for an unknown period. */
export function checkedPeriod(text: TimePeriodText): TimePeriod {
  const timePeriod = TIME_PERIODS.find((period) => period === text);
  if (timePeriod === undefined) {
    throw new ForecastError('invalid-option', `Unknown time period "${String(text)}"`, {
      path: ['timePeriod'],
      hint: `Use one of ${TIME_PERIODS.join(', ')}.`,
    });
  }
  return timePeriod;
}

/** The products of each category by expected units, and the rank of every product in its category, from 1. */
const categoryRankings = /* @__PURE__ */ remember((snapshot: ForecastSnapshot) => {
  const rankings = TIME_PERIODS.map((timePeriod) => {
    const ranks = new Int32Array(snapshot.productIds.length);
    const members = snapshot.categories.map((): number[] => []);
    for (const product of snapshot.periods[timePeriod].ranking) {
      ranks[product] = membersOf(members, numberAt(snapshot.categoryOf, product)).push(product);
    }
    return [timePeriod, { ranks, members }] as const;
  });
  return new Map(rankings);
});

function rankingsOf(snapshot: ForecastSnapshot, timePeriod: TimePeriod) {
  return present(categoryRankings(snapshot).get(timePeriod), 'ranking of the period');
}

function membersOf(members: readonly number[][], category: number): number[] {
  return present(members[category], 'category');
}

/** Makes forecasts of products over the period of a question. */
function productForecasts(
  snapshot: ForecastSnapshot,
  timePeriod: TimePeriod,
  query: DistributionQuery,
): (product: number, rank: number, categoryRank: number) => ProductForecast {
  const figuresOf = figures(snapshot, snapshot.periods[timePeriod].products, query);
  const stages = stagesOf(snapshot);
  return (product, rank, categoryRank) => {
    const lifeCycle = stages[product];
    return {
      rank,
      categoryRank,
      ...seriesName(snapshot.productIds, snapshot, product),
      ...figuresOf(product),
      ...(lifeCycle && { lifeCycle }),
    };
  };
}

function categoryForecasts(
  snapshot: ForecastSnapshot,
  query: DistributionQuery & { readonly timePeriod: TimePeriodText },
  chosen: readonly number[],
  includeConfidence: boolean,
  limit = CATEGORY_TOP_PRODUCTS,
): CategoryForecast[] {
  const timePeriod = checkedPeriod(query.timePeriod);
  const { categories: totals } = snapshot.periods[timePeriod];
  const figuresOf = figures(snapshot, totals, query);
  const forecastOf = productForecasts(snapshot, timePeriod, query);
  const { members } = rankingsOf(snapshot, timePeriod);
  const byVolume = [...chosen].sort((a, b) => numberAt(totals.mean, b) - numberAt(totals.mean, a) || a - b);
  return byVolume.map((index) => {
    const { lower, upper, ...point } = figuresOf(index);
    const products = membersOf(members, index);
    return {
      category: present(snapshot.categories[index], 'category'),
      ...point,
      ...(includeConfidence ? { lower, upper } : {}),
      productCount: products.length,
      topProducts: products.slice(0, limit).map((product, i) => forecastOf(product, i + 1, i + 1)),
    };
  });
}

/** Stages of the products of a snapshot, frozen, as every answer that is cached has them. */
const stagesOf = /* @__PURE__ */ remember(({ lifeCycle = [] }: ForecastSnapshot) =>
  lifeCycle.map((stage) => freezeJson({ ...stage, since: formatDay(stage.since) })),
);

/** Trends of totals that were asked for, frozen. */
const knownTrends = /* @__PURE__ */ remember((_totals: PeriodTotals): Trend[] => []);

function trendOf(totals: PeriodTotals, index: number): Trend {
  const known = knownTrends(totals);
  const trend = known[index];
  if (trend) return trend;
  const past = {
    yearBefore: numberAt(totals.yearBefore, index),
    daysBefore: numberAt(totals.daysBefore, index),
  };
  const mean = numberAt(totals.mean, index);
  const compared = freezeJson(compareWithPast(mean, past, numberAt(totals.standardError, index)));
  known[index] = compared;
  return compared;
}

function figures(snapshot: ForecastSnapshot, totals: PeriodTotals, query: DistributionQuery) {
  const read = distributionReader(snapshot, query)(totals);
  return (index: number) => {
    const { mean: predictedUnits, ...distribution } = read(index);
    return { predictedUnits, ...distribution, trend: trendOf(totals, index) };
  };
}
