import { checkAmount } from '../checks.js';
import { certainDemand, type DemandLaw } from './demand-law.js';
import { discreteDemand } from './discrete-demand.js';
import { gammaDemand } from './gamma-demand.js';

/** Counts whose remaining probability is below this are left out. */
const NEGLIGIBLE = 1e-17;
/** Counts that a table may have; beyond it the gamma law of the same mean and variance is as good. */
const MOST_COUNTS = 20_000;
/** Ratio of variance to mean below which a count is Poisson. */
const POISSON = 1 + 1e-9;

/**
 * Poisson demand: single customers who come independently of each other.
 *
 * @param mean units
 * @throws ForecastError `invalid-option` for a mean below zero.
 */
export function poissonDemand(mean: number): DemandLaw {
  checkAmount('mean', mean);
  if (mean === 0) return certainDemand(0);
  return tabulated(mean, mean, Math.floor(mean), (n) => mean / (n + 1));
}

/**
 * Negative binomial demand: counts that vary more than Poisson's. A variance that is not above the mean makes it Poisson,
 * the least that counts vary.
 *
 * ```ts
 * import { negativeBinomialDemand } from 'commerce-forecast/inventory';
 *
 * const demand = negativeBinomialDemand(4, 10);
 * console.log(demand.quantile(0.95), demand.shortfall(8));
 * ```
 *
 * @param mean units
 * @param variance units squared
 * @throws ForecastError `invalid-option` for a mean or a variance below zero.
 */
export function negativeBinomialDemand(mean: number, variance: number): DemandLaw {
  checkAmount('mean', mean);
  checkAmount('variance', variance);
  if (mean === 0) return certainDemand(0);
  const ratio = variance / mean;
  if (ratio <= POISSON) return poissonDemand(mean);
  const size = mean / (ratio - 1);
  const miss = 1 - 1 / ratio;
  const mode = Math.max(0, Math.floor((size - 1) * (ratio - 1)));
  return tabulated(mean, variance, mode, (n) => ((n + size) / (n + 1)) * miss);
}

/**
 * Makes a table outwards from the mode, where nothing underflows.
 *
 * @param next probability of `n + 1` over that of `n`
 */
function tabulated(mean: number, variance: number, mode: number, next: (n: number) => number): DemandLaw {
  const upper: number[] = [];
  for (let n = mode, mass = 1; ; n++) {
    const ratio = next(n);
    mass *= ratio;
    if (ratio < 1 && mass < NEGLIGIBLE * (1 - ratio)) break;
    if (upper.push(mass) > MOST_COUNTS) return gammaDemand(mean, Math.sqrt(variance));
  }
  const lower: number[] = [];
  for (let n = mode - 1, mass = 1; n >= 0; n--) {
    mass /= next(n);
    if (mass < NEGLIGIBLE) break;
    if (lower.push(mass) > MOST_COUNTS) return gammaDemand(mean, Math.sqrt(variance));
  }
  return discreteDemand([...lower.reverse(), 1, ...upper], mode - lower.length);
}
