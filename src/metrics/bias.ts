import { checkPairs, relativeError, type Values } from './pairs.js';

/**
 * Relative bias: the sum of `forecast - actual` over the absolute sum of the actuals, positive where the forecast is
 * too high. If the actuals sum to zero, the result is 0 for a forecast of the same sum, else 1 or -1. NaN actuals
 * are skipped.
 *
 * ```ts
 * import { bias } from 'commerce-forecast';
 *
 * bias([3, 0, 5], [2, 1, 6]); // 0.125
 * ```
 *
 * @throws ForecastError as {@link mae}.
 */
export function bias(actual: Values, forecast: Values): number {
  checkPairs(actual, forecast);
  let error = 0;
  let total = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue;
    error += forecast[i] - actual[i];
    total += actual[i];
  }
  return Math.sign(error) * relativeError(Math.abs(error), Math.abs(total));
}
