import { square } from '../math/index.js';
import { accuracyOf } from './accuracy.js';
import { bias } from './bias.js';
import { mae } from './mae.js';
import { relativeError } from './pairs.js';
import { r2 } from './r2.js';
import { rmse } from './rmse.js';
import type { TestWindow } from './test-window.js';
import { wape } from './wape.js';

/**
 * Errors pooled over all series, steps and cutoffs, so that days and products count in proportion to their
 * sales.
 */
export interface PooledMetrics {
  /** Observed values that were compared. */
  readonly observed: number;
  readonly wape: number;
  /** 1 - wape. */
  readonly accuracy: number;
  /** Positive where the forecasts are too high. */
  readonly bias: number;
  readonly mae: number;
  readonly rmse: number;
  /** RMSE over the mean of the actuals. */
  readonly rmseOverMean: number;
  /** R² around the mean of all actuals: large series raise it, because they differ from small ones. */
  readonly r2: number;
  /** R² around the mean of each series in its own window, which differences between series do not raise. */
  readonly r2SeriesMean: number;
}

/**
 * Pools forecast windows into one set of metrics.
 *
 * @throws ForecastError `empty-data` if nothing was observed in any window.
 */
export function pooledMetrics(windows: readonly TestWindow[]): PooledMetrics {
  const actual = concatenate(windows.map((window) => window.actual));
  const forecast = concatenate(windows.map((window) => window.forecast));
  const rootMeanSquare = rmse(actual, forecast);
  const relative = wape(actual, forecast);
  const { sum, observed } = observedSum(actual, 0, actual.length);
  return {
    observed,
    wape: relative,
    accuracy: accuracyOf(relative),
    bias: bias(actual, forecast),
    mae: mae(actual, forecast),
    rmse: rootMeanSquare,
    rmseOverMean: relativeError(rootMeanSquare, Math.abs(sum / observed)),
    r2: r2(actual, forecast),
    r2SeriesMean: r2AroundSeriesMeans(windows),
  };
}

function r2AroundSeriesMeans(windows: readonly TestWindow[]): number {
  let squaredError = 0;
  let squaredDeviation = 0;
  for (const { actual, forecast, horizon, seriesCount } of windows) {
    for (let s = 0; s < seriesCount; s++) {
      const end = (s + 1) * horizon;
      const { sum, observed } = observedSum(actual, s * horizon, end);
      for (let i = s * horizon; i < end; i++) {
        if (Number.isNaN(actual[i])) continue;
        squaredError += square(forecast[i] - actual[i]);
        squaredDeviation += square(actual[i] - sum / observed);
      }
    }
  }
  return 1 - relativeError(squaredError, squaredDeviation);
}

function observedSum(values: Float64Array, from: number, to: number): { sum: number; observed: number } {
  let sum = 0;
  let observed = 0;
  for (let i = from; i < to; i++) {
    if (Number.isNaN(values[i])) continue;
    sum += values[i];
    observed++;
  }
  return { sum, observed };
}

function concatenate(columns: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(columns.reduce((length, column) => length + column.length, 0));
  let offset = 0;
  for (const column of columns) {
    joined.set(column, offset);
    offset += column.length;
  }
  return joined;
}
