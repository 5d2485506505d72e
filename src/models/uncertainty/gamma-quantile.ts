import { exp, log, logGamma } from '../../math/index.js';
import { normalQuantile } from './normal.js';

const ROUNDS = 40;
const PRECISION = 1e-12;
/** Shape above which the cube-root normal approximation is good to a few parts in a million. */
const LARGE_SHAPE = 2000;

/**
 * Quantile of the gamma distribution with the given mean and variance; 0 for a mean of 0 or less; the mean
 * itself for a variance of zero.
 *
 * Source: Newton's method from the approximation of Wilson and Hilferty, "The distribution of chi-square", PNAS 17 (1931).
 */
export function gammaQuantile(mean: number, variance: number, probability: number): number {
  if (!(mean > 0)) return 0;
  if (!(variance > 0)) return mean;
  const shape = (mean * mean) / variance;
  return (mean / shape) * standardQuantile(shape, probability);
}

function standardQuantile(shape: number, probability: number): number {
  const root = 1 / (9 * shape);
  const cubeRoot = 1 - root + normalQuantile(probability) * Math.sqrt(root);
  const start = shape * cubeRoot * cubeRoot * cubeRoot;
  if (shape > LARGE_SHAPE) return Math.max(0, start);
  const logGammaOfShape = logGamma(shape);
  // A small quantile of a small shape: the lower tail is a power of x.
  const tail = exp((log(probability) + logGamma(shape + 1)) / shape);
  let x = start > 0.05 * shape && start > 0 ? start : Math.min(tail, shape);
  if (!(x > 0)) return 0;
  for (let round = 0; round < ROUNDS; round++) {
    const error = lowerGamma(shape, x, logGammaOfShape) - probability;
    const density = exp((shape - 1) * log(x) - x - logGammaOfShape);
    let step = error / density;
    // Halley's correction keeps the steps stable where the density is steep.
    step /= Math.max(0.5, Math.min(1.5, 1 - 0.5 * step * ((shape - 1) / x - 1)));
    const before = x;
    x = Math.max(x / 10, x - step);
    if (Math.abs(x - before) <= PRECISION * before) break;
  }
  return x;
}

/**
 * Regularised lower incomplete gamma function.
 *
 * Source: series and continued fraction of NIST Digital Library of Mathematical Functions, 8.7.1 and 8.9.2.
 */
export function lowerGamma(shape: number, x: number, logGammaOfShape: number = logGamma(shape)): number {
  if (!(x > 0)) return 0;
  const front = exp(shape * log(x) - x - logGammaOfShape);
  if (x < shape + 1) {
    let term = 1 / shape;
    let sum = term;
    for (let n = 1; n < 10_000; n++) {
      term *= x / (shape + n);
      sum += term;
      if (term < sum * 1e-16) break;
    }
    return Math.min(1, front * sum);
  }
  let b = x + 1 - shape;
  let c = 1e300;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const a = -n * (n - shape);
    b += 2;
    d = 1 / (a * d + b);
    c = b + a / c;
    const change = c * d;
    fraction *= change;
    if (Math.abs(change - 1) < 1e-16) break;
  }
  return Math.max(0, 1 - front * fraction);
}
