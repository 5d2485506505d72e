import { powerOfTwo } from './binary.js';
import { LN2_HIGH, LN2_LOW } from './ln2.js';

/**
 * `e` to the power `x`, off by less than one unit in the last place; below 1e-308 with fewer digits.
 *
 * Source: reduction to half of `ln 2` as in W. J. Cody and W. Waite, Software Manual for the Elementary Functions (1980);
 * there `e^r = 1 + 2 r / (r coth(r / 2) - r)` with the Bernoulli series, NIST Digital Library 4.19.6.
 */
export function exp(x: number): number {
  // At these bounds the result is 0 or infinite.
  const within = Math.max(-744.4, Math.min(x, 710));
  const k = Math.floor(within * Math.LOG2E + 0.5);
  const high = within - k * LN2_HIGH;
  const low = k * LN2_LOW;
  return (2 + 2 * (high - (low - excess(high - low)))) * powerOfTwo(k - 1);
}

/** `e^x - 1`, to three units in the last place also where `x` is small. */
export function expm1(x: number): number {
  return Math.abs(x) < 0.35 ? x + excess(x) : exp(x) - 1;
}

/** `e^r - 1 - r` for `r` up to 0.35. */
function excess(r: number): number {
  const t = r * r;
  const u = t * t;
  const series =
    1 / 6 -
    t * (1 / 360) +
    u * (1 / 15120 - t * (1 / 604800) + u * (1 / 23950080 - t * (691 / 653837184000)));
  const c = r - t * series;
  return (r * c) / (2 - c);
}
