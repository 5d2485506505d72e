import * as z from 'zod/mini';
import type { OptionTable } from '../options.js';
import type { LeadTime } from './laws/index.js';

/** Stock of a product, and the terms on which it is bought. */
export interface StockRecord {
  readonly productId: string;
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

export const stockDays = (least: number) => z.int().check(z.gte(least), z.lte(LONGEST));
export const stockAmount = z.number().check(z.gte(0));
export const aboveZero = z.number().check(z.gt(0));
export const stockShare = z.number().check(z.gt(0), z.lt(1));
export const leadTimeSchema = z.union([
  stockDays(0),
  z.array(z.object({ days: stockDays(0), weight: stockAmount })).check(z.minLength(1)),
]);

/** Rule for a record of stock, as `forecaster.stockPlan` and files of stock have it. */
export const stockRecordSchema = z.object({
  productId: z.string().check(z.minLength(1)),
  onHand: z.number(),
  onOrder: z.optional(stockAmount),
  leadTime: z.optional(leadTimeSchema),
  serviceLevel: z.optional(stockShare),
  minimumOrder: z.optional(stockAmount),
  packSize: z.optional(aboveZero),
  shelfLife: z.optional(stockDays(1)),
  price: z.optional(stockAmount),
  cost: z.optional(aboveZero),
  salvage: z.optional(stockAmount),
  penalty: z.optional(stockAmount),
});
