import * as z from 'zod/mini';
import { type Day, formatDay, tryParseDay } from '../../calendar/day.js';
import { ForecastError, invalidOption } from '../../errors.js';
import { type LeadTime, leadTimeCases } from '../../inventory/index.js';
import { STOCK_RECORD_OPTIONS, type StockRecord, stockRules } from '../../inventory/stock-record.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../../long-call.js';
import { once } from '../../once.js';
import { type OptionTable, refuseUnknown, refuseUnknownIn } from '../../options.js';
import { parseOptions } from '../../schema.js';

export interface StockPlanQuery extends LongCallOptions {
  /** Stock by product; a product without a record gets a reorder point and no order. */
  readonly stock?: readonly StockRecord[];
  /** Days from an order to its delivery. Default 7. */
  readonly leadTime?: LeadTime;
  /** Days between two occasions to order. Default 7. */
  readonly reviewPeriod?: number;
  /** Probability that nothing is missing until the delivery after this one. Default 0.95. */
  readonly serviceLevel?: number;
  /** Part of the demand that is met from stock, in place of a service level. */
  readonly fillRate?: number;
  /**
   * Cost of holding a unit for a year, as a part of its cost, in place of a service level: the level follows from what is
   * earned and what is held, for products with a `price` and a `cost`.
   */
  readonly holdingRate?: number;
  /** Money for the orders of today. It goes where it earns most, or, without prices, where it sells most. */
  readonly budget?: number;
  /** Only products of this category. */
  readonly category?: string;
  /** ISO date of the first day that the stock is for. Default: the day after the last day of sales. */
  readonly from?: string;
}

const STOCK_PLAN_OPTIONS: OptionTable<StockPlanQuery> = {
  ...LONG_CALL_OPTIONS,
  stock: 1,
  leadTime: 1,
  reviewPeriod: 1,
  serviceLevel: 1,
  fillRate: 1,
  holdingRate: 1,
  budget: 1,
  category: 1,
  from: 1,
};

const stockPlanSchema = once(() => {
  const { days, amount, positive, share, leadTime, record } = stockRules();
  return z.object({
    stock: z._default(z.array(record), []),
    leadTime: z._default(leadTime, 7),
    reviewPeriod: z._default(days(1), 7),
    serviceLevel: z._default(share, 0.95),
    fillRate: z.optional(share),
    holdingRate: z.optional(positive),
    budget: z.optional(amount),
    category: z.optional(z.string()),
    from: z.optional(z.string()),
  });
});

/** A query that was checked, with its defaults; `from` in days after the last day of sales. */
export type StockPlanSettings = Omit<z.output<ReturnType<typeof stockPlanSchema>>, 'from'> & {
  readonly offset: number;
};

/** Farthest day after the last one of sales that a stock may be for. */
const FARTHEST = 31;

/** @throws ForecastError `invalid-option` with the path of the first wrong option. */
export function stockPlanSettings(query: StockPlanQuery, cutoffDay: Day): StockPlanSettings {
  refuseUnknown(query, STOCK_PLAN_OPTIONS);
  const { signal: _signal, onProgress: _onProgress, ...plain } = query;
  if (Array.isArray(plain.stock)) refuseUnknownIn(plain.stock, STOCK_RECORD_OPTIONS, 'stock');
  const { from, ...settings } = parseOptions(stockPlanSchema(), STOCK_PLAN_OPTIONS, plain);
  const promises = [query.serviceLevel, query.fillRate, query.holdingRate].filter((one) => one !== undefined);
  if (promises.length > 1) {
    invalidOption('fillRate', 'Give one of `serviceLevel`, `fillRate` and `holdingRate`');
  }
  leadTimeCases(settings.leadTime);
  settings.stock.forEach(({ leadTime: own, salvage = 0, cost }, i) => {
    if (own !== undefined) leadTimeCases(own);
    if (cost !== undefined && salvage >= cost) {
      throw new ForecastError('invalid-option', 'salvage must be below cost', {
        path: ['stock', i, 'salvage'],
      });
    }
  });
  return { ...settings, offset: from === undefined ? 0 : offsetOf(from, cutoffDay) };
}

function offsetOf(from: string, cutoffDay: Day): number {
  const day = tryParseDay(from);
  if (day === undefined) invalidOption('from', `from must be an ISO date, not "${from}"`);
  const offset = day - cutoffDay - 1;
  if (offset >= 0 && offset <= FARTHEST) return offset;
  throw new ForecastError(
    'invalid-option',
    `from must lie within ${FARTHEST} days after the last day of sales`,
    {
      path: ['from'],
      hint: `Sales are known until ${formatDay(cutoffDay)}: ingest later ones and train again.`,
    },
  );
}
