import { exp, log } from '../../math/index.js';
import { gammaQuantile } from './gamma-quantile.js';

/** Mean up to which probabilities are added one by one; beyond it the gamma distribution is as good. */
const WALK_LIMIT = 40;
/** Ratio of variance to mean up to which a count is Poisson. */
const POISSON = 1 + 1e-6;
const LONGEST_WALK = 5000;

/**
 * Quantile of a count with the given mean and variance: negative binomial, or Poisson where the variance is no
 * larger than the mean; the gamma distribution of the same mean and variance for large means. Between counts it
 * is interpolated as if a count were spread evenly over the unit around it, cut at zero, so that quantiles grow
 * smoothly with the probability and an interval between two of them covers whole counts at its nominal level.
 *
 * @param probability between 0 and 1, both excluded
 * @returns 0 for a mean of 0
 */
export function countQuantile(mean: number, variance: number, probability: number): number {
  if (!(mean > 0)) return 0;
  if (mean > WALK_LIMIT) return gammaQuantile(mean, variance, probability);
  const ratio = variance / mean;
  // Probabilities follow from one another: p(n + 1) = p(n) * next(n).
  let mass: number;
  let next: (n: number) => number;
  if (ratio <= POISSON) {
    mass = exp(-mean);
    next = (n) => mean / (n + 1);
  } else {
    const size = mean / (ratio - 1);
    const miss = 1 - 1 / ratio;
    mass = exp(-size * log(ratio));
    next = (n) => ((n + size) / (n + 1)) * miss;
  }
  let below = 0;
  for (let n = 0; n < LONGEST_WALK; n++) {
    if (below + mass >= probability) return Math.max(0, n - 0.5 + (probability - below) / mass);
    below += mass;
    mass *= next(n);
  }
  return gammaQuantile(mean, variance, probability);
}
