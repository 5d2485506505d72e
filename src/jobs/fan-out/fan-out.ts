import { createLimiter } from '../../concurrent.js';
import { checkWholeNumber } from '../../errors.js';
import type { ForecastModel } from '../../models/contract.js';
import type { PartWorkers } from '../../models/part-work.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { ArtifactStore } from '../../storage/artifact-contract.js';
import type { JobRunner } from '../contract.js';
import { handOut } from './hand-out.js';

export interface FanOutOptions {
  /** The model to fit; options of the parts that workers compute must be plain data. */
  readonly model: ForecastModel;
  /** Distributes the work; at least one process must call `processFanOut` on the same queue. */
  readonly runner: JobRunner;
  /** Store for exchanging inputs and results; all workers see the same, e.g. an S3 bucket. */
  readonly artifacts: ArtifactStore;
  /** Series of one piece of work. Default 500. */
  readonly chunkSeries?: number;
  /** Attempts at each piece. Default 3. */
  readonly attempts?: number;
  /**
   * Most fits of one training that are distributed at the same time, such as that of its validation. Default 2.
   */
  readonly maxConcurrentFits?: number;
  /**
   * True if workers also run a recursive booster forward when the fitted model forecasts; false for the calling
   * process. Default true.
   */
  readonly forecastByWorkers?: boolean;
}

const FAN_OUT_OPTIONS: OptionTable<FanOutOptions> = {
  model: 1,
  runner: 1,
  artifacts: 1,
  chunkSeries: 1,
  attempts: 1,
  maxConcurrentFits: 1,
  forecastByWorkers: 1,
};

/**
 * A model that is fitted by any number of worker processes. Members that support it distribute their work:
 * `seasonalTrend` fits chunks of series, `recursiveBoosting` trains its booster as one piece and forecasts in
 * chunks; other models are fitted in this process. The fitted model and its forecasts are byte-identical to
 * those of the model itself, for any number of workers and any failures. A fit that is repeated after a crash
 * reuses existing results.
 *
 * ```ts
 * import { type ArtifactStore, createForecaster, xgboostProphetBlend } from 'commerce-forecast';
 * import { fanOut, type JobRunner } from 'commerce-forecast/jobs';
 *
 * async function train(runner: JobRunner, artifacts: ArtifactStore) {
 *   const model = fanOut({ model: xgboostProphetBlend(), runner, artifacts });
 *   await createForecaster({ model }).train();
 * }
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong option; `fit` also for an option that cannot be sent to workers.
 */
export function fanOut(options: FanOutOptions): ForecastModel {
  refuseUnknown(options, FAN_OUT_OPTIONS);
  const { model, chunkSeries = 500, maxConcurrentFits = 2, forecastByWorkers = true } = options;
  checkWholeNumber('chunkSeries', chunkSeries);
  checkWholeNumber('maxConcurrentFits', maxConcurrentFits);
  const workersOfFit = (): PartWorkers => {
    const workshop = { ...options, inTurn: createLimiter(1) };
    return {
      partSeries: chunkSeries,
      forecasts: forecastByWorkers,
      run: (...work) => handOut(workshop, ...work),
    };
  };
  return {
    specificationVersion: 'v1',
    name: model.name,
    config: model.config,
    uses: model.uses,
    maxConcurrentFits,
    load: (data) => model.load(data),
    fit: (panel, fitOptions) => model.fit(panel, { ...fitOptions, workers: workersOfFit() }),
  };
}
