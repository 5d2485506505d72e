import * as z from 'zod/mini';
import { type Day, formatDay, tryParseDay } from '../../calendar/day.js';
import type { StepRange } from '../../calendar/period.js';
import { ForecastError, invalidOption } from '../../errors.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../../long-call.js';
import { once } from '../../once.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { parseOptions } from '../../schema.js';
import type { PeriodAlignment } from '../build-snapshot.js';
import { checkProbabilities } from '../distribution/wanted-quantiles.js';

/** Kinds of things that a row of a forecast is about. */
export const FORECAST_LEVELS = ['product-location', 'product', 'location', 'category', 'total'] as const;
export type ForecastLevel = (typeof FORECAST_LEVELS)[number];

/** Length of the period of a row; `total` is the whole time that is asked about. */
export const GRANULARITIES = ['day', 'week', 'month', 'total'] as const;
export type Granularity = (typeof GRANULARITIES)[number];

/** Question for a table of forecasts: which sales, over which days, in rows of what. */
export interface ForecastQuery extends LongCallOptions {
  /** Only these products. */
  readonly productIds?: readonly string[];
  /** Only products of this category. */
  readonly category?: string;
  /** Only sales at this location, null for those without one; needs a forecaster that keeps locations apart (`panel: { byLocation: true }`). */
  readonly location?: string | null;
  /**
   * Kind of thing that each row is about. Default: what the question names, so products for `productIds`, else the category or the
   * location, else the total.
   */
  readonly level?: ForecastLevel;
  /** ISO date of the first day. Default: the day after the last day of sales. */
  readonly from?: string;
  /** Number of days. Default 30. */
  readonly horizon?: number;
  /** ISO date of the last day, in place of `horizon`. */
  readonly to?: string;
  /** Length of the period of each row. Default `day`. */
  readonly granularity?: Granularity;
  /**
   * Start of weeks and months: `rolling` counts 7 and 30 days from the first day on; `calendar` takes ISO weeks and
   * calendar months, of which the first and the last row may be parts. Default: as the forecaster.
   */
  readonly periodAlignment?: PeriodAlignment;
  /** Probabilities of the quantiles. Default `[0.1, 0.5, 0.9]`. */
  readonly quantiles?: readonly number[];
  /** Most rows of the answer: a question for more is refused before anything is computed. Default, and at most, 500,000. */
  readonly maxRows?: number;
}

const FORECAST_OPTIONS: OptionTable<ForecastQuery> = {
  ...LONG_CALL_OPTIONS,
  productIds: 1,
  category: 1,
  location: 1,
  level: 1,
  from: 1,
  horizon: 1,
  to: 1,
  granularity: 1,
  periodAlignment: 1,
  quantiles: 1,
  maxRows: 1,
};

/** Most rows of an answer. */
const MOST_ROWS = 500_000;
const DEFAULT_HORIZON = 30;
const DEFAULT_QUANTILES = [0.1, 0.5, 0.9];

/** Days after the cutoff up to which forecasts can be asked for: events are known for them. */
export const LONGEST_HORIZON = 731;

const forecastSchema = once(() =>
  z.object({
    productIds: z.optional(z.array(z.string()).check(z.minLength(1))),
    category: z.optional(z.string()),
    location: z.optional(z.nullable(z.string())),
    level: z.optional(z.enum(FORECAST_LEVELS)),
    from: z.optional(z.string()),
    horizon: z.optional(z.int().check(z.gte(1), z.lte(LONGEST_HORIZON))),
    to: z.optional(z.string()),
    granularity: z._default(z.enum(GRANULARITIES), 'day'),
    periodAlignment: z.optional(z.enum(['rolling', 'calendar'])),
    quantiles: z._default(z.array(z.number()), DEFAULT_QUANTILES),
    maxRows: z._default(z.int().check(z.gte(1), z.lte(MOST_ROWS)), MOST_ROWS),
  }),
);

/** A checked question; its days as steps after the cutoff. */
export interface ForecastSettings {
  readonly productIds: readonly string[] | undefined;
  readonly category: string | undefined;
  readonly location: string | null | undefined;
  readonly level: ForecastLevel;
  readonly range: StepRange;
  readonly granularity: Granularity;
  readonly periodAlignment: PeriodAlignment;
  readonly quantiles: readonly number[];
  readonly maxRows: number;
}

/** @throws ForecastError `invalid-option` with the path of the first wrong option. */
export function forecastSettings(
  query: ForecastQuery,
  cutoffDay: Day,
  usualAlignment: PeriodAlignment,
): ForecastSettings {
  refuseUnknown(query, FORECAST_OPTIONS);
  const { signal: _signal, onProgress: _onProgress, ...options } = query;
  const checked = parseOptions(forecastSchema(), FORECAST_OPTIONS, options);
  const {
    productIds,
    category,
    location,
    quantiles,
    granularity,
    periodAlignment = usualAlignment,
  } = checked;
  checkProbabilities(quantiles);
  const level = checked.level ?? usualLevel(checked);
  return {
    productIds: productIds && [...new Set(productIds)],
    category,
    location,
    level,
    range: stepsOf(checked, cutoffDay),
    granularity,
    periodAlignment,
    quantiles,
    maxRows: checked.maxRows,
  };
}

function usualLevel({ productIds, category, location }: ForecastQuery): ForecastLevel {
  if (productIds) return 'product';
  if (category !== undefined) return 'category';
  return location === undefined ? 'total' : 'location';
}

/** Days of a question as steps after the cutoff. */
function stepsOf(
  { from, to, horizon }: Pick<ForecastQuery, 'from' | 'to' | 'horizon'>,
  cutoffDay: Day,
): StepRange {
  if (horizon !== undefined && to !== undefined) invalidOption('to', 'Give `horizon` or `to`, not both');
  const first = from === undefined ? cutoffDay + 1 : dayOf('from', from);
  if (first <= cutoffDay) {
    throw new ForecastError(
      'invalid-option',
      `Forecasts begin after the last day of sales, ${formatDay(cutoffDay)}`,
      {
        path: ['from'],
        hint: `Use ${formatDay(cutoffDay + 1)} or later.`,
      },
    );
  }
  const last = to === undefined ? first + (horizon ?? DEFAULT_HORIZON) - 1 : dayOf('to', to);
  if (last < first)
    invalidOption('to', `The last day, ${formatDay(last)}, is before the first, ${formatDay(first)}`);
  if (last > cutoffDay + LONGEST_HORIZON) {
    invalidOption(
      to === undefined ? (from === undefined ? 'horizon' : 'from') : 'to',
      `Forecasts reach ${LONGEST_HORIZON} days ahead, up to ${formatDay(cutoffDay + LONGEST_HORIZON)}`,
    );
  }
  return { from: first - cutoffDay - 1, to: last - cutoffDay };
}

function dayOf(name: string, text: string): Day {
  return tryParseDay(text) ?? invalidOption(name, `${name} must be a date such as 2026-03-01, not "${text}"`);
}
