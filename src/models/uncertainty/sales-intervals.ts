import type { Progress } from '../../long-call.js';
import type { Interval } from '../contract.js';
import { countQuantile } from './count-quantile.js';
import { gammaQuantile } from './gamma-quantile.js';

/** Values between two reports of progress. */
const VALUES_PER_STEP = 1024;

/** Laws of some sales. */
export interface SalesLaws {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** 1 for sales in pieces, which are counts; others, such as kilograms, have a gamma law. */
  readonly pieces: Uint8Array;
}

/** One quantile of each law. */
export function* salesQuantiles(
  { mean, variance, pieces }: SalesLaws,
  probability: number,
): Generator<Progress, Float64Array, void> {
  const values = new Float64Array(mean.length);
  for (let i = 0; i < values.length; i++) {
    if (i % VALUES_PER_STEP === 0) yield { phase: 'quantiles', done: i, total: values.length };
    const quantile = pieces[i] === 1 ? countQuantile : gammaQuantile;
    values[i] = quantile(mean[i], variance[i], probability);
  }
  return values;
}

/**
 * Central intervals of the laws, one for each level. A bound never lies on the wrong side of the mean, as could happen for a
 * very skew distribution.
 */
export function* salesIntervals(
  laws: SalesLaws,
  levels: readonly number[],
): Generator<Progress, Interval[], void> {
  const { mean } = laws;
  const intervals: Interval[] = [];
  for (const level of levels) {
    const lower = yield* salesQuantiles(laws, (1 - level) / 2);
    const upper = yield* salesQuantiles(laws, (1 + level) / 2);
    for (let i = 0; i < mean.length; i++) {
      lower[i] = Math.min(mean[i], lower[i]);
      upper[i] = Math.max(mean[i], upper[i]);
    }
    intervals.push({ level, lower, upper });
  }
  return intervals;
}
