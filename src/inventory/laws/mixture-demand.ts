import { invalidOption } from '../../errors.js';
import { square } from '../../math/index.js';
import { checkAmount } from '../checks.js';
import type { DemandLaw } from './demand-law.js';

/** A law and how likely it is that it holds, in proportion to the others. */
export interface DemandCase {
  readonly weight: number;
  readonly demand: DemandLaw;
}

const ROUNDS = 200;
const PRECISION = 1e-12;
/** Keeps a probability such as 0.95 from being rounded past the count that has it. */
const ROUNDING = 1e-12;

/**
 * Demand of which one of several laws holds, such as one with a promotion and one without.
 *
 * @throws ForecastError `invalid-option` without a weight above zero.
 */
export function mixtureDemand(cases: readonly DemandCase[]): DemandLaw {
  cases.forEach(({ weight }, i) => {
    checkAmount(`cases.${i}.weight`, weight);
  });
  const likely = cases.filter(({ weight }) => weight > 0);
  const total = likely.reduce((sum, { weight }) => sum + weight, 0);
  if (!(total > 0)) invalidOption('cases', 'Give at least one case with a weight above zero');
  if (likely.length === 1) return likely[0].demand;
  const expected = (of: (demand: DemandLaw) => number) =>
    likely.reduce((sum, { weight, demand }) => sum + (weight / total) * of(demand), 0);
  const mean = expected((demand) => demand.mean);
  const counts = likely.every(({ demand }) => demand.counts);
  const cdf = (units: number) => expected((demand) => demand.cdf(units));
  return {
    mean,
    sd: Math.sqrt(expected((demand) => square(demand.sd) + square(demand.mean - mean))),
    counts,
    cdf,
    quantile(probability) {
      const all = likely.map(({ demand }) => demand.quantile(probability));
      let [low, high] = [Math.min(...all), Math.max(...all)];
      if (cdf(low) >= probability - ROUNDING) return low;
      for (let round = 0; round < ROUNDS && high - low > (counts ? 1 : PRECISION * Math.abs(high)); round++) {
        const middle = counts ? Math.floor((low + high) / 2) : (low + high) / 2;
        if (cdf(middle) >= probability - ROUNDING) high = middle;
        else low = middle;
      }
      return high;
    },
    shortfall: (units) => expected((demand) => demand.shortfall(units)),
  };
}
