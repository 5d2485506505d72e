import { exp, log, log1p } from './math/index.js';

/** Above this, the t distribution is the normal one to about eight digits. */
const LARGEST_DEGREES = 1e8;
const TINY = 1e-300;

/**
 * Probability that a Student t variable is at least as far from zero as `statistic`, on either side. The degrees of
 * freedom may be fractional, as Welch's are.
 *
 * Source: the incomplete beta function by its continued fraction, NIST Digital Library of Mathematical Functions,
 * 8.17.22, evaluated as Lentz does.
 */
export function studentTwoSided(statistic: number, degreesOfFreedom: number): number {
  const square = statistic * statistic;
  if (square === Number.POSITIVE_INFINITY) return 0;
  if (square === 0) return 1;
  const degrees = Math.min(degreesOfFreedom, LARGEST_DEGREES);
  const a = degrees / 2;
  const x = degrees / (degrees + square);
  // Not 1 - x, which loses all digits where x is close to 1.
  const y = square / (degrees + square);
  // x^a * sqrt(y) / B(a, 1/2): the factor that both forms below share.
  const power = a * (x > 0.5 ? log1p(-y) : log(x));
  const front = exp(power + 0.5 * log(y / Math.PI) + logGammaHalfStep(a));
  if (x < (a + 1) / (a + 2.5)) return (front * continuedFraction(a, 0.5, x)) / a;
  return 1 - (front * continuedFraction(0.5, a, y)) / 0.5;
}

/** `ln(gamma(a + 1/2) / gamma(a))`: stepped up to where the asymptotic series has double precision. */
function logGammaHalfStep(a: number): number {
  let factor = 1;
  let at = a;
  while (at < 20) {
    factor *= at / (at + 0.5);
    at++;
  }
  const inverse = 1 / at;
  const square = inverse * inverse;
  const series = inverse * (-1 / 8 + square * (1 / 192 + square * (-1 / 640 + (square * 17) / 14336)));
  return 0.5 * log(at) + series + log(factor);
}

function continuedFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / notZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; ; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / notZero(1 + even * d);
    c = notZero(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / notZero(1 + odd * d);
    c = notZero(1 + odd / c);
    const change = d * c;
    fraction *= change;
    if (Math.abs(change - 1) < Number.EPSILON) return fraction;
  }
}

function notZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
