import { checkPairs, type Values } from './pairs.js';

/**
 * Symmetric mean absolute percentage error, as a fraction between 0 and 2: the mean of
 * `2 |f - y| / (|y| + |f|)`. A pair of zeros is an exact forecast and counts 0. NaN actuals are skipped.
 *
 * ```ts
 * import { smape } from 'commerce-forecast';
 *
 * smape([3, 0, 5], [2, 1, 5]); // 0.8
 * ```
 *
 * Source: Makridakis et al., "The M4 Competition", International Journal of Forecasting 36 (2020), without the
 * factor 100.
 *
 * @throws ForecastError as {@link mae}.
 */
export function smape(actual: Values, forecast: Values): number {
  const observed = checkPairs(actual, forecast);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) {
    if (Number.isNaN(actual[i])) continue;
    const scale = Math.abs(actual[i]) + Math.abs(forecast[i]);
    if (scale > 0) sum += (2 * Math.abs(forecast[i] - actual[i])) / scale;
  }
  return sum / observed;
}
