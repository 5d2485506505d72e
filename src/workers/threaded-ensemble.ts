import { checkWholeNumber, ForecastError } from '../errors.js';
import {
  type AdaptiveEnsembleOptions,
  adaptiveEnsemble,
} from '../models/combine/adaptive/adaptive-ensemble.js';
import type { FitOptions, FittedModel, ForecastModel, SerializedModel } from '../models/contract.js';
import type { Panel } from '../panel/panel.js';
import { ownModule } from './own-module.js';
import { createWorkerPool, type WorkerTask } from './worker-pool.js';
import { availableThreads } from './worker-thread.js';

export interface ThreadedEnsembleOptions extends AdaptiveEnsembleOptions {
  /** Threads, the calling one included. Default: as many as the machine runs in parallel; more than two are not used. */
  readonly threads?: number;
  /** URL of the module `commerce-forecast/workers`, where a bundler has moved it. */
  readonly module?: string | URL;
}

/** Values of a panel from which a fit takes longer than a thread needs to start. */
const WORTH_A_THREAD = 20_000;

/**
 * The default model, {@link adaptiveEnsemble}, with its two fits of a training side by side: the one that measures the
 * accuracy on a holdout in a thread, the one on all days in the calling thread. Forecasts and versions are the same to the
 * byte. Where there are no workers, and for small panels, it fits in the calling thread.
 *
 * ```ts
 * import { createForecaster } from 'commerce-forecast';
 * import { threadedEnsemble } from 'commerce-forecast/workers';
 *
 * const forecaster = createForecaster({ model: threadedEnsemble() });
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong option.
 */
export function threadedEnsemble(options: ThreadedEnsembleOptions = {}): ForecastModel {
  const { threads = availableThreads(), module = ownModule(), ...ensemble } = options;
  checkWholeNumber('threads', threads);
  const model = adaptiveEnsemble(ensemble);
  if (threads === 1 || module === undefined) return model;
  let threadIsBusy = false;
  const fitInThread = async (panel: Panel, fitOptions: FitOptions): Promise<FittedModel> => {
    const { signal, onProgress, workers: _workers, ...plain } = fitOptions;
    const task: WorkerTask = { module, name: 'fitEnsembleTask', args: [ensemble, panel, plain] };
    const pool = createWorkerPool({ threads: 2 });
    threadIsBusy = true;
    try {
      onProgress?.({ phase: 'fit in a thread', done: 0, total: 1 });
      const fitted = model.load((await pool.run(task, { signal })) as SerializedModel);
      onProgress?.({ phase: 'fit in a thread', done: 1, total: 1 });
      return fitted;
    } catch (error) {
      // A bundler has dropped the module.
      if (ForecastError.is(error) && error.code === 'missing-dependency')
        return await model.fit(panel, fitOptions);
      throw error;
    } finally {
      threadIsBusy = false;
      pool.close();
    }
  };
  return {
    ...model,
    maxConcurrentFits: 2,
    fit: (panel, fitOptions = {}) =>
      threadIsBusy || panel.units.length < WORTH_A_THREAD
        ? model.fit(panel, fitOptions)
        : fitInThread(panel, fitOptions),
  };
}

/** Fits an ensemble in a worker, for {@link threadedEnsemble}. */
export async function fitEnsembleTask(
  options: AdaptiveEnsembleOptions,
  panel: Panel,
  fitOptions: FitOptions,
): Promise<SerializedModel> {
  return (await adaptiveEnsemble(options).fit(panel, fitOptions)).toJSON();
}
