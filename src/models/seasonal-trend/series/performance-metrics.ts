import { MS_PER_DAY } from '../../../calendar/day.js';
import { ForecastError } from '../../../errors.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import { medianOfSorted } from '../../../order-statistics.js';
import type { SeriesCrossValidation } from './cross-validation.js';

/** Metrics of {@link performanceMetrics}. */
export type SeriesMetric = 'mse' | 'rmse' | 'mae' | 'mape' | 'mdape' | 'smape' | 'coverage';

const METRICS: readonly SeriesMetric[] = ['mse', 'rmse', 'mae', 'mape', 'mdape', 'smape', 'coverage'];

export interface PerformanceOptions {
  /** Default: all. */
  readonly metrics?: readonly SeriesMetric[];
  /** Share of the rows in a window, 0 to 1; 0 for each horizon by itself, below 0 for each row. Default 0.1. */
  readonly rollingWindow?: number;
  /** Counts horizons in calendar months from the month of the cutoff. Default false. */
  readonly monthly?: boolean;
}

const PERFORMANCE_OPTIONS: OptionTable<PerformanceOptions> = { metrics: 1, rollingWindow: 1, monthly: 1 };

/** One column for each metric, with a row for each horizon at the end of a window. */
export type PerformanceMetrics = { readonly [Metric in SeriesMetric]?: Float64Array } & {
  /** Days from the cutoff, or months. */
  readonly horizon: Float64Array;
};

/** Actual values closer to zero than this have no percentage error. */
const ZERO = 1e-8;

/**
 * Measures the errors of the forecasts of `crossValidate` by horizon. Rows are sorted by horizon and averaged
 * over a rolling window that ends at each. MAPE is left out where an actual value is 0; the median of percentage errors
 * counts such a row as infinitely wrong, or as right if 0 was forecast.
 *
 * Source: `performance_metrics` in Prophet's `diagnostics.py`.
 *
 * @throws ForecastError `invalid-option` for an unknown or repeated metric, or a window above 1.
 */
export function performanceMetrics(
  trials: SeriesCrossValidation,
  options: PerformanceOptions = {},
): PerformanceMetrics {
  refuseUnknown(options, PERFORMANCE_OPTIONS);
  const { metrics = METRICS, rollingWindow = 0.1, monthly = false } = options;
  const unknown = metrics.find((metric, i) => !METRICS.includes(metric) || metrics.indexOf(metric) !== i);
  if (unknown !== undefined) {
    throw new ForecastError('invalid-option', `"${unknown}" is not a metric, or is repeated`, {
      path: ['metrics'],
    });
  }
  if (!(rollingWindow <= 1)) {
    throw new ForecastError('invalid-option', 'rollingWindow must be at most 1', { path: ['rollingWindow'] });
  }
  const { days, cutoffs } = trials;
  const ahead = days.map((day, i) => (monthly ? monthOf(day) - monthOf(cutoffs[i]) : day - cutoffs[i]));
  const order = [...ahead.keys()].sort((a, b) => ahead[a] - ahead[b]);
  const sorted = Float64Array.from(order, (row) => ahead[row]);
  const size = rollingWindow < 0 ? 0 : Math.max(1, Math.floor(rollingWindow * days.length));
  const windows = metrics.flatMap((metric) => {
    if (metric === 'mape' && trials.values.some((value) => Math.abs(value) < ZERO)) return [];
    const losses = lossesOf(metric, trials, order);
    const rolling = size === 0 ? { horizon: sorted, values: losses } : roll(metric, losses, sorted, size);
    const values = metric === 'rmse' ? rolling.values.map(Math.sqrt) : rolling.values;
    return [{ metric, horizon: rolling.horizon, values }];
  });
  return Object.assign(
    { horizon: windows[0]?.horizon ?? new Float64Array(0) },
    ...windows.map(({ metric, values }) => ({ [metric]: values })),
  );
}

function lossesOf(
  metric: SeriesMetric,
  { values, mean, lower, upper }: SeriesCrossValidation,
  order: readonly number[],
): Float64Array {
  return Float64Array.from(order, (row) => {
    const actual = values[row];
    const error = Math.abs(actual - mean[row]);
    switch (metric) {
      case 'mse':
      case 'rmse':
        return error * error;
      case 'mae':
        return error;
      case 'mape':
      case 'mdape':
        return error === 0 ? 0 : error / Math.abs(actual);
      case 'smape':
        return error === 0 ? 0 : error / ((Math.abs(actual) + Math.abs(mean[row])) / 2);
      case 'coverage':
        return actual >= lower[row] && actual <= upper[row] ? 1 : 0;
    }
  });
}

interface Rolling {
  readonly horizon: Float64Array;
  readonly values: Float64Array;
}

/** @param ahead horizons of the losses, ascending. */
export function roll(metric: SeriesMetric, losses: Float64Array, ahead: Float64Array, size: number): Rolling {
  return metric === 'mdape' ? rollingMedian(losses, ahead, size) : rollingMean(losses, ahead, size);
}

/**
 * Means over the last `size` losses up to each horizon. All losses of a horizon have the same weight: where not
 * all of them fit into the window, their mean is used.
 */
function rollingMean(losses: Float64Array, ahead: Float64Array, size: number): Rolling {
  const groups = groupsOf(ahead);
  const sums = groups.map(({ from, to }) => losses.subarray(from, to).reduce((sum, loss) => sum + loss, 0));
  const horizon: number[] = [];
  const values: number[] = [];
  for (let end = groups.length - 1; end >= 0; end--) {
    let room = size;
    let sum = 0;
    for (let g = end; g >= 0 && room > 0; g--) {
      const count = groups[g].to - groups[g].from;
      const taken = Math.min(room, count);
      sum += sums[g] * (taken / count);
      room -= taken;
    }
    if (room > 0) break;
    horizon.unshift(groups[end].horizon);
    values.unshift(sum / size);
  }
  return { horizon: Float64Array.from(horizon), values: Float64Array.from(values) };
}

/** Medians of all losses of a horizon and of as many earlier ones as fill the window. */
function rollingMedian(losses: Float64Array, ahead: Float64Array, size: number): Rolling {
  const groups = groupsOf(ahead).filter(({ to }) => to >= size);
  return {
    horizon: Float64Array.from(groups, ({ horizon }) => horizon),
    values: Float64Array.from(groups, ({ from, to }) =>
      medianOfSorted(losses.slice(Math.min(from, to - size), to).sort()),
    ),
  };
}

/** Stretches of equal horizons. */
function groupsOf(ahead: Float64Array): { horizon: number; from: number; to: number }[] {
  const groups: { horizon: number; from: number; to: number }[] = [];
  ahead.forEach((horizon, i) => {
    const last = groups[groups.length - 1];
    if (last?.horizon === horizon) last.to = i + 1;
    else groups.push({ horizon, from: i, to: i + 1 });
  });
  return groups;
}

function monthOf(day: number): number {
  const date = new Date(Math.floor(day) * MS_PER_DAY);
  return 12 * date.getUTCFullYear() + date.getUTCMonth();
}
