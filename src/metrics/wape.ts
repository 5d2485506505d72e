import { checkPairs, relativeError, type Values } from './pairs.js';

/**
 * Weighted absolute percentage error: the sum of absolute errors over the sum of absolute actuals, as a fraction.
 * Pooled over all pairs, so that days without sales count and never divide by zero. If all actuals are zero, the
 * result is 0 for a forecast of zeros and 1 for any other. NaN actuals are skipped.
 *
 * ```ts
 * import { wape } from 'commerce-forecast';
 *
 * wape([3, 0, 5], [2, 1, 5]); // 0.25
 * ```
 *
 * Source: Kolassa and Schütz, "Advantages of the MAD/Mean ratio over the MAPE", Foresight 6 (2007).
 *
 * @throws ForecastError as {@link mae}.
 */
export function wape(actual: Values, forecast: Values): number {
  checkPairs(actual, forecast);
  let error = 0;
  let scale = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue;
    error += Math.abs(forecast[i] - actual[i]);
    scale += Math.abs(actual[i]);
  }
  return relativeError(error, scale);
}
