import { runInSlices, throwIfAborted } from '../../../long-call.js';
import type {
  ContributionOptions,
  Contributions,
  FittedModel,
  ForecastOptions,
  HeldBackForecast,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../../contract.js';
import { LongestForecast, type MeansOptions } from '../../longest-forecast.js';
import { modelToJson } from '../../model-json.js';
import { stateToJSON } from '../../structural/state-json.js';
import { FutureStructure } from '../../structural/structure-source.js';
import { encodeArray } from '../../typed-array-json.js';
import {
  checkForecastOptions,
  checkTotalsOptions,
  normalIntervals,
  residualTotals,
} from '../../uncertainty/index.js';
import { directContributions } from './contributions.js';
import type { DirectState } from './direct-state.js';
import { extrasToJson } from './extras-json.js';
import { FeatureSources } from './feature-context.js';
import type { Learner } from './learners.js';
import { predictSteps } from './predict-steps.js';
import type { Bucket } from './train-model.js';

export const DIRECT_BOOSTING = 'direct-boosting';

/** A fitted model that forecasts each step directly from the cutoff, not from forecasts of earlier steps. */
export class FittedDirectBoosting implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly model = DIRECT_BOOSTING;
  readonly cutoffDay: number;
  readonly seriesCount: number;
  readonly heldBack?: HeldBackForecast;
  private readonly means: LongestForecast;

  constructor(private readonly state: DirectState) {
    this.cutoffDay = state.cutoffDay;
    this.seriesCount = state.tail.seriesCount;
    this.heldBack = state.heldBack;
    this.means = new LongestForecast(this.seriesCount, (horizon, options) => this.predict(horizon, options));
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    const { horizon, levels } = checkForecastOptions(options);
    throwIfAborted(options.signal);
    const mean = await this.means.steps(horizon, options);
    const { seriesCount, cutoffDay, state } = this;
    const intervals = normalIntervals(mean, horizon, state.residuals, levels);
    return { startDay: cutoffDay + 1, horizon, seriesCount, mean, intervals };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    const { horizon } = checkTotalsOptions(options, this.seriesCount);
    throwIfAborted(options.signal);
    const means = await this.means.atLeast(horizon, options);
    return residualTotals(means.mean, means.horizon, this.state.residuals, options);
  }

  async contributions(options: ContributionOptions): Promise<Contributions> {
    return (await directContributions(this.state, options)).parts;
  }

  toJSON(): SerializedModel {
    const { tail, extras, near, far, structure, levels, residuals } = this.state;
    return modelToJson(this.model, {
      cutoffDay: this.cutoffDay,
      seriesCount: this.seriesCount,
      stepDays: tail.grid.stepDays,
      startDay: tail.startDay,
      steps: tail.steps,
      categoryCount: tail.categoryCount,
      categoryOf: encodeArray(tail.categoryOf),
      tail: encodeArray(tail.units),
      ...extrasToJson(extras),
      structure: stateToJSON(structure),
      levels: encodeArray(levels.values),
      near: bucketToJson(near),
      far: far ? bucketToJson(far) : null,
      residualDays: residuals.days,
      residuals: encodeArray(residuals.values),
    });
  }

  private async predict(horizon: number, options: MeansOptions): Promise<Float64Array> {
    const { tail, extras, near, far, structure, levels } = this.state;
    const outlook = new FutureStructure(
      structure,
      levels,
      tail.steps,
      horizon,
      options.future ?? structure.future,
    );
    const sources = await runInSlices(
      FeatureSources.prepare(tail, horizon, structure.events, outlook, structure.eventScopes, extras),
      options,
    );
    const mean = new Float64Array(this.seriesCount * horizon);
    for (const bucket of far ? [near, far] : [near]) {
      const { learners, fromStep } = bucket;
      const toStep = bucket === near && far ? Math.min(horizon, near.toStep) : horizon;
      const plan = {
        end: tail.steps,
        horizon,
        fromStep,
        toStep,
        trainedTo: bucket.toStep,
        learners,
        outputs: learners.length > 0 ? learners.map(() => mean) : [mean],
        shares: learners.map(({ weight }) => weight),
        series: tail.categoryOf.map((_, s) => s),
      };
      await runInSlices(predictSteps(tail, sources, plan), options);
    }
    await runInSlices(outlook.close(mean), options);
    return mean;
  }
}

function bucketToJson({ fromStep, toStep, learners }: Bucket) {
  return { fromStep, toStep, learners: learners.map(learnerToJson) };
}

function learnerToJson({ base, objective, weight, lowest, highest, booster }: Learner) {
  return { base, objective, weight, lowest, highest, booster: booster.toJSON() };
}
