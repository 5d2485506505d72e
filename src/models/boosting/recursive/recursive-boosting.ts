import { checkWholeNumber, ForecastError, invalidOption } from '../../../errors.js';
import { fitScaler, type Scaler, scaleFeatures } from '../../../features/scaling.js';
import { createPacer, type LongCallOptions, runInSlices } from '../../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import type { Panel } from '../../../panel/panel.js';
import { sliceDays } from '../../../panel/slice.js';
import type { Covariates, FitOptions, FittedModel, ForecastModel, SerializedModel } from '../../contract.js';
import { checkFitOptions } from '../../fit-options.js';
import { modelConfig } from '../../model-config.js';
import type { ResidualHistory } from '../../uncertainty/index.js';
import {
  type BoostingEngine,
  type BoostingModel,
  type EngineParams,
  nativeEngine,
} from '../engine/engine.js';
import { DEFAULT_PARAMS } from '../engine/params.js';
import { fitBoostingBy } from './by-workers.js';
import { FittedRecursiveBoosting } from './fitted-recursive-boosting.js';
import { loadRecursiveBoosting } from './load-recursive-boosting.js';
import type { RecursiveBoostingOptions } from './options.js';
import { forecastRecursively, recursionState } from './recursive-forecast.js';
import { sampleOf, trainingRows } from './training-rows.js';

export const RECURSIVE_OPTIONS: OptionTable<RecursiveBoostingOptions> = {
  engine: 1,
  lookbackDays: 1,
  params: DEFAULT_PARAMS,
  sampleSeries: 1,
  scaleFeatures: 1,
  intervalDays: 1,
};

/**
 * The documented hyper-parameters, with the base score of XGBoost 1.7. The smallest leaf, which the documentation
 * leaves open, was chosen by backtests: see docs/decisions/0003-boosting-defaults.md.
 */
const DOCUMENTED_PARAMS: EngineParams = {
  rounds: 100,
  maxDepth: 6,
  learningRate: 0.1,
  baseScore: 0.5,
  minChildWeight: 20,
};

const NAME = 'recursive-boosting';

/** Least days before the holdout; with fewer, no errors are measured. */
const MIN_FIT_DAYS = 60;

/**
 * Gradient boosting on the 15 features of `computeFeatures`: one model for all series that predicts a day from the days
 * before it, run forward day by day. Source of the method: Chen and Guestrin, "XGBoost: a scalable tree boosting
 * system", KDD 2016.
 *
 * ```ts
 * import { type Panel, recursiveBoosting } from 'commerce-forecast';
 *
 * declare const panel: Panel;
 * const fitted = await recursiveBoosting({ params: { rounds: 200 } }).fit(panel);
 * const { mean } = await fitted.forecast({ horizon: 28 });
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong number of days or series, or something else than an engine.
 */
export function recursiveBoosting(options: RecursiveBoostingOptions = {}): ForecastModel {
  refuseUnknown(options, RECURSIVE_OPTIONS);
  const { engine = nativeEngine, lookbackDays = 730, intervalDays = 28 } = options;
  if (typeof engine !== 'object' || engine === null) {
    invalidOption('engine', 'engine must be an object, such as createMlXGBoostEngine() of /ml-xgboost');
  }
  checkWholeNumber('lookbackDays', lookbackDays, 1);
  checkWholeNumber('intervalDays', intervalDays, 0);
  if (options.sampleSeries !== undefined) checkWholeNumber('sampleSeries', options.sampleSeries, 1);
  return {
    specificationVersion: 'v1',
    name: NAME,
    config: modelConfig(NAME, {
      engine: engine.name,
      lookbackDays,
      params: { ...DOCUMENTED_PARAMS, ...options.params },
      sampleSeries: options.sampleSeries,
      scaleFeatures: options.scaleFeatures ?? false,
      intervalDays,
    }),
    uses: ['events', 'indicators'],
    async fit(panel: Panel, fitOptions: FitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      const { workers } = fitOptions;
      if (workers) return fitBoostingBy(workers, panel, { ...options, intervalDays }, fitOptions);
      const { covariates = {}, seed = 0 } = fitOptions;
      const trainer = { ...options, engine, seed };
      const { booster, scaler } = await train(trainer, panel, lookbackDays, covariates, fitOptions);
      const residuals = await heldBackErrors(
        trainer,
        panel,
        lookbackDays,
        intervalDays,
        covariates,
        fitOptions,
      );
      const recursion = recursionState(panel, covariates);
      return new FittedRecursiveBoosting({
        engine: trainer.engine.name,
        booster,
        recursion,
        covariates,
        scaler,
        residuals,
      });
    },
    load: (data: SerializedModel): FittedModel => loadRecursiveBoosting(data, engine),
  };
}

interface Trainer {
  readonly engine: BoostingEngine;
  readonly params?: EngineParams;
  readonly sampleSeries?: number;
  readonly scaleFeatures?: boolean;
  readonly seed: number;
}

async function train(
  trainer: Trainer,
  panel: Panel,
  lookbackDays: number,
  covariates: Covariates,
  options: LongCallOptions,
): Promise<{ booster: BoostingModel; scaler: Scaler | undefined }> {
  const { signal, onProgress } = options;
  const rows = trainingRows(sampleOf(panel, trainer.sampleSeries), lookbackDays, covariates);
  const { features, labels } = await runInSlices(rows, { signal, onProgress });
  if (labels.length === 0) {
    throw new ForecastError('empty-data', 'There is no observed day to learn from', {
      path: ['panel'],
      hint: `Give at least one series with sales in the last ${lookbackDays} days.`,
    });
  }
  const scaler = trainer.scaleFeatures ? fitScaler(features) : undefined;
  const scaled = scaler ? scaleFeatures(features, scaler) : features;
  const params = { ...DOCUMENTED_PARAMS, ...trainer.params };
  const booster = await trainer.engine.train({ features: scaled, labels }, params, {
    signal,
    onProgress,
    seed: trainer.seed,
  });
  return { booster, scaler };
}

/** Errors of a forecast of the last days by a model that was trained without them. */
async function heldBackErrors(
  trainer: Trainer,
  panel: Panel,
  lookbackDays: number,
  days: number,
  covariates: Covariates,
  options: LongCallOptions,
): Promise<ResidualHistory> {
  const { seriesCount } = panel;
  const fitDays = panel.days - days;
  if (days === 0 || fitDays < MIN_FIT_DAYS) return { seriesCount, days: 0, values: new Float32Array(0) };
  const past = sliceDays(panel, 0, fitDays);
  if (past.units.every(Number.isNaN)) return { seriesCount, days: 0, values: new Float32Array(0) };
  const { booster, scaler } = await train(trainer, past, lookbackDays, covariates, options);
  const pace = createPacer(options);
  const forecast = await forecastRecursively(
    booster,
    recursionState(past, covariates),
    days,
    covariates,
    scaler,
    pace,
  );
  booster.dispose?.();
  const values = new Float32Array(seriesCount * days);
  for (let s = 0; s < seriesCount; s++) {
    for (let d = 0; d < days; d++) {
      values[s * days + d] = panel.units[s * panel.days + fitDays + d] - forecast[s * days + d];
    }
  }
  return { seriesCount, days, values };
}
