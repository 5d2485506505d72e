import { checkFinite, checkProbability } from './checks.js';
import type { DemandLaw } from './laws/index.js';

export interface StockConditionOptions {
  /** Demand over the days that stock may wait for a customer, such as half a year. */
  readonly demand: DemandLaw;
  /** Units on hand. */
  readonly onHand: number;
  /** Units beyond what the demand stays within with this probability are excess. Default 0.95. */
  readonly probability?: number;
}

export interface StockCondition {
  /** `dead`: more likely than not nothing of it sells; `excess`: more than will be needed. */
  readonly condition: 'none' | 'sound' | 'excess' | 'dead';
  /** Units that are not expected to be needed. */
  readonly excessUnits: number;
}

/**
 * Tells dead and excess stock by the demand that is to come, and not by how long ago the last sale was: goods of a season
 * are not dead out of season.
 *
 * @throws ForecastError `invalid-option` for a wrong stock or probability.
 */
export function stockCondition({
  demand,
  onHand,
  probability = 0.95,
}: StockConditionOptions): StockCondition {
  checkFinite('onHand', onHand);
  checkProbability('probability', probability);
  if (!(onHand > 0)) return { condition: 'none', excessUnits: 0 };
  if (demand.cdf(0) >= 0.5) return { condition: 'dead', excessUnits: onHand };
  const excessUnits = Math.max(0, onHand - demand.quantile(probability));
  return { condition: excessUnits > 0 ? 'excess' : 'sound', excessUnits };
}
