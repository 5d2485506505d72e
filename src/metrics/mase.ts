import { checkWholeNumber } from '../errors.js';
import { mae } from './mae.js';
import { relativeError, type Values } from './pairs.js';

/**
 * Mean absolute scaled error: {@link mae} over the mean absolute change of the history from one season to the next,
 * which is the in-sample error of the seasonal naive forecast. Pairs of the history with a NaN are left out. If the
 * history never changes (or is shorter than a season), the result is 0 for an exact forecast and 1 for any other.
 *
 * ```ts
 * import { mase } from 'commerce-forecast';
 *
 * mase([3, 0, 5], [2, 1, 5], [1, 4, 2, 4]); // 0.286
 * mase([3, 0, 5], [2, 1, 5], [1, 4, 2, 4], 2); // against the value two days before
 * ```
 *
 * Source: Hyndman and Koehler, "Another look at measures of forecast accuracy", International Journal of
 * Forecasting 22 (2006).
 *
 * @param history - The series up to the cutoff, oldest first.
 * @param season - Days between the compared values of the history. Default 1.
 * @throws ForecastError as {@link mae}; `invalid-option` if the season is not a positive whole number.
 */
export function mase(actual: Values, forecast: Values, history: Values, season = 1): number {
  checkWholeNumber('season', season);
  let sum = 0;
  let pairs = 0;
  for (let i = season; i < history.length; i++) {
    const change = history[i] - history[i - season];
    if (!Number.isFinite(change)) continue;
    sum += Math.abs(change);
    pairs++;
  }
  return relativeError(mae(actual, forecast), pairs === 0 ? 0 : sum / pairs);
}
