import { invalidOption } from '../errors.js';
import { checkPairs, type Values } from './pairs.js';

/**
 * Mean pinball (quantile) loss of a forecast of the given quantile, in the unit of the data: too low a forecast costs
 * `quantile` per unit, too high a one `1 - quantile`. At 0.5 it is half of {@link mae}. NaN actuals are skipped.
 *
 * ```ts
 * import { pinball } from 'commerce-forecast';
 *
 * pinball([3, 0, 5], [4, 1, 4], 0.9); // 0.367
 * ```
 *
 * Source: Koenker and Bassett, "Regression quantiles", Econometrica 46 (1978).
 *
 * @throws ForecastError as {@link mae}; `invalid-option` if the quantile is not between 0 and 1.
 */
export function pinball(actual: Values, forecast: Values, quantile: number): number {
  if (!(quantile >= 0 && quantile <= 1)) {
    invalidOption('quantile', 'quantile must be between 0 and 1');
  }
  const observed = checkPairs(actual, forecast);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue;
    const shortfall = actual[i] - forecast[i];
    sum += shortfall >= 0 ? quantile * shortfall : (quantile - 1) * shortfall;
  }
  return sum / observed;
}
