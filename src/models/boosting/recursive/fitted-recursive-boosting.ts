import type { Scaler } from '../../../features/scaling.js';
import { createPacer, type LongCallOptions } from '../../../long-call.js';
import type {
  Covariates,
  FittedModel,
  ForecastOptions,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../../contract.js';
import { LongestForecast } from '../../longest-forecast.js';
import { eventScopesToJson, modelToJson } from '../../model-json.js';
import { encodeArray } from '../../typed-array-json.js';
import {
  checkForecastOptions,
  checkTotalsOptions,
  normalIntervals,
  type ResidualHistory,
  residualTotals,
} from '../../uncertainty/index.js';
import type { BoostingModel } from '../engine/engine.js';
import { forecastRecursively, type RecursionState } from './recursive-forecast.js';

export const RECURSIVE_BOOSTING = 'recursive-boosting';

/** Everything that a fitted XGBoost sales model consists of. */
export interface XGBoostState {
  readonly engine: string;
  readonly booster: BoostingModel;
  readonly recursion: RecursionState;
  readonly covariates: Covariates;
  readonly scaler: Scaler | undefined;
  /** Errors of a recursive forecast of a holdout; no days if they were not measured. */
  readonly residuals: ResidualHistory;
}

/** Runs a booster forward day by day, in this thread or on workers, with the same series-major means. */
export type RunForward = (
  state: XGBoostState,
  horizon: number,
  options: LongCallOptions,
) => Promise<Float64Array>;

/** Runs a booster forward in this thread. */
export const runForwardHere: RunForward = (state, horizon, options) => {
  const { booster, recursion, covariates, scaler } = state;
  return forecastRecursively(booster, recursion, horizon, covariates, scaler, createPacer(options));
};

/** A fitted gradient-boosting sales model: one booster for all series, run forward day by day. */
export class FittedRecursiveBoosting implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly model = RECURSIVE_BOOSTING;
  readonly cutoffDay: number;
  readonly seriesCount: number;
  private readonly means: LongestForecast;

  /** @param state must not be changed */
  constructor(
    readonly state: XGBoostState,
    runForward: RunForward = runForwardHere,
  ) {
    this.cutoffDay = state.recursion.cutoffDay;
    this.seriesCount = state.recursion.seriesCount;
    this.means = new LongestForecast(this.seriesCount, (horizon, options) =>
      runForward(state, horizon, options),
    );
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    const { horizon, levels } = checkForecastOptions(options);
    const mean = await this.means.steps(horizon, options);
    return {
      startDay: this.cutoffDay + 1,
      horizon,
      seriesCount: this.seriesCount,
      mean,
      intervals: normalIntervals(mean, horizon, this.state.residuals, levels),
    };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    const { horizon } = checkTotalsOptions(options, this.seriesCount);
    const means = await this.means.atLeast(horizon, options);
    return residualTotals(means.mean, means.horizon, this.state.residuals, options);
  }

  toJSON(): SerializedModel {
    const { engine, booster, recursion, covariates, scaler, residuals } = this.state;
    return modelToJson(this.model, {
      engine,
      booster: booster.toJSON(),
      cutoffDay: this.cutoffDay,
      seriesCount: this.seriesCount,
      tail: encodeArray(recursion.tail),
      ...(recursion.eventScopes && { eventScopes: eventScopesToJson(recursion.eventScopes) }),
      covariates,
      scaler: scaler ?? null,
      residualDays: residuals.days,
      residuals: encodeArray(residuals.values),
    });
  }
}
