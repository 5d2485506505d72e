import * as z from 'zod/mini';
import type { OptionTable } from '../options.js';
import type { LeadTime } from './laws/index.js';

/** Stock of a product, and the terms on which it is bought. */
export interface StockRecord {
  readonly productId: string;
  /**
   * Location of the stock, null for sales without one, where locations are kept apart (`panel: { byLocation: true }`). It may be left
   * out for a product that is sold at one location only.
   */
  readonly location?: string | null;
  /** Units; below zero if customers wait for some. */
  readonly onHand: number;
  /** Units that were ordered and have not come; they count as coming no later than an order placed today. Default 0. */
  readonly onOrder?: number;
  /** Replaces that of the query. */
  readonly leadTime?: LeadTime;
  /** Replaces that of the query. */
  readonly serviceLevel?: number;
  /** Units of the smallest order. Default 0. */
  readonly minimumOrder?: number;
  /** Units of a pack. Default 1. */
  readonly packSize?: number;
  /** Days that a delivered unit can be sold for. Default: no limit. */
  readonly shelfLife?: number;
  /** Money per unit. */
  readonly price?: number;
  readonly cost?: number;
  /** Worth of a unit that is left over. */
  readonly salvage?: number;
  /** Loss from a customer who finds nothing, beyond the margin. */
  readonly penalty?: number;
}

export const STOCK_RECORD_OPTIONS: OptionTable<StockRecord> = {
  productId: 1,
  location: 1,
  onHand: 1,
  onOrder: 1,
  leadTime: 1,
  serviceLevel: 1,
  minimumOrder: 1,
  packSize: 1,
  shelfLife: 1,
  price: 1,
  cost: 1,
  salvage: 1,
  penalty: 1,
};

/** Longest lead time and review period, in days. */
const LONGEST = 365;

/**
 * Rules for a record of stock, as `forecaster.stockPlan` and files of stock have it, and for its parts. Made when they are
 * needed, so that a program that plans no stock does not carry them.
 */
export function stockRules() {
  const days = (least: number) => z.int().check(z.gte(least), z.lte(LONGEST));
  const amount = z.number().check(z.gte(0));
  const positive = z.number().check(z.gt(0));
  const share = z.number().check(z.gt(0), z.lt(1));
  const leadTime = z.union([
    days(0),
    z.array(z.object({ days: days(0), weight: amount })).check(z.minLength(1)),
  ]);
  const record = z.object({
    productId: z.string().check(z.minLength(1)),
    location: z.optional(z.nullable(z.string())),
    onHand: z.number(),
    onOrder: z.optional(amount),
    leadTime: z.optional(leadTime),
    serviceLevel: z.optional(share),
    minimumOrder: z.optional(amount),
    packSize: z.optional(positive),
    shelfLife: z.optional(days(1)),
    price: z.optional(amount),
    cost: z.optional(positive),
    salvage: z.optional(amount),
    penalty: z.optional(amount),
  });
  return { days, amount, positive, share, leadTime, record };
}
