import type { Scaler } from '../../features/scaling.js';
import { createPacer } from '../../long-call.js';
import type { BoostingModel } from '../boosting/engine.js';
import type {
  Covariates,
  FittedModel,
  ForecastOptions,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../contract.js';
import { encodeArray } from '../typed-array-json.js';
import {
  checkForecastOptions,
  checkTotalsOptions,
  firstSteps,
  normalIntervals,
  type ResidualHistory,
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
    return {
      startDay: this.cutoffDay + 1,
      horizon,
      seriesCount: this.seriesCount,
      mean,
      intervals: normalIntervals(mean, horizon, this.state.residuals, levels, options.allowNegative ?? false),
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
}
