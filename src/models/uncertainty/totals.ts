import { square } from '../../math/index.js';
import { observedSums } from '../../panel/observed-sums.js';
import type { Interval, TotalsForecast, TotalsOptions } from '../contract.js';
import type { TotalsPlan } from './check-options.js';
import { checkTotalsOptions } from './check-options.js';
import { normalQuantile } from './normal.js';
import { sumVariances } from './sum-variance.js';

/** In-sample daily residuals (outcome minus fit) of every series over the last days before the cutoff. */
export interface ResidualHistory {
  readonly seriesCount: number;
  /** Number of days; the last one is the cutoff. */
  readonly days: number;
  /** Series-major, `seriesCount * days` values in units of the series; NaN is missing. */
  readonly values: Float32Array | Float64Array;
}

/** Half-widths of the intervals of one total: one for each level, given the variance of its noise. */
export type TotalHalfWidths = (group: number, range: number, noiseVariance: number) => ArrayLike<number>;

/** Root mean square of the observed residuals of a series; 0 without any. */
export function residualDeviation({ days, values }: ResidualHistory, series: number): number {
  let squares = 0;
  let observed = 0;
  for (let i = series * days; i < (series + 1) * days; i++) {
    if (Number.isNaN(values[i])) continue;
    squares += square(values[i]);
    observed++;
  }
  return observed === 0 ? 0 : Math.sqrt(squares / observed);
}

/**
 * Residuals of each group by day: the sum over its members, so that the correlation between series is included.
 * A missing member counts as 0; a day without any member is missing. Group-major, `groupCount * history.days`.
 */
export function groupResiduals(
  history: ResidualHistory,
  groupOf: Int32Array,
  groupCount: number,
): Float64Array {
  const { seriesCount, days: steps, values } = history;
  return observedSums(values, { seriesCount, steps, groupOf, groupCount });
}

/** Sums a series-major daily forecast over ranges of steps and groups of series; group-major. */
export function totalMeans(mean: Float64Array, horizon: number, plan: TotalsPlan): Float64Array {
  const { ranges, groupOf, groupCount } = plan;
  const sums = { seriesCount: groupOf.length, steps: horizon, groupOf, groupCount, ranges };
  return observedSums(mean, sums, { nothing: 0 });
}

/** Intervals of totals from their means and half-widths. */
export function totalsWithIntervals(
  plan: TotalsPlan,
  mean: Float64Array,
  history: ResidualHistory,
  halfWidths: TotalHalfWidths,
): TotalsForecast {
  const { ranges, groupCount, levels } = plan;
  const intervals: Interval[] = levels.map((level) => ({
    level,
    lower: new Float64Array(mean.length),
    upper: new Float64Array(mean.length),
  }));
  const residuals =
    levels.length > 0 ? groupResiduals(history, plan.groupOf, groupCount) : new Float64Array(0);
  for (let g = 0; levels.length > 0 && g < groupCount; g++) {
    const own = residuals.subarray(g * history.days, (g + 1) * history.days);
    const varianceOf = sumVariances(own);
    for (let r = 0; r < ranges.length; r++) {
      const at = g * ranges.length + r;
      const widths = halfWidths(g, r, varianceOf(ranges[r].to - ranges[r].from));
      for (let l = 0; l < levels.length; l++) {
        intervals[l].lower[at] = mean[at] - widths[l];
        intervals[l].upper[at] = mean[at] + widths[l];
      }
    }
  }
  return { groupCount, ranges, mean, intervals };
}

/**
 * Totals of any daily forecast, with normal intervals from the residuals of the fit: the correlation between
 * days and between series is taken from the residuals, see {@link sumVariance} and {@link groupResiduals}.
 *
 * @param mean daily means, series-major, `seriesCount * horizon` values, with `horizon` at least the largest end
 * of a range.
 * @throws ForecastError `invalid-option` for a wrong range, group or level.
 */
export function residualTotals(
  mean: Float64Array,
  horizon: number,
  history: ResidualHistory,
  options: TotalsOptions,
): TotalsForecast {
  const plan = checkTotalsOptions(options, history.seriesCount);
  const quantiles = plan.levels.map((level) => normalQuantile((1 + level) / 2));
  const widths = new Float64Array(quantiles.length);
  return totalsWithIntervals(plan, totalMeans(mean, horizon, plan), history, (_group, _range, variance) => {
    for (let l = 0; l < widths.length; l++) widths[l] = quantiles[l] * Math.sqrt(variance);
    return widths;
  });
}
