import { checkPairs, type Values } from './pairs.js';

/**
 * Mean absolute error, in the unit of the data. NaN actuals are skipped.
 *
 * ```ts
 * import { mae } from 'commerce-forecast';
 *
 * mae([3, 0, 5], [2, 1, 5]); // 0.667
 * ```
 *
 * @throws ForecastError `invalid-data` for different lengths or a forecast that is not finite, `empty-data` if no
 * actual is observed.
 */
export function mae(actual: Values, forecast: Values): number {
  const observed = checkPairs(actual, forecast);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    if (!Number.isNaN(actual[i])) sum += Math.abs(forecast[i] - actual[i]);
  }
  return sum / observed;
}
