import { square } from '../../math/index.js';
import { gammaQuantile, lowerGamma } from '../../models/uncertainty/index.js';
import { checkAmount } from '../checks.js';
import { certainDemand, type DemandLaw } from './demand-law.js';

/**
 * Demand by a gamma law: never below zero, skew, not bound to whole units.
 *
 * Source: T. A. Burgin, "The gamma distribution and inventory control", Operational Research Quarterly 26 (1975), for the
 * loss function.
 *
 * @param mean units
 * @param sd standard deviation, units
 * @throws ForecastError `invalid-option` for a mean or a deviation below zero.
 */
export function gammaDemand(mean: number, sd: number): DemandLaw {
  checkAmount('mean', mean);
  checkAmount('sd', sd);
  if (mean === 0 || sd === 0) return { ...certainDemand(mean), counts: false };
  const shape = square(mean / sd);
  const scale = mean / shape;
  return {
    mean,
    sd,
    counts: false,
    cdf: (units) => lowerGamma(shape, units / scale),
    quantile(probability) {
      if (probability <= 0) return 0;
      return probability < 1 ? gammaQuantile(mean, sd * sd, probability) : Number.POSITIVE_INFINITY;
    },
    shortfall(units) {
      if (units <= 0) return mean - units;
      const x = units / scale;
      return Math.max(0, mean * (1 - lowerGamma(shape + 1, x)) - units * (1 - lowerGamma(shape, x)));
    },
  };
}
