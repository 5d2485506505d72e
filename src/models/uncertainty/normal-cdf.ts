import { exp, log } from '../../math/index.js';
import { lowerGamma } from './gamma-quantile.js';

/** `ln(gamma(1/2))`. */
const LOG_GAMMA_HALF = 0.5 * log(Math.PI);
/** Normal score beyond which a probability is 0 or 1 in double precision. */
const FAR = 39;

/**
 * Probability that a standard normal variable is at most `z`, to an absolute 1e-15. That of simple-statistics is a table of
 * four digits.
 *
 * Source: the incomplete gamma function of order 1/2, NIST Digital Library of Mathematical Functions, 7.11.1.
 */
export function normalCdf(z: number): number {
  if (Math.abs(z) > FAR) return z > 0 ? 1 : 0;
  const half = 0.5 * lowerGamma(0.5, (z * z) / 2, LOG_GAMMA_HALF);
  return z < 0 ? 0.5 - half : 0.5 + half;
}

/** Density of the standard normal law. */
export function normalDensity(z: number): number {
  return exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}
