import { widenedQuantile } from '../uncertainty/conformal.js';

/** Steps of the grid of levels on which quantiles are kept. */
export const QUANTILE_STEPS = 1000;

/** Highest level: 1, which has no finite interval, is replaced by half a step less. */
const HIGHEST_LEVEL = 1 - 0.5 / QUANTILE_STEPS;

/**
 * Conformal quantiles of past scores on a grid of levels, widened where there are too few scores for the level. Entry `k`
 * is for the level `k / QUANTILE_STEPS`.
 */
export function scoreQuantiles(scores: Float64Array): Float64Array<ArrayBuffer> {
  const sorted = scores.slice().sort();
  return Float64Array.from({ length: QUANTILE_STEPS + 1 }, (_, k) =>
    widenedQuantile(sorted, Math.min(HIGHEST_LEVEL, k / QUANTILE_STEPS)),
  );
}

/** The quantile of a level, or that of the next level on the grid. */
export function quantileAt(quantiles: Float64Array, level: number): number {
  // The tolerance keeps levels such as 0.07 from being rounded past their own place on the grid.
  return quantiles[Math.ceil(level * QUANTILE_STEPS - 1e-9)];
}
