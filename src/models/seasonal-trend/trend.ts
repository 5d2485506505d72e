import { exp, log } from '../../math/index.js';
import type { Growth } from './series/series-options.js';

/** The trend in scaled units: time runs from 0 to 1 over the history. */
export interface TrendParameters {
  readonly growth: Growth;
  /** Slope before the first changepoint. */
  readonly slope: number;
  /** Level at time 0; for logistic growth the time at which the trend passes half of its capacity. */
  readonly offset: number;
  /** Scaled times of the changepoints, ascending. */
  readonly changepoints: ArrayLike<number>;
  /** Change of the slope at each. */
  readonly sizes: ArrayLike<number>;
}

/**
 * The trend at scaled times, in scaled units. Logistic growth is the capacity times the logistic function of a
 * continuous piecewise-linear curve, which is Prophet's trend with its offsets at the changepoints resolved.
 *
 * Source: S. J. Taylor and B. Letham, Forecasting at scale, The American Statistician 72 (2018), equations 2 to 4.
 *
 * @param times in any order; ascending is fastest.
 * @param caps capacity in scaled units per row, needed for logistic growth.
 */
export function trendAt(
  trend: TrendParameters,
  times: Float64Array,
  caps: Float64Array | undefined,
  out: Float64Array,
): Float64Array {
  if (trend.growth === 'flat') return out.fill(trend.offset);
  const logistic = trend.growth === 'logistic';
  piecewiseLinear(trend, logistic ? -trend.slope * trend.offset : trend.offset, times, out);
  if (!logistic || caps === undefined) return out;
  for (let i = 0; i < times.length; i++) out[i] = caps[i] / (1 + exp(-out[i]));
  return out;
}

function piecewiseLinear(
  { slope: first, changepoints, sizes }: TrendParameters,
  level: number,
  times: Float64Array,
  out: Float64Array,
): void {
  let slope = first;
  let intercept = level;
  let passed = 0;
  for (let i = 0; i < times.length; i++) {
    const time = times[i];
    for (; passed < changepoints.length && changepoints[passed] <= time; passed++) {
      slope += sizes[passed];
      intercept -= sizes[passed] * changepoints[passed];
    }
    for (; passed > 0 && changepoints[passed - 1] > time; passed--) {
      slope -= sizes[passed - 1];
      intercept += sizes[passed - 1] * changepoints[passed - 1];
    }
    out[i] = slope * time + intercept;
  }
}

/** Slope and offset to start a search from. */
export interface TrendStart {
  readonly slope: number;
  readonly offset: number;
}

/** A line through the first and the last value. Rows are in order of time. */
export function linearStart(times: Float64Array, values: Float64Array): TrendStart {
  const last = times.length - 1;
  const slope = (values[last] - values[0]) / (times[last] - times[0]);
  return { slope, offset: values[0] - slope * times[0] };
}

/** The mean. */
export function flatStart(values: Float64Array): TrendStart {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return { slope: 0, offset: sum / values.length };
}

/** A logistic curve through the first and the last value, both moved inside 1 % to 99 % of the capacity. */
export function logisticStart(times: Float64Array, values: Float64Array, caps: Float64Array): TrendStart {
  const last = times.length - 1;
  const span = times[last] - times[0];
  const inside = (row: number) => Math.max(0.01 * caps[row], Math.min(0.99 * caps[row], values[row]));
  let first = caps[0] / inside(0);
  const end = caps[last] / inside(last);
  if (Math.abs(first - end) <= 0.01) first *= 1.05;
  const logitFirst = log(first - 1);
  const logitEnd = log(end - 1);
  return { slope: (logitFirst - logitEnd) / span, offset: (logitFirst * span) / (logitFirst - logitEnd) };
}
