import { WEEK_DAYS } from '../../calendar/weeks.js';
import { throwIfAborted } from '../../long-call.js';
import type {
  ContributionOptions,
  Contributions,
  FittedModel,
  ForecastOptions,
  Interval,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../contract.js';
import { ContributionSums } from '../explanation.js';
import { modelFromJson, modelToJson, readArray, readCount, readDay, readResiduals } from '../model-json.js';
import { encodeArray } from '../typed-array-json.js';
import {
  checkForecastOptions,
  checkTotalsOptions,
  normalQuantile,
  type ResidualHistory,
  residualDeviation,
  totalMeans,
  totalsWithIntervals,
} from '../uncertainty/index.js';

/** Learnt state of a baseline: a pattern that repeats, and its errors in the past. */
export interface PatternState {
  readonly cutoffDay: number;
  readonly seriesCount: number;
  /** Steps after which the pattern repeats. */
  readonly period: number;
  /** Series-major, `seriesCount * period`; step `h` of series `s` is `pattern[s * period + (h % period)]`. */
  readonly pattern: Float64Array<ArrayBuffer>;
  /** True if the error variance grows with every repetition of the period, as for a seasonal random walk. */
  readonly errorsAddUp: boolean;
  /** Days of residuals kept. */
  readonly residualDays: number;
  /** Series-major, `seriesCount * residualDays`. */
  readonly residuals: Float32Array<ArrayBuffer>;
}

/** A fitted baseline: repeats a pattern, with normal intervals from its in-sample residuals. */
export class FittedPattern implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly cutoffDay: number;
  readonly seriesCount: number;

  constructor(
    readonly model: string,
    private readonly state: PatternState,
  ) {
    this.cutoffDay = state.cutoffDay;
    this.seriesCount = state.seriesCount;
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    throwIfAborted(options.signal);
    const { horizon, levels } = checkForecastOptions(options);
    const mean = this.repeat(horizon);
    const intervals = levels.map((level) => this.interval(level, mean, horizon));
    return { startDay: this.cutoffDay + 1, horizon, seriesCount: this.seriesCount, mean, intervals };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    throwIfAborted(options.signal);
    const plan = checkTotalsOptions(options, this.seriesCount);
    const daily = this.repeat(plan.horizon);
    const mean = totalMeans(daily, plan.horizon, plan);
    const growth = plan.ranges.map(({ from, to }) => this.meanVarianceGrowth(from, to));
    const quantiles = plan.levels.map((level) => normalQuantile((1 + level) / 2));
    const widths = new Float64Array(quantiles.length);
    return totalsWithIntervals(plan, mean, this.residualHistory, (_group, range, variance) => {
      for (let l = 0; l < widths.length; l++) widths[l] = quantiles[l] * Math.sqrt(variance * growth[range]);
      return widths;
    });
  }

  async contributions({ series, weights, range }: ContributionOptions): Promise<Contributions> {
    const { period, pattern } = this.state;
    const sums = new ContributionSums();
    for (let k = 0; k < series.length; k++) {
      const own = pattern.subarray(series[k] * period, (series[k] + 1) * period);
      const weight = weights?.[k] ?? 1;
      const level = own.reduce((sum, value) => sum + value, 0) / period;
      for (let h = range.from; h < range.to; h++) {
        sums.add('level', weight * level);
        sums.add(period <= WEEK_DAYS ? 'weekday' : 'season', weight * (own[h % period] - level));
      }
    }
    return sums.parts;
  }

  toJSON(): SerializedModel {
    const { cutoffDay, seriesCount, period, errorsAddUp, residualDays, pattern, residuals } = this.state;
    return modelToJson(this.model, {
      cutoffDay,
      seriesCount,
      period,
      errorsAddUp,
      residualDays,
      pattern: encodeArray(pattern),
      residuals: encodeArray(residuals),
    });
  }

  private get residualHistory(): ResidualHistory {
    const { seriesCount, residualDays, residuals } = this.state;
    return { seriesCount, days: residualDays, values: residuals };
  }

  private repeat(horizon: number): Float64Array {
    const { seriesCount, period, pattern } = this.state;
    const mean = new Float64Array(seriesCount * horizon);
    for (let s = 0; s < seriesCount; s++) {
      const [first, next] = [s * period, (s + 1) * period];
      for (let at = s * horizon, from = first; at < (s + 1) * horizon; at++) {
        mean[at] = pattern[from++];
        if (from === next) from = first;
      }
    }
    return mean;
  }

  private interval(level: number, mean: Float64Array, horizon: number): Interval {
    const lower = new Float64Array(mean.length);
    const upper = new Float64Array(mean.length);
    const quantile = normalQuantile((1 + level) / 2);
    for (let s = 0; s < this.seriesCount; s++) {
      const deviation = residualDeviation(this.residualHistory, s);
      for (let h = 0; h < horizon; h++) {
        const halfWidth = quantile * deviation * Math.sqrt(this.varianceGrowth(h));
        lower[s * horizon + h] = mean[s * horizon + h] - halfWidth;
        upper[s * horizon + h] = mean[s * horizon + h] + halfWidth;
      }
    }
    return { level, lower, upper };
  }

  /** Hyndman and Athanasopoulos, "Forecasting: principles and practice" (3rd ed.), section 5.5: k + 1 for repetition k. */
  private varianceGrowth(step: number): number {
    return this.state.errorsAddUp ? Math.floor(step / this.state.period) + 1 : 1;
  }

  private meanVarianceGrowth(from: number, to: number): number {
    let sum = 0;
    for (let h = from; h < to; h++) sum += this.varianceGrowth(h);
    return sum / (to - from);
  }
}

/**
 * Rebuilds a fitted baseline from its JSON.
 *
 * @throws ForecastError `invalid-model` if the data is not a fitted baseline of this name.
 */
export function loadPattern(model: string, data: SerializedModel): FittedPattern {
  const json = modelFromJson(data, model);
  const seriesCount = readCount(json, 'seriesCount', 1);
  const period = readCount(json, 'period', 1);
  const residuals = readResiduals(json, seriesCount);
  return new FittedPattern(model, {
    cutoffDay: readDay(json, 'cutoffDay'),
    seriesCount,
    period,
    errorsAddUp: json.flag('errorsAddUp'),
    residualDays: residuals.days,
    pattern: readArray(json, 'pattern', 'float64', seriesCount * period),
    residuals: residuals.values,
  });
}
