import { numberAt } from './present.js';

/** Median of ascending values, the mean of the two middle ones of an even number; NaN without any. */
export function medianOfSorted(sorted: ArrayLike<number>): number {
  const middle = sorted.length >> 1;
  const upper = numberAt(sorted, middle);
  return sorted.length % 2 === 1 ? upper : (numberAt(sorted, middle - 1) + upper) / 2;
}

/**
 * Quantile of ascending values by linear interpolation between order statistics: type 7 of Hyndman and Fan, "Sample
 * Quantiles in Statistical Packages", the default of R and NumPy. NaN without any values.
 */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number {
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const low = numberAt(sorted, below);
  const high = numberAt(sorted, Math.min(below + 1, sorted.length - 1));
  return low + (position - below) * (high - low);
}
