import { invalidOption } from '../errors.js';
import { checkAmount } from './checks.js';
import type { DemandLaw } from './laws/index.js';
import { type StockOutcome, stockOutcome } from './stock-outcome.js';

/** Money per unit. */
export interface Margins {
  readonly price: number;
  readonly cost: number;
  /** Worth of a unit that is left over. Default 0. */
  readonly salvage?: number;
  /** Loss from a customer who finds nothing, beyond the margin: goodwill. Default 0. */
  readonly penalty?: number;
}

/**
 * Critical fractile: the probability with which the demand should be met, by what a missing unit and a unit too many cost.
 *
 * Source: Arrow, Harris and Marschak, "Optimal inventory policy", Econometrica 19 (1951).
 *
 * @returns 0 where nothing is earned by a unit
 * @throws ForecastError `invalid-option` for an amount below zero, or a salvage that is not below the cost.
 */
export function criticalRatio({ price, cost, salvage = 0, penalty = 0 }: Margins): number {
  for (const [name, value] of Object.entries({ price, cost, salvage, penalty })) checkAmount(name, value);
  const overage = cost - salvage;
  if (!(overage > 0)) invalidOption('salvage', 'salvage must be below cost, or there is no end to what pays');
  const underage = price - cost + penalty;
  return underage > 0 ? underage / (underage + overage) : 0;
}

export interface NewsvendorOptions extends Margins {
  /** Demand of the season. */
  readonly demand: DemandLaw;
}

export interface NewsvendorOrder extends StockOutcome {
  readonly criticalRatio: number;
  /** Units; whole for a law of counts. */
  readonly quantity: number;
  readonly expectedProfit: number;
}

/**
 * The order for a single season that earns most: goods that are worth less afterwards, such as papers, fashion and fresh food.
 *
 * ```ts
 * import { newsvendor, normalDemand } from 'commerce-forecast/inventory';
 *
 * const { quantity, expectedProfit } = newsvendor({ demand: normalDemand(350, 100), price: 250, cost: 100, salvage: 85 });
 * ```
 *
 * @throws ForecastError `invalid-option` as {@link criticalRatio}.
 */
export function newsvendor({ demand, ...margins }: NewsvendorOptions): NewsvendorOrder {
  const ratio = criticalRatio(margins);
  const quantity = ratio > 0 ? Math.max(0, demand.quantile(ratio)) : 0;
  return {
    criticalRatio: ratio,
    quantity,
    expectedProfit: expectedProfit(demand, quantity, margins),
    ...stockOutcome(demand, quantity),
  };
}

/** Expected profit of buying `quantity` units for a season, in money. */
export function expectedProfit(
  demand: DemandLaw,
  quantity: number,
  { price, cost, salvage = 0, penalty = 0 }: Margins,
): number {
  const { expectedSales, expectedLostSales, expectedOverstock } = stockOutcome(demand, quantity);
  return price * expectedSales + salvage * expectedOverstock - cost * quantity - penalty * expectedLostSales;
}
