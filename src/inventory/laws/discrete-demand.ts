import { invalidOption } from '../../errors.js';
import { square } from '../../math/index.js';
import { checkAmount } from '../checks.js';
import type { DemandLaw } from './demand-law.js';

/** Keeps a probability such as 0.95 from being rounded past the count that has it. */
const ROUNDING = 1e-12;

/**
 * Demand in whole units with the given probabilities, such as those of past sales.
 *
 * ```ts
 * import { discreteDemand } from 'commerce-forecast/inventory';
 *
 * const demand = discreteDemand([0.1, 0.3, 0.4, 0.2]); // of 0, 1, 2 and 3 units
 * console.log(demand.quantile(0.8), demand.shortfall(2)); // 2, 0.2
 * ```
 *
 * @param weights of each count, in proportion to its probability
 * @param first count of the first weight
 * @throws ForecastError `invalid-option` for a weight below zero, or if all are zero.
 */
export function discreteDemand(weights: ArrayLike<number>, first = 0): DemandLaw {
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    checkAmount(`weights.${i}`, weights[i]);
    total += weights[i];
  }
  if (!(total > 0)) invalidOption('weights', 'Give at least one weight above zero');
  const count = weights.length;
  const below = new Float64Array(count);
  let sum = 0;
  let mean = 0;
  for (let i = 0; i < count; i++) {
    sum += weights[i];
    below[i] = Math.min(1, sum / total);
    mean += (i * weights[i]) / total;
  }
  let variance = 0;
  for (let i = 0; i < count; i++) variance += (square(i - mean) * weights[i]) / total;
  // Summed from the far end, so that small shortfalls keep their digits.
  const beyond = new Float64Array(count + 1);
  let above = 0;
  for (let i = count - 1; i >= 0; i--) {
    beyond[i] = beyond[i + 1] + above;
    above += weights[i] / total;
  }
  return {
    mean: first + mean,
    sd: Math.sqrt(variance),
    counts: true,
    cdf(units) {
      const i = Math.floor(units - first + ROUNDING);
      return i < 0 ? 0 : i >= count ? 1 : below[i];
    },
    quantile(probability) {
      let [low, high] = [0, count - 1];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (below[middle] >= probability - ROUNDING) high = middle;
        else low = middle + 1;
      }
      return first + low;
    },
    shortfall(units) {
      const x = units - first;
      if (x <= 0) return mean - x;
      if (x >= count - 1) return 0;
      const i = Math.floor(x);
      return beyond[i] + (x - i) * (beyond[i + 1] - beyond[i]);
    },
  };
}
