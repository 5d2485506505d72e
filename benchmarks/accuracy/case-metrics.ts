import { meanTopHitRate } from '../../src/backtest/leaderboard.js';
import { pooledMetrics, wape } from '../../src/metrics/index.js';
import { meanSquaredChange } from '../../src/metrics/rmsse.js';
import { groupWindow, sumSteps, type TestWindow, wholeSpans } from '../../src/metrics/test-window.js';
import { topIndices } from '../../src/metrics/top-n-hit-rate.js';
import type { AccuracyCase } from './cases.js';

export type Metrics = Record<string, number>;

/** Every metric of the protocol for the windows of one method, one window per cutoff of the case. */
export function caseMetrics(data: AccuracyCase, windows: readonly TestWindow[]): Metrics {
  const { horizon, weekSteps, monthSteps } = data;
  const total = { name: 'total', groupOf: new Int32Array(data.panel.seriesCount), count: 1 };
  const metrics: Metrics = {
    ...seriesMetrics(windows),
    wape_week1: wapeOfSum(windows, weekSteps),
    wape_month: wapeOfSum(windows, monthSteps),
    wape_horizon_total: wapeOfSum(windows, horizon),
    rmsse_mean: rmsseMean(data, windows),
  };
  if (data.grid === 'day') Object.assign(metrics, weeksMetrics('series', windows));
  for (const { name, groupOf, count } of [...data.groups, total]) {
    const grouped = windows.map((window) => groupWindow(window, groupOf, count));
    const pooled = pooledMetrics(grouped);
    metrics[`wape_${name}_daily`] = pooled.wape;
    metrics[`rmse_over_mean_${name}_daily`] = pooled.rmseOverMean;
    metrics[`r2_series_mean_${name}_daily`] = pooled.r2SeriesMean;
    metrics[`r2_global_mean_${name}_daily`] = pooled.r2;
    metrics[`wape_${name}_week`] = wapeOfSum(grouped, weekSteps);
    metrics[`wape_${name}_month`] = wapeOfSum(grouped, monthSteps);
    if (data.grid === 'day') Object.assign(metrics, weeksMetrics(name, grouped));
  }
  if (data.topTen) Object.assign(metrics, topTenMetrics(data, windows));
  if (data.stepWeights) metrics.wmae = weightedError(data, data.stepWeights, windows);
  return metrics;
}

/** Describes the case itself: its series, cutoffs and the level of the test days. */
export function dataMetrics(data: AccuracyCase, windows: readonly TestWindow[]): Metrics {
  const actual = windows.flatMap((window) => Array.from(window.actual));
  const sum = actual.reduce((total, value) => total + value, 0);
  return {
    series: data.panel.seriesCount,
    cutoffs: data.cutoffs.length,
    n_points: actual.length,
    test_total: sum,
    test_mean: sum / actual.length,
    zero_share: actual.filter((value) => value === 0).length / actual.length,
  };
}

function seriesMetrics(windows: readonly TestWindow[]): Metrics {
  const pooled = pooledMetrics(windows);
  return {
    n_points: pooled.observed,
    wape_daily: pooled.wape,
    accuracy: pooled.accuracy,
    bias: pooled.bias,
    rmse_over_mean: pooled.rmseOverMean,
    r2_series_mean: pooled.r2SeriesMean,
    r2_global_mean: pooled.r2,
  };
}

/** Sums over each whole week of the horizon. */
function weeksMetrics(name: string, windows: readonly TestWindow[]): Metrics {
  const pooled = pooledMetrics(windows.map((window) => sumSteps(window, wholeSpans(window.horizon, 7))));
  return {
    [`wape_${name}_weeks`]: pooled.wape,
    [`rmse_over_mean_${name}_weeks`]: pooled.rmseOverMean,
    [`r2_series_mean_${name}_weeks`]: pooled.r2SeriesMean,
    [`r2_global_mean_${name}_weeks`]: pooled.r2,
  };
}

function wapeOfSum(windows: readonly TestWindow[], steps: number): number {
  return pooledMetrics(windows.map((window) => sumSteps(window, [{ from: 0, to: steps }]))).wape;
}

/** Plain mean over series and cutoffs of the root of squared error over squared change. */
function rmsseMean(data: AccuracyCase, windows: readonly TestWindow[]): number {
  const { units, days } = data.panel;
  let sum = 0;
  let count = 0;
  windows.forEach(({ actual, forecast, horizon, seriesCount }, k) => {
    for (let s = 0; s < seriesCount; s++) {
      const scale = meanSquaredChange(units.subarray(s * days, s * days + data.cutoffs[k] + 1));
      if (!(scale > 0)) continue;
      let squares = 0;
      for (let i = s * horizon; i < (s + 1) * horizon; i++) squares += (forecast[i] - actual[i]) ** 2;
      sum += Math.sqrt(squares / horizon / scale);
      count++;
    }
  });
  return sum / count;
}

function topTenMetrics(data: AccuracyCase, windows: readonly TestWindow[]): Metrics {
  const { groupOf, count } = data.groups[0];
  const totals = windows.map((window) => sumSteps(window, [{ from: 0, to: data.monthSteps }]));
  const top = windows.map((_, k) =>
    Array.from({ length: count }, (_, category) =>
      topIndices(
        totals[k].actual.map((value, s) => (groupOf[s] === category ? value : Number.NaN)),
        10,
      ),
    ).flat(),
  );
  const wapeOfTop = (column: readonly TestWindow[]) => {
    const pick = (values: Float64Array, k: number) =>
      top[k].flatMap((s) => Array.from(values.subarray(s * column[k].horizon, (s + 1) * column[k].horizon)));
    return wape(
      column.flatMap((window, k) => pick(window.actual, k)),
      column.flatMap((window, k) => pick(window.forecast, k)),
    );
  };
  return {
    top10_hit: meanTopHitRate(totals, groupOf, 10),
    top10_wape_month: wapeOfTop(totals),
    top10_wape_daily: wapeOfTop(windows),
  };
}

/** Mean absolute error with the weights of the Walmart competition: 5 in a holiday week, else 1. */
function weightedError(data: AccuracyCase, weights: Float64Array, windows: readonly TestWindow[]): number {
  let error = 0;
  let weight = 0;
  windows.forEach(({ actual, forecast, horizon }, k) => {
    for (let i = 0; i < actual.length; i++) {
      const stepWeight = weights[data.cutoffs[k] + 1 + (i % horizon)];
      error += stepWeight * Math.abs(forecast[i] - actual[i]);
      weight += stepWeight;
    }
  });
  return error / weight;
}
