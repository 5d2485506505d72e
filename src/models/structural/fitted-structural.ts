import { createPacer, throwIfAborted } from '../../long-call.js';
import type {
  FittedModel,
  ForecastOptions,
  Interval,
  KnownFuture,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../contract.js';
import { modelFromJson, modelToJson } from '../model-json.js';
import {
  checkForecastOptions,
  checkTotalsOptions,
  countIntervals,
  type TotalsPlan,
} from '../uncertainty/index.js';
import { errorAt } from './forecast-errors.js';
import { type ForecastFactors, FutureFactors } from './future-factors.js';
import type { LifeCycle } from './life-cycle.js';
import { CLASS_COUNT } from './memory.js';
import type { StructuralState } from './state.js';
import { readState, stateToJSON } from './state-json.js';

/** A fitted structural model. */
export class FittedStructural implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly cutoffDay: number;
  readonly seriesCount: number;

  constructor(
    readonly model: string,
    readonly state: StructuralState,
  ) {
    this.cutoffDay = state.cutoffDay;
    this.seriesCount = state.seriesCount;
  }

  /** Status of each series at the cutoff. */
  get lifeCycle(): readonly LifeCycle[] {
    return this.state.lifeCycle;
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    throwIfAborted(options.signal);
    const { horizon, levels } = checkForecastOptions(options);
    return this.daysAround(await this.#means(horizon, options), horizon, levels);
  }

  /** Days with the given means, and intervals as wide as the errors of this model. */
  daysAround(mean: Float64Array, horizon: number, levels: readonly number[]): PanelForecast {
    const { seriesCount, cutoffDay } = this;
    const variance = new Float64Array(levels.length > 0 ? mean.length : 0);
    for (let s = 0; s < seriesCount && levels.length > 0; s++) {
      for (let h = 0; h < horizon; h++) {
        const at = s * horizon + h;
        variance[at] = this.state.dispersion[s] * mean[at] + this.#levelVariance(s, h + 1) * mean[at] ** 2;
      }
    }
    const intervals = countIntervals(mean, variance, levels);
    return { startDay: cutoffDay + this.state.grid.stepDays, horizon, seriesCount, mean, intervals };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    throwIfAborted(options.signal);
    const plan = checkTotalsOptions(options, this.seriesCount);
    return this.totalsAround(await this.#means(plan.horizon, options), plan.horizon, plan);
  }

  /** Sums of the given daily means, and intervals as wide as the errors of this model. */
  totalsAround(daily: Float64Array, horizon: number, plan: TotalsPlan): TotalsForecast {
    const { ranges, groupCount, groupOf, levels } = plan;
    const mean = new Float64Array(groupCount * ranges.length);
    const variance = new Float64Array(mean.length);
    for (let s = 0; s < this.seriesCount; s++) {
      if (groupOf[s] < 0) continue;
      ranges.forEach(({ from, to }, r) => {
        let sum = 0;
        for (let h = from; h < to; h++) sum += daily[s * horizon + h];
        const at = groupOf[s] * ranges.length + r;
        mean[at] += sum;
        variance[at] += this.state.dispersion[s] * sum + this.#ownVariance(s, to) * sum * sum;
      });
    }
    const { steps, shared } = this.state.errors;
    for (let at = 0; at < mean.length; at++) {
      variance[at] += errorAt(steps, shared, ranges[at % ranges.length].to) * mean[at] ** 2;
    }
    const intervals: Interval[] = countIntervals(mean, variance, levels);
    return { groupCount, ranges, mean, intervals };
  }

  /** Puts zero on the steps of series-major means on which a series is closed or known to be out of stock. */
  close(mean: Float64Array, horizon: number, future: KnownFuture | undefined = this.state.future): void {
    const factors = new FutureFactors(this.state, horizon, future);
    for (let s = 0; s < this.seriesCount; s++) {
      const { open } = factors.of(s);
      for (let h = 0; h < horizon; h++) if (open[h] === 0) mean[s * horizon + h] = 0;
    }
  }

  /** The separate factors of the forecast of one series, for explanations. */
  factors(
    series: number,
    horizon: number,
    future: KnownFuture | undefined = this.state.future,
  ): ForecastFactors {
    return new FutureFactors(this.state, horizon, future).of(series);
  }

  toJSON(): SerializedModel {
    return modelToJson(this.model, stateToJSON(this.state));
  }

  async #means(horizon: number, options: Pick<ForecastOptions, 'signal' | 'onProgress' | 'future'>) {
    const mean = new Float64Array(this.seriesCount * horizon);
    const factors = new FutureFactors(this.state, horizon, options.future ?? this.state.future);
    const pace = createPacer(options);
    for (let s = 0; s < this.seriesCount; s++) {
      factors.forecast(s, mean.subarray(s * horizon, (s + 1) * horizon));
      if (s % 32 === 31) await pace({ phase: this.model, done: s + 1, total: this.seriesCount });
    }
    return mean;
  }

  #ownVariance(series: number, steps: number): number {
    const { errors, classOf, extraError } = this.state;
    const size = errors.own.length / CLASS_COUNT;
    const own = errors.own.subarray(classOf[series] * size, (classOf[series] + 1) * size);
    return errorAt(errors.steps, own, steps) + extraError[series];
  }

  #levelVariance(series: number, steps: number): number {
    return (
      this.#ownVariance(series, steps) + errorAt(this.state.errors.steps, this.state.errors.shared, steps)
    );
  }
}

/** Rebuilds a fitted structural model. @throws ForecastError `invalid-model` */
export function loadStructural(model: string, data: SerializedModel): FittedStructural {
  return new FittedStructural(model, readState(modelFromJson(data, model)));
}
