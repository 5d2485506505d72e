import { exp, log, logGamma, square } from '../math/index.js';
import type { Random } from '../random.js';

/** Below this mean a Poisson draw walks up the distribution; above, rejection is faster. */
const WALK_LIMIT = 10;

/**
 * A Poisson count with the given mean, which must be finite and not negative.
 *
 * Source: for large means the transformed rejection PTRS of Hörmann, "The transformed rejection method for generating
 * Poisson random variables", Insurance: Mathematics and Economics 12 (1993).
 */
export function poisson(random: Random, mean: number): number {
  if (mean <= 0) return 0;
  return mean < WALK_LIMIT ? poissonByWalk(random, mean) : poissonByRejection(random, mean);
}

/**
 * A gamma variate with the given shape (at least 1) and scale 1.
 *
 * Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM Transactions on Mathematical
 * Software 26 (2000).
 */
export function gamma(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const cubeRoot = 1 + c * x;
    const v = cubeRoot * cubeRoot * cubeRoot;
    if (v <= 0) continue;
    const u = random.uniform();
    if (u < 1 - 0.0331 * square(x * x) || log(u) < 0.5 * x * x + d * (1 - v + log(v))) return d * v;
  }
}

/** A negative binomial count: Poisson whose mean varies as a gamma of the given shape; variance mean + mean²/shape. */
export function negativeBinomial(random: Random, mean: number, shape: number): number {
  return mean <= 0 ? 0 : poisson(random, (mean * gamma(random, shape)) / shape);
}

function poissonByWalk(random: Random, mean: number): number {
  let left = random.uniform();
  let probability = exp(-mean);
  let count = 0;
  // The bound stops a walk whose remaining probability was lost to rounding.
  while (left > probability && count < 200) {
    left -= probability;
    count++;
    probability *= mean / count;
  }
  return count;
}

function poissonByRejection(random: Random, mean: number): number {
  const b = 0.931 + 2.53 * Math.sqrt(mean);
  const a = -0.059 + 0.02483 * b;
  const inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
  const squeeze = 0.9277 - 3.6224 / (b - 2);
  const logMean = log(mean);
  for (;;) {
    const u = random.uniform() - 0.5;
    const v = random.uniform();
    const us = 0.5 - Math.abs(u);
    const count = Math.floor(((2 * a) / us + b) * u + mean + 0.43);
    if (us >= 0.07 && v <= squeeze) return count;
    if (count < 0 || (us < 0.013 && v > us)) continue;
    const logDensity = count * logMean - mean - logGamma(count + 1);
    if (log((v * inverseAlpha) / (a / (us * us) + b)) <= logDensity) return count;
  }
}
