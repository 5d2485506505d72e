import { checkPairs, type Values } from './pairs.js';

/**
 * Share of the actuals that lie within their interval, bounds included; a well calibrated 80 % interval covers about
 * 0.8. NaN actuals are skipped.
 *
 * ```ts
 * import { coverage } from 'commerce-forecast';
 *
 * coverage([3, 0, 5], [2, 1, 4], [4, 3, 6]); // 0.667
 * ```
 *
 * @throws ForecastError as {@link mae}.
 */
export function coverage(actual: Values, lower: Values, upper: Values): number {
  const observed = checkPairs(actual, lower, 'lower');
  checkPairs(actual, upper, 'upper');
  let inside = 0;
  for (let i = 0; i < actual.length; i++) {
    if (actual[i] >= lower[i] && actual[i] <= upper[i]) inside++;
  }
  return inside / observed;
}
