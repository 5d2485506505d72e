import { relativeError, type Values } from './pairs.js';
import { meanSquaredError } from './rmse.js';

/**
 * Root mean squared scaled error of the M5 competition: the root of the mean squared error over the mean squared
 * one-step change of the history, counted from its first non-zero value. Pairs of the history with a NaN are left
 * out. If the history never changes, the result is 0 for an exact forecast and 1 for any other.
 *
 * ```ts
 * import { rmsse } from 'commerce-forecast';
 *
 * rmsse([3, 0, 5], [2, 1, 5], [0, 0, 1, 4, 2, 4]); // 0.343
 * ```
 *
 * Source: Makridakis, Spiliotis and Assimakopoulos, "M5 accuracy competition", International Journal of
 * Forecasting 38 (2022).
 *
 * @param history - The series up to the cutoff, oldest first.
 * @throws ForecastError as {@link mae}.
 */
export function rmsse(actual: Values, forecast: Values, history: Values): number {
  return Math.sqrt(relativeError(meanSquaredError(actual, forecast), meanSquaredChange(history)));
}

/** Mean squared one-step change from the first non-zero value on; 0 without one. */
export function meanSquaredChange(history: Values): number {
  let first = 0;
  while (first < history.length && !(Math.abs(history[first]) > 0)) first++;
  let sum = 0;
  let pairs = 0;
  for (let i = first + 1; i < history.length; i++) {
    const change = history[i] - history[i - 1];
    if (!Number.isFinite(change)) continue;
    sum += change * change;
    pairs++;
  }
  return pairs === 0 ? 0 : sum / pairs;
}
