import type { Progress } from '../../long-call.js';
import type { Interval } from '../contract.js';
import { countQuantile } from './count-quantile.js';

/** Values between two reports of progress. */
const VALUES_PER_STEP = 1024;

/** One quantile of each count with the given means and variances. */
export function* countQuantiles(
  mean: Float64Array,
  variance: Float64Array,
  probability: number,
): Generator<Progress, Float64Array, void> {
  const values = new Float64Array(mean.length);
  for (let i = 0; i < values.length; i++) {
    if (i % VALUES_PER_STEP === 0) yield { phase: 'quantiles', done: i, total: values.length };
    values[i] = countQuantile(mean[i], variance[i], probability);
  }
  return values;
}

/**
 * Central intervals of counts with the given means and variances, one for each level. A bound never lies on the
 * wrong side of the mean, as could happen for a very skew distribution.
 */
export function* countIntervals(
  mean: Float64Array,
  variance: Float64Array,
  levels: readonly number[],
): Generator<Progress, Interval[], void> {
  const intervals: Interval[] = [];
  for (const level of levels) {
    const lower = yield* countQuantiles(mean, variance, (1 - level) / 2);
    const upper = yield* countQuantiles(mean, variance, (1 + level) / 2);
    for (let i = 0; i < mean.length; i++) {
      lower[i] = Math.min(mean[i], lower[i]);
      upper[i] = Math.max(mean[i], upper[i]);
    }
    intervals.push({ level, lower, upper });
  }
  return intervals;
}
