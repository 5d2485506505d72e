/** Steps of the grid of levels on which quantiles are kept. */
export const QUANTILE_STEPS = 1000;

/**
 * Quantiles of past scores on a grid of levels, by the rank of split conformal prediction: among `n` scores the one of
 * rank `ceil((n + 1) * level)`, so that a new score from the same law stays below it with at least that probability;
 * the largest score where that rank is beyond the last. Entry `k` is for the level `k / QUANTILE_STEPS`.
 *
 * Source: Vovk, Gammerman and Shafer, "Algorithmic learning in a random world" (2005); Lei et al., "Distribution-free
 * predictive inference for regression", Journal of the American Statistical Association 113 (2018).
 */
export function scoreQuantiles(scores: Float64Array): Float64Array<ArrayBuffer> {
  const sorted = scores.slice().sort();
  const quantiles = new Float64Array(QUANTILE_STEPS + 1);
  for (let k = 0; k <= QUANTILE_STEPS; k++) {
    const rank = Math.ceil(((sorted.length + 1) * k) / QUANTILE_STEPS);
    quantiles[k] = sorted[Math.min(sorted.length, Math.max(1, rank)) - 1];
  }
  return quantiles;
}

/** The quantile of a level, or that of the next level on the grid. */
export function quantileAt(quantiles: Float64Array, level: number): number {
  // The small amount taken off keeps levels such as 0.07 from being rounded past their own place on the grid.
  return quantiles[Math.ceil(level * QUANTILE_STEPS - 1e-9)];
}
