import { checkWholeNumber } from '../errors.js';
import { checkPairs, type Values } from './pairs.js';

/**
 * Share of the true top `n` that the forecast's top `n` names: the two columns hold one total per product. Ties go to
 * the product that comes first. With fewer than `n` observed products, all of them are the top. Products with a NaN
 * actual are left out.
 *
 * ```ts
 * import { topNHitRate } from 'commerce-forecast';
 *
 * topNHitRate([9, 7, 5, 1], [8, 2, 6, 3], 2); // 0.5
 * ```
 *
 * @throws ForecastError as {@link mae}; `invalid-option` if `n` is not a positive whole number.
 */
export function topNHitRate(actual: Values, forecast: Values, n: number): number {
  checkWholeNumber('n', n);
  const observed = checkPairs(actual, forecast);
  const size = Math.min(n, observed);
  const truth = new Set(topIndices(actual, size));
  const candidates = Float64Array.from({ length: actual.length }, (_, i) =>
    Number.isNaN(actual[i]) ? Number.NaN : forecast[i],
  );
  let hits = 0;
  for (const index of topIndices(candidates, size)) if (truth.has(index)) hits++;
  return hits / size;
}

/** Indices of the `n` largest values, largest first, ties in order of index; NaN is never among them. */
export function topIndices(values: Values, n: number): number[] {
  const indices: number[] = [];
  for (let i = 0; i < values.length; i++) if (!Number.isNaN(values[i])) indices.push(i);
  return indices.sort((a, b) => values[b] - values[a] || a - b).slice(0, n);
}
