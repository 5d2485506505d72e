import type { Interval } from './contract.js';

/** The weighted mean of several forecasts of the same shape; the weights need not add up to one. */
export function weightedMean(means: readonly Float64Array[], weights: readonly number[]): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const combined = new Float64Array(means[0].length);
  means.forEach((mean, member) => {
    const share = weights[member] / total;
    if (share === 0) return;
    for (let i = 0; i < combined.length; i++) combined[i] += share * mean[i];
  });
  return combined;
}

/**
 * Moves the intervals of one model around another centre, keeping the distances from the model's own mean to
 * its bounds.
 */
export function recentreIntervals(
  intervals: readonly Interval[],
  mean: Float64Array,
  centre: Float64Array,
): Interval[] {
  return intervals.map(({ level, lower, upper }) => ({
    level,
    lower: lower.map((bound, i) => centre[i] - (mean[i] - bound)),
    upper: upper.map((bound, i) => centre[i] + (bound - mean[i])),
  }));
}
