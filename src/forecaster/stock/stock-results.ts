import type { AbcClass, StockCondition, XyzClass } from '../../inventory/index.js';

/** Decision about one product. Units unless said otherwise. */
export interface StockPlanRow {
  readonly productId: string;
  /** Null unless locations are kept apart. */
  readonly location: string | null;
  readonly category: string;
  /** `unknown`: no stock was given. */
  readonly action: 'order-now' | 'order-later' | 'enough' | 'unknown';
  /** Reasons in plain words, the main one first. */
  readonly reasons: readonly string[];
  /** Units to order now; null without a stock. */
  readonly orderQuantity: number | null;
  /** ISO date of the last day on which an order keeps the promise; null if it is farther off than the plan looks. */
  readonly orderBy: string | null;
  readonly onHand: number | null;
  readonly onOrder: number | null;
  /** Expected days from an order to its delivery. */
  readonly leadTimeDays: number;
  /** Expected demand until an order placed now is delivered, and until the one after it is. */
  readonly leadTimeDemand: number;
  readonly protectionDemand: number;
  /** Units on hand and on order below which to order now. */
  readonly reorderPoint: number;
  readonly safetyStock: number;
  /** Probability that the reorder point is enough until the delivery after this one. */
  readonly serviceLevel: number;
  /** Expected days until nothing is on hand or on order; null if longer than the plan looks. */
  readonly daysOfCover: number | null;
  /** Probability that stock and orders run out before an order placed now is delivered. */
  readonly stockOutProbability: number | null;
  /** Sales expected to be lost before an order placed now is delivered. */
  readonly expectedLostSales: number | null;
  /** Units expected to be left when the order after this one is delivered. */
  readonly expectedOverstock: number | null;
  /** Cost of the order; null where no cost was given. */
  readonly orderCost: number | null;
  /** By expected revenue of half a year where every product has a price, else by units. */
  readonly abc: AbcClass;
  /** By the variation of the demand until the delivery after this one. */
  readonly xyz: XyzClass;
  readonly condition: StockCondition['condition'] | null;
  readonly excessUnits: number | null;
}

export type StockFindingCode =
  | 'no-stock'
  | 'unknown-product'
  | 'repeated-product'
  | 'negative-stock'
  | 'never-sold'
  | 'new-product'
  | 'ended-product'
  | 'beyond-horizon'
  | 'no-price-or-cost'
  | 'no-margin'
  | 'shelf-life'
  | 'over-budget';

/** Something to know about the plan. */
export interface StockFinding {
  readonly code: StockFindingCode;
  readonly severity: 'warning' | 'info';
  readonly message: string;
  /** Number of products that it is about, and the first of them; one at a location is `TEA at Berlin`. */
  readonly count: number;
  readonly productIds: readonly string[];
}

/** Orders of a day: how much, until when, and why. */
export interface StockPlan {
  readonly modelVersion: string;
  readonly generatedAt: string;
  /** ISO date of the first day that the stock is for. */
  readonly firstDay: string;
  readonly reviewPeriod: number;
  /** The most urgent first. */
  readonly rows: readonly StockPlanRow[];
  readonly findings: readonly StockFinding[];
  /** Cost of the orders that have one. */
  readonly orderCost: number;
}
