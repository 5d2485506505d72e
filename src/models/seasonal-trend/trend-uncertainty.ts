import { atan, log, square } from '../../math/index.js';
import type { Random } from '../../random.js';
import { gaussLegendre } from '../uncertainty/gauss-legendre.js';
import type { SymmetricLaw } from '../uncertainty/index.js';

/**
 * Changes of the trend after the last observed day, as in Prophet: changepoints arrive as a Poisson process,
 * and each changes the slope by a Laplace-distributed amount.
 */
export interface TrendChanges {
  /** Expected changepoints per unit of time. */
  readonly rate: number;
  /** Laplace scale of a change of the slope. */
  readonly scale: number;
}

/** The distribution of noise plus trend at one point in time, in closed form. */
export function pointLaw(changes: TrendChanges, elapsed: number, noise: number): SymmetricLaw {
  const { rate, scale } = changes;
  const reach = Math.max(0, elapsed);
  return {
    noise,
    otherDeviation: Math.sqrt((2 / 3) * rate * reach) * scale * reach,
    tailScale: scale * reach,
    // A change at distance x before the end moves the end by x times its size, so the logarithm is
    // rate * integral of 1 / (1 + (scale u x)^2) - 1 over x from 0 to the end.
    logCharacteristic: (u) => rate * (atan(scale * u * reach) / (scale * u) - reach),
  };
}

const RULE = gaussLegendre(12);

/**
 * Effect of a change of the slope by one, at a random time, on the sum over a range of days: quadrature weights over
 * that time and the effect at each node.
 */
export interface SumKernel {
  readonly weights: Float64Array;
  readonly effects: Float64Array;
  /** Integral of the squared effect. */
  readonly squared: number;
  readonly largest: number;
}

/**
 * The kernel of the sum over the days `from + 1 .. to` after the start of the forecast, `delay` days after the last
 * observed day.
 */
export function sumKernel(from: number, to: number, delay: number): SumKernel {
  const first = from + delay + 1;
  const last = to + delay;
  const count = RULE.nodes.length;
  const weights = new Float64Array(2 * count);
  const effects = new Float64Array(2 * count);
  let squared = 0;
  for (let q = 0; q < 2 * count; q++) {
    // Before the first day of the range the effect is linear in time, within the range it is quadratic.
    const inside = q >= count;
    const [low, high] = inside ? [first, last] : [0, first];
    const time = low + (high - low) * RULE.nodes[q % count];
    weights[q] = (high - low) * RULE.weights[q % count];
    const days = inside ? Math.floor(last - time) + 1 : last - first + 1;
    // Days last, last - 1, ... that still lie after `time`, `days` of them.
    effects[q] = Math.max(0, days * (last - time) - (days * (days - 1)) / 2);
    squared += weights[q] * square(effects[q]);
  }
  return { weights, effects, squared, largest: ((last - first + 1) * (first + last)) / 2 };
}

/** The distribution of noise plus trend of a sum over days. */
export function sumLaw(changes: TrendChanges, kernel: SumKernel, noise: number): SymmetricLaw {
  const { rate, scale } = changes;
  const { weights, effects } = kernel;
  return {
    noise,
    otherDeviation: scale * Math.sqrt(2 * rate * kernel.squared),
    tailScale: scale * kernel.largest,
    logCharacteristic: (u) => {
      let sum = 0;
      for (let q = 0; q < weights.length; q++) {
        const product = scale * u * effects[q];
        const square = product * product;
        sum -= (weights[q] * square) / (1 + square);
      }
      return rate * sum;
    },
  };
}

/**
 * Simulates how far future changes move the trend at given times after the last observed day.
 *
 * @param elapsed ascending.
 */
export function trendPath(
  { rate, scale }: TrendChanges,
  elapsed: Float64Array,
  random: Random,
  out: Float64Array,
): Float64Array {
  // Arrivals of a Poisson process, one exponential waiting time after the other.
  const wait = () => (rate > 0 ? -log(1 - random.uniform()) / rate : Infinity);
  let arrival = wait();
  let slope = 0;
  let intercept = 0;
  for (let k = 0; k < elapsed.length; k++) {
    for (; arrival < elapsed[k]; arrival += wait()) {
      const change = laplace(scale, random);
      slope += change;
      intercept -= change * arrival;
    }
    out[k] = intercept + slope * elapsed[k];
  }
  return out;
}

/** A draw of the Laplace distribution. */
export function laplace(scale: number, random: Random): number {
  const u = random.uniform() - 0.5;
  return -scale * Math.sign(u) * log(1 - 2 * Math.abs(u));
}
