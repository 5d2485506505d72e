import type { Interval } from '../contract.js';
import { normalQuantile } from './normal.js';
import { type ResidualHistory, residualDeviation } from './totals.js';

/**
 * Normal intervals of daily forecasts, one for each level, from the root mean square of each series' residuals;
 * equally wide on every day.
 *
 * @param mean series-major, `history.seriesCount * horizon` values
 */
export function normalIntervals(
  mean: Float64Array,
  horizon: number,
  history: ResidualHistory,
  levels: readonly number[],
): Interval[] {
  if (levels.length === 0) return [];
  const deviations = Float64Array.from({ length: history.seriesCount }, (_, s) =>
    residualDeviation(history, s),
  );
  return levels.map((level) => {
    const quantile = normalQuantile((1 + level) / 2);
    const lower = new Float64Array(mean.length);
    const upper = new Float64Array(mean.length);
    for (let i = 0; i < mean.length; i++) {
      const halfWidth = quantile * deviations[Math.floor(i / horizon)];
      lower[i] = mean[i] - halfWidth;
      upper[i] = mean[i] + halfWidth;
    }
    return { level, lower, upper };
  });
}
