import type { TimePeriodText } from '../calendar/period.js';
import { isRecord } from '../checked-json.js';
import { ForecastError, invalidOption } from '../errors.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../long-call.js';
import type { ContributionPart, FittedModel } from '../models/contract.js';
import { ContributionSums } from '../models/explanation.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { numberAt } from '../present.js';
import { answerInfo, categoryIndex, checkedPeriod, periodInfo, periodSteps } from './queries.js';
import type { AnswerInfo, PeriodInfo } from './results.js';
import type { ForecastSnapshot } from './snapshot.js';
import { futureUnder, type TrainedModel } from './trained-model.js';

export interface ExplainQuery extends LongCallOptions {
  readonly timePeriod: TimePeriodText;
  /** The product or the category to explain: exactly one of the two. */
  readonly productId?: string;
  readonly category?: string;
}

export const EXPLAIN_OPTIONS: OptionTable<ExplainQuery> = {
  ...LONG_CALL_OPTIONS,
  timePeriod: 1,
  productId: 1,
  category: 1,
};

/** Contribution of one part to a forecast, in units. */
export interface Contribution {
  readonly part: Exclude<ContributionPart, `event:${string}`> | 'event';
  /** Name of the event. */
  readonly event?: string;
  readonly units: number;
}

export interface Explanation extends AnswerInfo, PeriodInfo {
  readonly productId?: string;
  readonly category?: string;
  /** The forecast: the sum of the contributions. */
  readonly predictedUnits: number;
  /** The level first, then by size, largest first. */
  readonly contributions: readonly Contribution[];
  /** Name of the model. */
  readonly model: string;
  /**
   * Weights of the members of an ensemble, averaged over the products of a category; members of weight 0 are
   * left out.
   */
  readonly members: readonly { readonly model: string; readonly weight: number }[];
}

/** Most product days of an explanation: more take minutes. */
const MOST_DAYS = 20_000;

/** Explains the forecast of a product or a category. */
export async function explain(
  trained: TrainedModel,
  query: ExplainQuery,
  generatedAt: string,
): Promise<Explanation> {
  if (!isRecord(query)) invalidOption('query', 'Give a `timePeriod`, and a `productId` or a `category`');
  refuseUnknown(query, EXPLAIN_OPTIONS);
  const { snapshot, fitted, plans } = trained;
  const { timePeriod, signal, onProgress } = query;
  const range = periodSteps(snapshot, timePeriod);
  const { name, series, predictedUnits } = subjectOf(snapshot, query);
  const future = futureUnder(trained, plans, range);
  if (!fitted.contributions) {
    throw new ForecastError('invalid-model', `Forecasts of "${fitted.model}" cannot be explained`, {
      path: ['model'],
      hint: 'Train the default model.',
    });
  }
  if (series.length * (range.to - range.from) > MOST_DAYS) {
    throw new ForecastError('limit-exceeded', `More than ${MOST_DAYS} days of products to explain`, {
      path: ['timePeriod'],
      hint: 'Ask for a shorter period, or for a product of the category.',
    });
  }
  const sums = new ContributionSums();
  sums.addAll(await fitted.contributions({ series, range, signal, onProgress, future }));
  // Forecasts below zero are clipped; the difference is `rest`.
  const cut = predictedUnits - sums.total;
  if (Math.abs(cut) > 1e-9 * Math.abs(predictedUnits)) sums.add('rest', cut);
  return {
    ...name,
    predictedUnits,
    contributions: contributionList(sums),
    model: fitted.model,
    members: membersOf(fitted, series),
    ...periodInfo(snapshot, timePeriod),
    ...answerInfo(snapshot, generatedAt),
  };
}

function subjectOf(snapshot: ForecastSnapshot, { productId, category, timePeriod }: ExplainQuery) {
  const { products, categories } = snapshot.periods[checkedPeriod(timePeriod)];
  if ((productId === undefined) === (category === undefined)) {
    invalidOption('productId', 'Give either `productId` or `category`');
  }
  if (category !== undefined) {
    const index = categoryIndex(snapshot, category, ['category']);
    const series = Array.from(snapshot.productIds.keys()).filter((s) => snapshot.categoryOf[s] === index);
    return { name: { category }, series, predictedUnits: numberAt(categories.mean, index) };
  }
  const index = productId === undefined ? -1 : snapshot.productIds.indexOf(productId);
  if (index < 0) {
    throw new ForecastError('not-found', `There is no product "${productId}"`, { path: ['productId'] });
  }
  return { name: { productId }, series: [index], predictedUnits: numberAt(products.mean, index) };
}

function contributionList({ parts }: ContributionSums): Contribution[] {
  const list = [...parts].map(([part, units]): Contribution => {
    const event = part.startsWith('event:') ? part.slice('event:'.length) : undefined;
    if (event !== undefined) return { part: 'event', event, units };
    return { part: part as Exclude<ContributionPart, `event:${string}`>, units };
  });
  const order = ({ part, units }: Contribution) =>
    part === 'level' ? Number.POSITIVE_INFINITY : Math.abs(units);
  return list.sort((a, b) => order(b) - order(a));
}

function membersOf(fitted: FittedModel, series: readonly number[]): Explanation['members'] {
  const members = fitted.memberWeights?.();
  if (!members) return [];
  const { names, weights } = members;
  return names
    .map((model, m) => {
      const sum = series.reduce((total, s) => total + numberAt(weights, s * names.length + m), 0);
      return { model, weight: sum / series.length };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
}
