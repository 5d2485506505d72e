import { createPacer, type LongCallOptions, runInSlices, throwIfAborted } from '../../long-call.js';
import { square } from '../../math/index.js';
import type {
  ContributionOptions,
  Contributions,
  EffectForecast,
  EffectOptions,
  FittedModel,
  ForecastOptions,
  KnownFuture,
  PanelForecast,
  QuantileForecast,
  QuantileOptions,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../contract.js';
import type { LifeCycle } from '../life-cycle.js';
import type { MeansOptions } from '../longest-forecast.js';
import { modelFromJson, modelToJson } from '../model-json.js';
import { CLASS_COUNT } from '../sales-classes.js';
import {
  checkForecastOptions,
  checkQuantileOptions,
  checkTotalsOptions,
  type QuantilePlan,
  type SalesLaws,
  salesIntervals,
  salesQuantiles,
  type TotalsPlan,
} from '../uncertainty/index.js';
import { calendarContributions, occasionContributions, structuralContributions } from './contributions.js';
import { type ComparedMeans, effectAround, effectPlans } from './effect.js';
import { errorAt } from './forecast-errors.js';
import { type ForecastFactors, FutureFactors } from './future-factors.js';
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
    return this.daysAround(await this.#means(horizon, options), horizon, levels, options);
  }

  /** Daily forecasts with the given means, and intervals from the errors of this model. */
  async daysAround(
    mean: Float64Array,
    horizon: number,
    levels: readonly number[],
    { signal }: LongCallOptions,
  ): Promise<PanelForecast> {
    const { seriesCount, cutoffDay } = this;
    const pace = createPacer({ signal });
    const variance = new Float64Array(levels.length > 0 ? mean.length : 0);
    const pieces = new Uint8Array(variance.length);
    for (let s = 0; s < seriesCount && levels.length > 0; s++) {
      pieces.fill(this.state.pieces[s], s * horizon, (s + 1) * horizon);
      for (let h = 0; h < horizon; h++) {
        const at = s * horizon + h;
        variance[at] = this.state.dispersion[s] * mean[at] + this.#levelVariance(s, h + 1) * square(mean[at]);
      }
      if (s % 32 === 31) await pace({ phase: this.model, done: s + 1, total: seriesCount });
    }
    const intervals = await runInSlices(salesIntervals({ mean, variance, pieces }, levels), { signal });
    return { startDay: cutoffDay + this.state.grid.stepDays, horizon, seriesCount, mean, intervals };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    throwIfAborted(options.signal);
    const plan = checkTotalsOptions(options, this.seriesCount);
    return this.totalsAround(await this.#means(plan.horizon, options), plan.horizon, plan, options);
  }

  /** Sums of the given daily means, with intervals from the errors of this model. */
  async totalsAround(
    daily: Float64Array,
    horizon: number,
    plan: TotalsPlan,
    { signal }: LongCallOptions,
  ): Promise<TotalsForecast> {
    const laws = await this.#totalLaws(daily, horizon, plan, { signal });
    const intervals = await runInSlices(salesIntervals(laws, plan.levels), { signal });
    return { groupCount: plan.groupCount, ranges: plan.ranges, mean: laws.mean, intervals };
  }

  async quantiles(options: QuantileOptions): Promise<QuantileForecast> {
    throwIfAborted(options.signal);
    const plan = checkQuantileOptions(options, this.seriesCount);
    return this.quantilesAround(await this.#means(plan.horizon, options), plan.horizon, plan, options);
  }

  /** Quantiles of sums of the given daily means, with the uncertainty of this model. */
  async quantilesAround(
    daily: Float64Array,
    horizon: number,
    plan: QuantilePlan,
    { signal }: LongCallOptions,
  ): Promise<QuantileForecast> {
    const { ranges, groupCount, probabilities } = plan;
    const laws = await this.#totalLaws(daily, horizon, plan, { signal });
    const pace = createPacer({ signal });
    const values: Float64Array[] = [];
    for (const [done, probability] of probabilities.entries()) {
      await pace({ phase: this.model, done, total: probabilities.length });
      values.push(await runInSlices(salesQuantiles(laws, probability), { signal }));
    }
    return { groupCount, ranges, probabilities, values };
  }

  /** Laws of sums of the given daily means: in pieces, if all sales of the sum are. */
  async #totalLaws(
    daily: Float64Array,
    horizon: number,
    plan: Omit<TotalsPlan, 'levels'>,
    { signal }: LongCallOptions,
  ): Promise<SalesLaws> {
    const pace = createPacer({ signal });
    const { ranges, groupCount, groupOf } = plan;
    const mean = new Float64Array(groupCount * ranges.length);
    const variance = new Float64Array(mean.length);
    const pieces = new Uint8Array(mean.length).fill(1);
    for (let s = 0; s < this.seriesCount; s++) {
      if (groupOf[s] < 0) continue;
      if (s % 32 === 0) await pace({ phase: this.model, done: s, total: this.seriesCount });
      ranges.forEach(({ from, to }, r) => {
        let sum = 0;
        for (let h = from; h < to; h++) sum += daily[s * horizon + h];
        const at = groupOf[s] * ranges.length + r;
        mean[at] += sum;
        if (sum > 0 && this.state.pieces[s] === 0) pieces[at] = 0;
        variance[at] += this.state.dispersion[s] * sum + this.#ownVariance(s, to) * sum * sum;
      });
    }
    const { steps, shared } = this.state.errors;
    for (let at = 0; at < mean.length; at++) {
      variance[at] += errorAt(steps, shared, ranges[at % ranges.length].to) * square(mean[at]);
    }
    return { mean, variance, pieces };
  }

  contributions(options: ContributionOptions): Promise<Contributions> {
    return structuralContributions(this.state, options).then(({ parts }) => parts);
  }

  /** Contributions of the sales on occasions. */
  occasionContributions(options: ContributionOptions): Contributions {
    return occasionContributions(this.state, options);
  }

  /** Contributions of the factors of {@link calendar} to forecasts of adjusted sales. */
  calendarContributions(adjusted: Float64Array, options: ContributionOptions): Contributions {
    return calendarContributions(this.state, adjusted, options);
  }

  async effect(options: EffectOptions): Promise<EffectForecast[]> {
    const plans = effectPlans(options, this.seriesCount);
    const { horizon } = plans[0];
    const { signal, onProgress } = options;
    const base = await this.#means(horizon, { signal, onProgress, future: options.base });
    const scenario = await this.#means(horizon, { signal, onProgress, future: options.scenario });
    return plans.map((plan) => this.effectAround({ base, scenario, horizon }, options, plan));
  }

  /** Differences between daily means of two futures, with the uncertainty of this model's effects. */
  effectAround(
    means: ComparedMeans,
    { base = this.state.future, scenario = this.state.future }: Pick<EffectOptions, 'base' | 'scenario'>,
    plan: TotalsPlan,
  ): EffectForecast {
    const { steps, shared } = this.state.errors;
    const levels = {
      own: (series: number, to: number) => this.#ownVariance(series, to),
      shared: (to: number) => errorAt(steps, shared, to),
    };
    return effectAround(this.state, means, { base, scenario }, levels, plan);
  }

  /** Sets series-major means to zero on steps on which a series is closed or known to be out of stock. */
  async close(
    mean: Float64Array,
    horizon: number,
    { future = this.state.future, signal }: MeansOptions,
  ): Promise<void> {
    await runInSlices(new FutureFactors(this.state, horizon, future).close(mean), { signal });
  }

  /**
   * Daily means and the calendar of the same days, series-major: growth from the cutoff on times season, events, promotions
   * and prices, which is what forecasts of sales that were adjusted for these lack.
   */
  async withCalendar(
    horizon: number,
    { future = this.state.future, signal }: MeansOptions,
  ): Promise<{ readonly mean: Float64Array; readonly calendar: Float64Array }> {
    const pace = createPacer({ signal });
    const mean = new Float64Array(this.seriesCount * horizon);
    const calendar = new Float64Array(mean.length);
    const factors = new FutureFactors(this.state, horizon, future);
    for (let s = 0; s < this.seriesCount; s++) {
      if (s % 8 === 0) await pace({ phase: this.model, done: s, total: this.seriesCount });
      const own = factors.of(s);
      factors.forecast(s, mean.subarray(s * horizon, (s + 1) * horizon), own);
      const { season, event, promotion, price } = own;
      const growth = factors.growthSinceCutoff(s);
      for (let h = 0; h < horizon; h++) {
        calendar[s * horizon + h] = growth[h] * season[h] * event[h] * promotion[h] * price[h];
      }
    }
    return { mean, calendar };
  }

  /** Adds the sales on occasions, which forecasts of other models on the same usual sales lack, in place. */
  async addOccasions(
    mean: Float64Array,
    { future = this.state.future, signal }: MeansOptions,
  ): Promise<void> {
    if (!this.state.occasional) return;
    const horizon = mean.length / this.seriesCount;
    const pace = createPacer({ signal });
    const factors = new FutureFactors(this.state, horizon, future);
    for (let s = 0; s < this.seriesCount; s++) {
      if (s % 8 === 0) await pace({ phase: this.model, done: s, total: this.seriesCount });
      if (!factors.hasOccasions(s)) continue;
      for (const { units } of factors.occasions(s, factors.of(s))) {
        for (let h = 0; h < horizon; h++) mean[s * horizon + h] += units[h];
      }
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
      if (s % 8 === 7) await pace({ phase: this.model, done: s + 1, total: this.seriesCount });
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
