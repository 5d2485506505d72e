import type { Values } from './pairs.js';
import { wape } from './wape.js';

/**
 * Accuracy as merchants quote it: 1 minus {@link wape}. It is 1 for an exact forecast and negative for one whose
 * errors exceed the sales themselves.
 *
 * ```ts
 * import { accuracy } from 'commerce-forecast';
 *
 * accuracy([3, 0, 5], [2, 1, 5]); // 0.75
 * ```
 *
 * @throws ForecastError as {@link mae}.
 */
export function accuracy(actual: Values, forecast: Values): number {
  return accuracyOf(wape(actual, forecast));
}

/** Converts a WAPE into an accuracy for display: `1 - wape`. */
export function accuracyOf(wape: number): number {
  return 1 - wape;
}
