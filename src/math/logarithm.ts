import { exponentOf, powerOfTwo } from './binary.js';
import { LN2_HIGH, LN2_LOW } from './ln2.js';

/**
 * Natural logarithm, off by less than one unit in the last place; `-Infinity` at 0, NaN below.
 *
 * Source: `ln(1 + f) = 2 artanh(s)` with `s = f / (2 + f)`, NIST Digital Library 4.6.4, its leading terms apart as in K. C. Ng's
 * logarithm of FDLIBM (1993).
 */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x < 0 ? Number.NaN : x === 0 ? -Infinity : x;
  // Near the least number the mantissa has fewer bits.
  if (x < 1e-307) return log(x * powerOfTwo(54)) - 54 * Math.LN2;
  const k = exponentOf(x);
  const f = x * powerOfTwo(-k) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = 2 / 3 + w * (2 / 7 + w * (2 / 11 + w * (2 / 15 + w * (2 / 19))));
  const even = 2 / 5 + w * (2 / 9 + w * (2 / 13 + w * (2 / 17 + w * (2 / 21))));
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + z * (odd + z * even)) + k * LN2_LOW) - f);
}

/**
 * `ln(1 + x)`, to two units in the last place also where `x` is small.
 *
 * Source: D. Goldberg, What every computer scientist should know about floating-point arithmetic, ACM Computing Surveys 23
 * (1991), with the error of `1 + x` added.
 */
export function log1p(x: number): number {
  const sum = 1 + x;
  if (sum === 1 || sum === Infinity) return x;
  return sum > 0 ? log(sum) + (x - (sum - 1)) / sum : log(sum);
}
