import type { Day } from '../calendar/day.js';
import type { TimePeriodText } from '../calendar/period.js';
import { isRecord } from '../checked-json.js';
import { checkWholeNumber, invalidOption } from '../errors.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../long-call.js';
import type { EffectForecast, SeriesGroups, StepRange } from '../models/contract.js';
import { salesForecasts } from '../models/sales-forecasts.js';
import { normalQuantile } from '../models/uncertainty/normal.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { observedSums } from '../panel/observed-sums.js';
import type { PlanRecord } from '../plan/index.js';
import { plansOf } from '../plan/plan-book.js';
import { numberAt, present } from '../present.js';
import { type Futures, type IgnoredRecord, ignoredRecords, isWhollyIgnored } from './ignored-records.js';
import { answerInfo, periodInfo, periodSteps } from './queries.js';
import type { AnswerInfo, PeriodInfo } from './results.js';
import { seriesName } from './series-name.js';
import type { ForecastSnapshot } from './snapshot.js';
import { futureUnder, type TrainedModel } from './trained-model.js';

export interface WhatIfQuery extends LongCallOptions {
  /**
   * Records in addition to the current plan. A record for a product takes precedence over one for its category.
   */
  readonly plan: readonly PlanRecord[];
  readonly timePeriod: TimePeriodText;
  /** Most products to list, those with the largest changes. Default 100. */
  readonly limit?: number;
}

export const WHAT_IF_OPTIONS: OptionTable<WhatIfQuery> = {
  ...LONG_CALL_OPTIONS,
  plan: 1,
  timePeriod: 1,
  limit: 1,
};

/** Units over the period, under the current plan and under the scenario. */
export interface WhatIfFigures {
  readonly base: number;
  readonly scenario: number;
  readonly difference: number;
  /**
   * Bounds of the interval of the difference, narrower than the difference of two intervals, as noise is common
   * to both. Null if the model does not know the uncertainty of effects.
   */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Part of the difference that is gained from, or lost to, other products of the category. */
  readonly fromOthers: number;
}

export interface WhatIfProduct extends WhatIfFigures {
  readonly productId: string;
  readonly category: string;
}

/**
 * `measured`: the history shows significantly that products of the category take sales from each other, and the
 * difference includes it. `not-measured`: it does not, and the difference is that of each product by itself.
 */
export type Cannibalisation = 'measured' | 'not-measured';

export interface WhatIfCategory extends WhatIfFigures {
  readonly category: string;
  readonly cannibalisation: Cannibalisation;
}

export interface WhatIf extends AnswerInfo, PeriodInfo {
  readonly total: WhatIfFigures;
  /** Categories that change, the largest change first. */
  readonly categories: readonly WhatIfCategory[];
  /** Products that change, the largest change first, up to the limit. */
  readonly products: readonly WhatIfProduct[];
  /** Number of products that change, before the limit. */
  readonly changedProducts: number;
  readonly ignored: readonly IgnoredRecord[];
}

const DEFAULT_LIMIT = 100;

