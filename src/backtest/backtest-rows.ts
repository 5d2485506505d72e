import type { Day } from '../calendar/day.js';
import { relativeError } from '../metrics/pairs.js';
import type { TestWindow } from '../metrics/test-window.js';

/** Errors of one model on one series from one cutoff. */
export interface BacktestRow {
  readonly model: string;
  readonly cutoff: Day;
  /** Index of the series in the panel, and its id. */
  readonly series: number;
  readonly id: string;
  /** Number of observed days of the window, to which all figures refer. */
  readonly observed: number;
  readonly actualTotal: number;
  readonly forecastTotal: number;
  readonly mae: number;
  readonly rmse: number;
  readonly wape: number;
  readonly bias: number;
  readonly rmsse: number;
}

interface SeriesRun extends TestWindow {
  readonly model: string;
  readonly scales: Float64Array;
}

/** One row per series with an observed day. */
export function seriesRows(run: SeriesRun, ids: readonly string[]): BacktestRow[] {
  const rows: BacktestRow[] = [];
  for (let s = 0; s < run.seriesCount; s++) {
    const row = seriesRow(run, s, ids[s]);
    if (row.observed > 0) rows.push(row);
  }
  return rows;
}

/** One pass over the window, because a backtest may have hundreds of thousands of rows. */
function seriesRow(run: SeriesRun, series: number, id: string): BacktestRow {
  const { horizon, actual, forecast } = run;
  let observed = 0;
  let actualTotal = 0;
  let forecastTotal = 0;
  let absoluteTotal = 0;
  let absoluteError = 0;
  let squaredError = 0;
  for (let i = series * horizon; i < (series + 1) * horizon; i++) {
    const value = actual[i];
    if (Number.isNaN(value)) continue;
    const error = forecast[i] - value;
    observed++;
    actualTotal += value;
    forecastTotal += forecast[i];
    absoluteTotal += Math.abs(value);
    absoluteError += Math.abs(error);
    squaredError += error * error;
  }
  const count = Math.max(1, observed);
  const difference = forecastTotal - actualTotal;
  return {
    model: run.model,
    cutoff: run.cutoff,
    series,
    id,
    observed,
    actualTotal,
    forecastTotal,
    mae: absoluteError / count,
    rmse: Math.sqrt(squaredError / count),
    wape: relativeError(absoluteError, absoluteTotal),
    bias: Math.sign(difference) * relativeError(Math.abs(difference), Math.abs(actualTotal)),
    rmsse: Math.sqrt(relativeError(squaredError / count, run.scales[series])),
  };
}
