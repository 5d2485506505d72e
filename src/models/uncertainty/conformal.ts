import { normalQuantile } from './normal.js';

/** Tolerance that keeps levels such as 0.7 of 9 scores from being rounded past their own rank. */
const ROUNDING = 1e-9;

/**
 * The bound that a new, exchangeable score stays below with at least the probability `level`, by split
 * conformal prediction: among `n` past scores the one of rank `ceil((n + 1) * level)`. Infinity where that rank
 * is beyond the last: so few scores guarantee no bound at this level. With weights, the least score up to which
 * they add up to `level` of their sum plus one, which stands for the new score.
 *
 * Source: Vovk, Gammerman and Shafer, "Algorithmic learning in a random world" (2005); Lei et al., "Distribution-free
 * predictive inference for regression", Journal of the American Statistical Association 113 (2018); for weights Barber et
 * al., "Conformal prediction beyond exchangeability", Annals of Statistics 51 (2023).
 *
 * @param sorted scores from the smallest to the largest
 * @param weights one for each score, in the same order, between 0 and 1
 */
export function conformalQuantile(
  sorted: ArrayLike<number>,
  level: number,
  weights?: ArrayLike<number>,
): number {
  if (!weights) {
    const rank = Math.max(1, Math.ceil((sorted.length + 1) * level - ROUNDING));
    return rank <= sorted.length ? sorted[rank - 1] : Number.POSITIVE_INFINITY;
  }
  let total = 1;
  for (let i = 0; i < weights.length; i++) total += weights[i];
  let below = 0;
  for (let i = 0; i < sorted.length; i++) {
    below += weights[i];
    if (below >= total * level - ROUNDING) return sorted[i];
  }
  return Number.POSITIVE_INFINITY;
}

/**
 * The conformal quantile, or, where there are too few scores for one, the largest score scaled by the ratio of
 * the normal quantiles at `level` and at the highest level with a guarantee. Infinity without any score.
 */
export function widenedQuantile(sorted: ArrayLike<number>, level: number): number {
  const quantile = conformalQuantile(sorted, level);
  const count = sorted.length;
  if (quantile < Number.POSITIVE_INFINITY || count === 0) return quantile;
  const promised = normalQuantile((1 + count / (count + 1)) / 2);
  return (sorted[count - 1] * normalQuantile((1 + level) / 2)) / promised;
}

/**
 * Scores of past outcomes: absolute errors divided by the spread of their forecast. Outcomes without a score
 * are left out.
 */
export function conformalScores(
  actual: ArrayLike<number>,
  forecast: ArrayLike<number>,
  spread: (index: number) => number,
): Float64Array<ArrayBuffer> {
  const scores = new Float64Array(actual.length);
  let count = 0;
  for (let i = 0; i < actual.length; i++) {
    const width = spread(i);
    if (Number.isNaN(actual[i]) || !(width > 0)) continue;
    scores[count++] = Math.abs(actual[i] - forecast[i]) / width;
  }
  return scores.slice(0, count);
}
