import type { Interval } from '../contract.js';
import { countQuantile } from './count-quantile.js';

/**
 * Central intervals of counts with the given means and variances, one for each level. A bound never lies on the
 * wrong side of the mean, as could happen for a very skew distribution.
 */
export function countIntervals(
  mean: Float64Array,
  variance: Float64Array,
  levels: readonly number[],
): Interval[] {
  return levels.map((level) => ({
    level,
    lower: mean.map((value, i) => Math.min(value, countQuantile(value, variance[i], (1 - level) / 2))),
    upper: mean.map((value, i) => Math.max(value, countQuantile(value, variance[i], (1 + level) / 2))),
  }));
}
