import type { Scaler } from '../../features/scaling.js';
import { createPacer } from '../../long-call.js';
import type { BoostingModel } from '../boosting/engine.js';
import type {
  Covariates,
  FittedModel,
  ForecastOptions,
  Interval,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../contract.js';
import { encodeArray } from '../typed-array-json.js';
import {
  checkForecastOptions,
  checkTotalsOptions,
  normalQuantile,
  type ResidualHistory,
  residualDeviation,
  residualTotals,
} from '../uncertainty/index.js';
import { forecastRecursively, type RecursionState } from './recursive-forecast.js';

/** Everything that a fitted XGBoost sales model consists of. */
export interface XGBoostState {
  readonly engine: string;
  readonly booster: BoostingModel;
  readonly recursion: RecursionState;
  readonly covariates: Covariates;
  readonly scaler: Scaler | undefined;
  /** Errors of a recursive forecast of days that its own model had not seen; no days if not measured. */
  readonly residuals: ResidualHistory;
}

/** A fitted gradient-boosting sales model: one booster for all series, run forward day by day. */
export class FittedXGBoost implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly model = 'xgboost';
  readonly cutoffDay: number;
  readonly seriesCount: number;
  /** The longest forecast so far: a shorter one is a part of it. */
  private longest: { readonly horizon: number; readonly mean: Float64Array } | undefined;

  constructor(private readonly state: XGBoostState) {
    this.cutoffDay = state.recursion.cutoffDay;
    this.seriesCount = state.recursion.seriesCount;
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    const { horizon, levels } = checkForecastOptions(options);
    const mean = await this.mean(horizon, options);
    const deviations = levels.length > 0 ? this.deviations() : new Float64Array(0);
    return {
      startDay: this.cutoffDay + 1,
      horizon,
      seriesCount: this.seriesCount,
      mean,
      intervals: levels.map((level) =>
        normalInterval(level, mean, horizon, deviations, options.allowNegative ?? false),
      ),
    };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    const { horizon } = checkTotalsOptions(options, this.seriesCount);
    const mean = await this.mean(horizon, options);
    return residualTotals(mean, horizon, this.state.residuals, options);
  }

  toJSON(): SerializedModel {
    const { engine, booster, recursion, covariates, scaler, residuals } = this.state;
    return {
      format: 'commerce-forecast.model',
      specificationVersion: 'v1',
      model: this.model,
      engine,
      booster: booster.toJSON(),
      cutoffDay: this.cutoffDay,
      seriesCount: this.seriesCount,
      tail: encodeArray(recursion.tail),
      covariates,
      scaler: scaler ?? null,
      residualDays: residuals.days,
      residuals: encodeArray(residuals.values),
    };
  }

  /** Series-major means of `horizon` days; computed once for the longest horizon that was asked for. */
  private async mean(horizon: number, options: ForecastOptions | TotalsOptions): Promise<Float64Array> {
    const { booster, recursion, covariates, scaler } = this.state;
    if (!this.longest || this.longest.horizon < horizon) {
      const pace = createPacer(options);
      const mean = await forecastRecursively(booster, recursion, horizon, covariates, scaler, pace);
      this.longest = { horizon, mean };
    }
    return firstSteps(this.longest.mean, this.seriesCount, this.longest.horizon, horizon);
  }

  /** Root mean square error of each series. */
  private deviations(): Float64Array {
    const { residuals } = this.state;
    return Float64Array.from({ length: this.seriesCount }, (_, s) => residualDeviation(residuals, s));
  }
}

function firstSteps(mean: Float64Array, seriesCount: number, from: number, to: number): Float64Array {
  const steps = new Float64Array(seriesCount * to);
  for (let s = 0; s < seriesCount; s++) steps.set(mean.subarray(s * from, s * from + to), s * to);
  return steps;
}

function normalInterval(
  level: number,
  mean: Float64Array,
  horizon: number,
  deviations: Float64Array,
  allowNegative: boolean,
): Interval {
  const quantile = normalQuantile((1 + level) / 2);
  const lower = new Float64Array(mean.length);
  const upper = new Float64Array(mean.length);
  for (let i = 0; i < mean.length; i++) {
    const halfWidth = quantile * deviations[Math.floor(i / horizon)];
    lower[i] = allowNegative ? mean[i] - halfWidth : Math.max(0, mean[i] - halfWidth);
    upper[i] = mean[i] + halfWidth;
  }
  return { level, lower, upper };
}
