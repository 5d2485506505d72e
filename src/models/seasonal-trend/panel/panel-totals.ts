import type { TotalsForecast } from '../../contract.js';
import type { DailyMeans } from '../../longest-forecast.js';
import type { TotalsPlan } from '../../uncertainty/index.js';
import { centralHalfWidths, totalMeans, totalsWithIntervals } from '../../uncertainty/index.js';
import type { SumKernel, TrendChanges } from '../trend-uncertainty.js';
import { sumKernel, sumLaw } from '../trend-uncertainty.js';
import { logisticShare, PanelFuture } from './panel-future.js';
import type { PanelState } from './panel-state.js';

/**
 * Totals with intervals of the sums: noise from the residuals of each group, and the trend's changes from the
 * group's own changepoints, so that series whose trends changed together in the past are assumed to do so in
 * the future.
 */
export function panelTotals(state: PanelState, daily: DailyMeans, plan: TotalsPlan): TotalsForecast {
  const wanted = plan.levels.length > 0 ? plan.ranges : [];
  const sensitivities = state.cap && trendSensitivities(state, plan);
  const groups = wanted.map((_, r) => groupChanges(state, plan, sensitivities?.[r]));
  const kernels = new Map<string, SumKernel>();
  const widths = new Float64Array(plan.levels.length);
  const history = { seriesCount: state.seriesCount, days: state.residualDays, values: state.residuals };
  const means = totalMeans(daily.mean, daily.horizon, plan);
  return totalsWithIntervals(plan, means, history, (g, r, noiseVariance) => {
    const changes = groups[r][g];
    const key = `${r},${changes.delay}`;
    let kernel = kernels.get(key);
    if (kernel === undefined) {
      kernel = sumKernel(plan.ranges[r].from, plan.ranges[r].to, changes.delay);
      kernels.set(key, kernel);
    }
    centralHalfWidths(sumLaw(changes, kernel, Math.sqrt(noiseVariance)), plan.levels, widths);
    return widths;
  });
}

interface GroupChanges extends TrendChanges {
  /** Days from the last observed day to the cutoff. */
  readonly delay: number;
}

/**
 * The changes of each group's trend. Their scale is the sum of the members' scales, times the share of the members'
 * past changes that did not cancel out in the group; for one series it is the series' own scale. Rate and delay are
 * means over the members, weighted by their scales.
 *
 * @param sensitivity units of each series for one unit of its line; 1 by default.
 */
function groupChanges(
  state: PanelState,
  plan: TotalsPlan,
  sensitivity: Float64Array | undefined,
): GroupChanges[] {
  const { changepointCount: stride, changes, changeRate, changeScale, staleDays } = state;
  const { groupOf, groupCount } = plan;
  const net = new Float64Array(groupCount * stride);
  const gross = new Float64Array(groupCount);
  const scale = new Float64Array(groupCount);
  const rate = new Float64Array(groupCount);
  const delay = new Float64Array(groupCount);
  for (let s = 0; s < groupOf.length; s++) {
    const g = groupOf[s];
    if (g < 0) continue;
    const units = sensitivity?.[s] ?? 1;
    const ownScale = units * changeScale[s];
    scale[g] += ownScale;
    rate[g] += ownScale * changeRate[s];
    delay[g] += ownScale * staleDays[s];
    for (let j = 0; j < stride; j++) {
      const change = units * changes[s * stride + j];
      net[g * stride + j] += change;
      gross[g] += Math.abs(change);
    }
  }
  return Array.from({ length: groupCount }, (_, g) => {
    if (scale[g] === 0) return { rate: 0, scale: 0, delay: 0 };
    let kept = 0;
    for (let j = 0; j < stride; j++) kept += Math.abs(net[g * stride + j]);
    return {
      rate: rate[g] / scale[g],
      scale: scale[g] * (gross[g] > 0 ? kept / gross[g] : 1),
      delay: Math.round(delay[g] / scale[g]),
    };
  });
}

/**
 * Units by which one logit more changes the trend of each series, on average over each range: the derivative of logistic
 * growth, by which its changes are carried over to sums. 1 for a series whose trend is a line.
 */
function trendSensitivities(state: PanelState, { ranges, horizon }: TotalsPlan): Float64Array[] {
  const future = new PanelFuture(state, horizon);
  const { level, slope, seriesCount } = state;
  const sensitivities = ranges.map(() => new Float64Array(seriesCount).fill(1));
  for (let s = 0; s < seriesCount; s++) {
    const boundsAt = future.bounds(s);
    if (boundsAt === undefined) continue;
    ranges.forEach(({ from, to }, r) => {
      let sum = 0;
      for (let h = from; h < to; h++) {
        const { cap, floor } = boundsAt(h);
        const share = logisticShare(level[s] + slope[s] * (h + 1));
        sum += (cap - floor) * share * (1 - share);
      }
      sensitivities[r][s] = sum / (to - from);
    });
  }
  return sensitivities;
}
