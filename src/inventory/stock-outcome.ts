import { checkFinite } from './checks.js';
import { type DemandLaw, expectedOverstock } from './laws/index.js';

/** Outcome that is to be expected if a stock meets a demand. */
export interface StockOutcome {
  /** Probability that the demand is not met in full: one less the cycle service level. */
  readonly stockOutProbability: number;
  /** Units. */
  readonly expectedSales: number;
  readonly expectedLostSales: number;
  readonly expectedOverstock: number;
  /** Expected part of the demand that is met; 1 where none is expected. */
  readonly fillRate: number;
}

/**
 * Tells what to expect of a stock over a period without a delivery, such as from now until the next one.
 *
 * ```ts
 * import { poissonDemand, stockOutcome } from 'commerce-forecast/inventory';
 *
 * const { stockOutProbability, expectedLostSales } = stockOutcome(poissonDemand(8), 10);
 * ```
 *
 * @param stock units; below zero for orders of customers that wait
 * @throws ForecastError `invalid-option` for a stock that is no number.
 */
export function stockOutcome(demand: DemandLaw, stock: number): StockOutcome {
  checkFinite('stock', stock);
  // Whoever has less than nothing cannot lose more than all demand.
  const available = Math.max(0, stock);
  const expectedLostSales = demand.shortfall(available);
  return {
    stockOutProbability: Math.max(0, 1 - demand.cdf(stock)),
    expectedSales: demand.mean - expectedLostSales,
    expectedLostSales,
    expectedOverstock: expectedOverstock(demand, available),
    fillRate: demand.mean > 0 ? 1 - expectedLostSales / demand.mean : 1,
  };
}
