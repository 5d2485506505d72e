import type { TotalsForecast } from '../../contract.js';
import type { DailyMeans } from '../../longest-forecast.js';
import type { TotalsPlan } from '../../uncertainty/index.js';
import { centralHalfWidths, totalMeans, totalsWithIntervals } from '../../uncertainty/index.js';
import type { SumKernel, TrendChanges } from '../trend-uncertainty.js';
import { sumKernel, sumLaw } from '../trend-uncertainty.js';
import type { PanelState } from './panel-state.js';

/**
 * Totals with intervals of the sums: noise from the residuals of each group, and the trend's changes from the
 * group's own changepoints, so that series whose trends changed together in the past are assumed to do so in
 * the future.
 */
export function panelTotals(state: PanelState, daily: DailyMeans, plan: TotalsPlan): TotalsForecast {
  const groups = plan.levels.length > 0 ? groupChanges(state, plan) : [];
  const kernels = new Map<string, SumKernel>();
  const widths = new Float64Array(plan.levels.length);
  const history = { seriesCount: state.seriesCount, days: state.residualDays, values: state.residuals };
  const means = totalMeans(daily.mean, daily.horizon, plan);
  return totalsWithIntervals(plan, means, history, (g, r, noiseVariance) => {
    const key = `${r},${groups[g].delay}`;
    let kernel = kernels.get(key);
    if (kernel === undefined) {
      kernel = sumKernel(plan.ranges[r].from, plan.ranges[r].to, groups[g].delay);
      kernels.set(key, kernel);
    }
    centralHalfWidths(sumLaw(groups[g], kernel, Math.sqrt(noiseVariance)), plan.levels, widths);
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
 */
function groupChanges(state: PanelState, plan: TotalsPlan): GroupChanges[] {
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
    scale[g] += changeScale[s];
    rate[g] += changeScale[s] * changeRate[s];
    delay[g] += changeScale[s] * staleDays[s];
    for (let j = 0; j < stride; j++) {
      net[g * stride + j] += changes[s * stride + j];
      gross[g] += Math.abs(changes[s * stride + j]);
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
