import { normalCdf, normalDensity, normalQuantile } from '../../models/uncertainty/index.js';
import { checkAmount, checkFinite } from '../checks.js';
import { certainDemand, type DemandLaw } from './demand-law.js';

/**
 * Unit normal loss function `E[(Z - z)+]` of textbooks.
 *
 * Source: Nahmias, "Production and Operations Analysis", chapter 5, and Silver, Pyke and Peterson, "Inventory Management and
 * Production Planning and Scheduling", appendix B (there `Gu(k)`).
 */
export function normalLoss(z: number): number {
  return z > 0
    ? Math.max(0, normalDensity(z) - z * normalCdf(-z))
    : normalDensity(z) - z * (1 - normalCdf(z));
}

/**
 * Normally distributed demand, as textbooks have it. Below zero it is what the law says, so take it where the mean is
 * several standard deviations.
 *
 * ```ts
 * import { newsvendor, normalDemand } from 'commerce-forecast/inventory';
 *
 * const { quantity } = newsvendor({ demand: normalDemand(11.73, 4.74), price: 0.75, cost: 0.25, salvage: 0.1 });
 * ```
 *
 * @param mean units
 * @param sd standard deviation, units
 * @throws ForecastError `invalid-option` for a mean that is no number or a deviation below zero.
 */
export function normalDemand(mean: number, sd: number): DemandLaw {
  checkFinite('mean', mean);
  checkAmount('sd', sd);
  if (sd === 0) return { ...certainDemand(mean), counts: false };
  return {
    mean,
    sd,
    counts: false,
    cdf: (units) => normalCdf((units - mean) / sd),
    quantile: (probability) => mean + sd * normalQuantile(probability),
    shortfall: (units) => sd * normalLoss((units - mean) / sd),
  };
}
