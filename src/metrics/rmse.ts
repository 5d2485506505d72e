import { square } from '../math/index.js';
import { checkPairs, type Values } from './pairs.js';

/**
 * Root mean squared error, in the unit of the data. NaN actuals are skipped.
 *
 * ```ts
 * import { rmse } from 'commerce-forecast';
 *
 * rmse([3, 0, 5], [2, 1, 5]); // 0.816
 * ```
 *
 * @throws ForecastError as {@link mae}.
 */
export function rmse(actual: Values, forecast: Values): number {
  return Math.sqrt(meanSquaredError(actual, forecast));
}

/** Mean squared error over the observed pairs. */
export function meanSquaredError(actual: Values, forecast: Values): number {
  const observed = checkPairs(actual, forecast);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    if (!Number.isNaN(actual[i])) sum += square(forecast[i] - actual[i]);
  }
  return sum / observed;
}
