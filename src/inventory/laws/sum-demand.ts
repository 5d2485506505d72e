import { invalidOption } from '../../errors.js';
import { square } from '../../math/index.js';
import { negativeBinomialDemand } from './count-demand.js';
import type { DemandLaw } from './demand-law.js';
import { normalDemand } from './normal-demand.js';

export interface SumDemandOptions {
  /** Correlation between any two of the parts, from 0 to 1: 1 if what is wrong with one is wrong with all. Default 0. */
  readonly correlation?: number;
}

/**
 * Demand for several products, or over several periods, together: the law of the same mean and variance, of counts if all
 * parts are counts (exact for independent Poisson parts), normal otherwise (exact for normal parts).
 *
 * @throws ForecastError `invalid-option` without a part, or for a correlation outside 0 to 1.
 */
export function sumDemand(
  parts: readonly DemandLaw[],
  { correlation = 0 }: SumDemandOptions = {},
): DemandLaw {
  if (parts.length === 0) invalidOption('parts', 'Give at least one law');
  if (!(correlation >= 0 && correlation <= 1)) {
    invalidOption('correlation', `correlation must lie between 0 and 1, not ${correlation}`);
  }
  let [mean, variance, deviations] = [0, 0, 0];
  for (const part of parts) {
    mean += part.mean;
    variance += square(part.sd);
    deviations += part.sd;
  }
  variance += correlation * Math.max(0, square(deviations) - variance);
  return parts.every(({ counts }) => counts)
    ? negativeBinomialDemand(mean, variance)
    : normalDemand(mean, Math.sqrt(variance));
}