/** Forecasts under another plan, from the fitted model, without a new fit. */
export async function whatIf(
  trained: TrainedModel,
  query: WhatIfQuery,
  today: Day,
  generatedAt: string,
): Promise<WhatIf> {
  if (!isRecord(query)) invalidOption('query', 'Give a `plan` and a `timePeriod`');
  refuseUnknown(query, WHAT_IF_OPTIONS);
  const { snapshot, plans: known } = trained;
  const { timePeriod, limit = DEFAULT_LIMIT } = query;
  checkWholeNumber('limit', limit);
  const range = periodSteps(snapshot, timePeriod);
  const plans = await plansOf(query.plan, today);
  const futures = {
    base: futureUnder(trained, known, range),
    scenario: futureUnder(trained, [...known, ...plans], range),
  };
  const [products, categories, total] = await effects(trained, range, futures, query);
  const deviations = normalQuantile((1 + snapshot.intervalLevel) / 2);
  const figuresOf = (effect: Effect, i: number): WhatIfFigures => {
    const { base, difference, cross, variance } = effect;
    const width = variance && deviations * Math.sqrt(numberAt(variance, i));
    const [usual, change] = [numberAt(base, i), numberAt(difference, i)];
    return {
      base: usual,
      scenario: usual + change,
      difference: change,
      lower: width === undefined ? null : change - width,
      upper: width === undefined ? null : change + width,
      fromOthers: numberAt(cross, i),
    };
  };
  const changed = changes(products);
  const ignored = ignoredRecords(trained, plans, range, futures, products);
  // If no record has a known effect, there is no interval either.
  const everything = figuresOf(total, 0);
  const unknown =
    plans.length > 0 &&
    plans.every((plan, at) =>
      isWhollyIgnored(
        plan,
        ignored.filter(({ record }) => record === at),
      ),
    );
  return {
    total: unknown ? { ...everything, lower: null, upper: null } : everything,
    categories: changes(categories).map((c) => ({
      category: present(snapshot.categories[c], 'category'),
      ...figuresOf(categories, c),
      cannibalisation: measuredIn(products, snapshot, c),
    })),
    products: changed.slice(0, limit).map((s) => ({
      ...seriesName(snapshot.productIds, snapshot, s),
      ...figuresOf(products, s),
    })),
    changedProducts: changed.length,
    ignored,
    ...periodInfo(snapshot, timePeriod),
    ...answerInfo(snapshot, generatedAt),
  };
}

type Effect = Pick<EffectForecast, 'base' | 'difference' | 'cross' | 'crossMeasured'> &
  Partial<Pick<EffectForecast, 'variance' | 'priceActs' | 'usualPrice'>>;

/** Differences for products, for categories and in total. */
async function effects(
  { snapshot, fitted }: TrainedModel,
  range: StepRange,
  { base, scenario }: Futures,
  { signal, onProgress }: LongCallOptions,
): Promise<readonly [products: Effect, categories: Effect, total: Effect]> {
  const seriesCount = snapshot.productIds.length;
  const each = { groupOf: Int32Array.from({ length: seriesCount }, (_, s) => s), groupCount: seriesCount };
  const perCategory = { groupOf: snapshot.categoryOf, groupCount: snapshot.categories.length };
  const all = { groupOf: new Int32Array(seriesCount), groupCount: 1 };
  const groupings: readonly SeriesGroups[] = [each, perCategory, all];
  const ranges = [range];
  const calls = { ranges, signal, onProgress };
  if (fitted.effect) {
    const [products, categories, total] = await fitted.effect({ ...calls, groupings, base, scenario });
    return [
      present(products, 'effect on products'),
      present(categories, 'effect on categories'),
      present(total, 'effect on everything'),
    ];
  }
  const sales = salesForecasts(fitted);
  const before = (await sales.totals({ ...calls, future: base })).mean;
  const after = (await sales.totals({ ...calls, future: scenario })).mean;
  const effectOn = (groups: SeriesGroups): Effect => {
    const sums = (values: Float64Array) => observedSums(values, { seriesCount, steps: 1, ...groups });
    const usual = sums(before);
    const other = sums(after);
    return {
      base: usual,
      difference: other.map((units, i) => units - numberAt(usual, i)),
      cross: new Float64Array(usual.length),
      crossMeasured: new Uint8Array(seriesCount),
    };
  };
  return [effectOn(each), effectOn(perCategory), effectOn(all)];
}

/** Indices of non-zero differences, the largest first. */
function changes({ difference }: Effect): number[] {
  const changed = Array.from(difference.keys()).filter((i) => difference[i] !== 0);
  return changed.sort(
    (a, b) => Math.abs(numberAt(difference, b)) - Math.abs(numberAt(difference, a)) || a - b,
  );
}

function measuredIn(
  { crossMeasured }: Effect,
  { categoryOf }: ForecastSnapshot,
  category: number,
): Cannibalisation {
  return crossMeasured.some((measured, s) => measured === 1 && categoryOf[s] === category)
    ? 'measured'
    : 'not-measured';
}
