import { checkAboveZero, checkAmount } from './checks.js';
import type { DemandLaw } from './laws/index.js';

export interface LotSizeOptions {
  /** Units per year. */
  readonly annualDemand: number;
  /** Cost of an order, whatever its size. */
  readonly orderCost: number;
  /** Cost of holding a unit for a year. */
  readonly holdingCost: number;
}

/**
 * Economic order quantity.
 *
 * Source: F. W. Harris, "How many parts to make at once", Factory 10 (1913).
 *
 * @throws ForecastError `invalid-option` for an amount below zero, or a holding cost of zero.
 */
export function economicOrderQuantity({ annualDemand, orderCost, holdingCost }: LotSizeOptions): number {
  checkAmount('annualDemand', annualDemand);
  checkAmount('orderCost', orderCost);
  checkAboveZero('holdingCost', holdingCost);
  return Math.sqrt((2 * annualDemand * orderCost) / holdingCost);
}

export interface LotSizeReorderPointOptions extends LotSizeOptions {
  /** Demand over the lead time. */
  readonly demand: DemandLaw;
  /** Cost of a unit that is missing. */
  readonly penalty: number;
}

export interface LotSizeReorderPoint {
  /** Units of an order. */
  readonly quantity: number;
  readonly reorderPoint: number;
  /** Units expected to be missing in a cycle. */
  readonly expectedShortage: number;
}

const ROUNDS = 100;
const PRECISION = 1e-9;

/**
 * The order quantity and the reorder point that cost least together, for a stock that is watched all the time and customers
 * who wait.
 *
 * Source: Hadley and Whitin, "Analysis of Inventory Systems" (1963), as in Nahmias, "Production and Operations Analysis",
 * section 5.4.
 *
 * @throws ForecastError `invalid-option` as {@link economicOrderQuantity}.
 */
export function lotSizeReorderPoint(options: LotSizeReorderPointOptions): LotSizeReorderPoint {
  const { demand, penalty, annualDemand, orderCost, holdingCost } = options;
  checkAboveZero('penalty', penalty);
  checkAboveZero('annualDemand', annualDemand);
  let quantity = economicOrderQuantity(options);
  let point = 0;
  let expectedShortage = demand.mean;
  for (let round = 0; round < ROUNDS; round++) {
    const missing = (quantity * holdingCost) / (penalty * annualDemand);
    // Where a missing unit costs less than holding one, no stock pays.
    point = missing < 1 ? demand.quantile(1 - missing) : 0;
    expectedShortage = demand.shortfall(point);
    const next = Math.sqrt((2 * annualDemand * (orderCost + penalty * expectedShortage)) / holdingCost);
    const settled = Math.abs(next - quantity) <= PRECISION * next;
    quantity = next;
    if (settled) break;
  }
  return { quantity, reorderPoint: point, expectedShortage };
}
