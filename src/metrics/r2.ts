import { square } from '../math/index.js';
import { checkPairs, relativeError, type Values } from './pairs.js';

/**
 * Coefficient of determination: 1 minus the squared error over the squared deviation of the actuals from their
 * mean. Negative where the mean of the actuals would have been the better forecast. If the actuals are constant, the
 * result is 1 for an exact forecast and 0 for any other, as in scikit-learn's `r2_score`. NaN actuals are skipped.
 *
 * ```ts
 * import { r2 } from 'commerce-forecast';
 *
 * r2([3, 0, 5], [2, 1, 5]); // 0.842
 * ```
 *
 * @throws ForecastError as {@link mae}.
 */
export function r2(actual: Values, forecast: Values): number {
  const observed = checkPairs(actual, forecast);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) if (!Number.isNaN(actual[i])) sum += actual[i];
  const mean = sum / observed;
  let squaredError = 0;
  let squaredDeviation = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue;
    squaredError += square(forecast[i] - actual[i]);
    squaredDeviation += square(actual[i] - mean);
  }
  return 1 - relativeError(squaredError, squaredDeviation);
}
