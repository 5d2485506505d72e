import { log } from './logarithm.js';

/** From here the asymptotic series has double precision. */
const LARGE = 10;
const LOG_ROOT_TWO_PI = 0.9189385332046728;

/**
 * `ln(gamma(x))` of a positive number, to an absolute 1e-14 below 10 and a relative 1e-15 above; `Infinity` from 0 downwards.
 *
 * Source: Stirling's series, NIST Digital Library 5.11.1, after steps up by the recurrence.
 */
export function logGamma(x: number): number {
  if (x <= 0 || x === Infinity) return Infinity;
  let product = 1;
  let at = x;
  for (; at < LARGE; at++) product *= at;
  const t = 1 / (at * at);
  const series =
    1 / 12 -
    t * (1 / 360 - t * (1 / 1260 - t * (1 / 1680 - t * (1 / 1188 - t * (691 / 360360 - t * (1 / 156))))));
  return (at - 0.5) * log(at) - at + LOG_ROOT_TWO_PI + series / at - log(product);
}
