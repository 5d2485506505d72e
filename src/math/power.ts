import { exp } from './exponential.js';
import { log } from './logarithm.js';

/** `x * x`. */
export function square(x: number): number {
  return x * x;
}

/**
 * A number of 0 or more to any power, to a relative 4e-16 times `1 + |ln(result)|`; NaN for a negative base unless the power
 * is 0.
 */
export function pow(base: number, power: number): number {
  return power === 0 ? 1 : exp(power * log(base));
}
