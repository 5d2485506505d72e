import { checkWholeNumber, ForecastError } from '../errors.js';
import { untilAborted } from '../long-call.js';
import { adaptiveEnsemble, ensembleOf } from '../models/combine/adaptive/adaptive-ensemble.js';
import {
  type AdaptiveEnsembleOptions,
  ensembleMembers,
} from '../models/combine/adaptive/ensemble-members.js';
import type { Trial } from '../models/combine/adaptive/error-ratios.js';
import { tryMembers } from '../models/combine/adaptive/member-trials.js';
import type { FitOptions, FittedModel, ForecastModel, SerializedModel } from '../models/contract.js';
import type { Panel } from '../panel/panel.js';
import { ownModule } from './own-module.js';
import { createWorkerPool, type WorkerPool } from './worker-pool.js';
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
 * The default model, {@link adaptiveEnsemble}, with its two fits of a training side by side: the one on all days in the
 * calling thread, but for its trials, and these and the one that measures the accuracy on a holdout in another thread, where
 * they share what they learn.
 * Forecasts and versions are the same to the byte. Where there are no workers, and for small panels, it fits in the
 * calling thread.
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
  const members = ensembleMembers(ensemble);
  const model = ensembleOf(members);
  if (threads === 1 || module === undefined) return model;
  const thread = new SharedThread(module);
  let isFitting = false;
  const fitInThread = async (panel: Panel, fitOptions: FitOptions): Promise<FittedModel> => {
    const data = await thread.run('fitEnsembleTask', 'fit in a thread', ensemble, panel, fitOptions);
    // A bundler has dropped the module.
    return data === undefined ? model.fit(panel, fitOptions) : model.load(data as SerializedModel);
  };
  const besideIt = ensembleOf(members, async (panel, fitOptions) => {
    const tried = await thread.run('tryMembersTask', 'try in a thread', ensemble, panel, fitOptions);
    return (tried as readonly Trial[] | undefined) ?? tryMembers(members, panel, fitOptions);
  });
  return {
    ...model,
    maxConcurrentFits: 2,
    async fit(panel, fitOptions = {}) {
      if (panel.units.length < WORTH_A_THREAD) return model.fit(panel, fitOptions);
      if (isFitting) return fitInThread(panel, fitOptions);
      isFitting = true;
      try {
        return await besideIt.fit(panel, fitOptions);
      } finally {
        isFitting = false;
      }
    },
  };
}

type EnsembleCall = readonly [
  options: AdaptiveEnsembleOptions,
  panel: Panel,
  fitOptions: Omit<FitOptions, 'shared'>,
  /** Number of the training, whose fits share what they learn; undefined for a fit on its own. */
  training: number | undefined,
];

/** Numbers of trainings, by what their fits share in the calling thread. */
const trainings = new WeakMap<object, number>();
let trainingCount = 0;

function trainingOf(shared: FitOptions['shared']): number | undefined {
  if (!shared) return undefined;
  const known = trainings.get(shared) ?? ++trainingCount;
  trainings.set(shared, known);
  return known;
}

/** Knowledge that the fits of the last training share in this thread. */
let kept: { readonly training: number; readonly shared: NonNullable<FitOptions['shared']> } | undefined;

function sharedIn(training: number | undefined): FitOptions['shared'] {
  if (training === undefined) return undefined;
  if (kept?.training !== training) kept = { training, shared: new Map() };
  return kept.shared;
}

/** A thread for one task after the other, which ends with the last of them. */
class SharedThread {
  private pool: WorkerPool | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private tasks = 0;

  constructor(private readonly module: string | URL) {}

  /** Runs a task of this module; undefined if the module does not exist. */
  async run(
    name: string,
    phase: string,
    options: AdaptiveEnsembleOptions,
    panel: Panel,
    fitOptions: FitOptions,
  ): Promise<unknown> {
    const { signal, onProgress, workers: _workers, shared, ...plain } = fitOptions;
    const { module } = this;
    this.pool ??= createWorkerPool({ threads: 2 });
    const { pool, last } = this;
    this.tasks++;
    try {
      onProgress?.({ phase, done: 0, total: 1 });
      const args: EnsembleCall = [options, panel, plain, trainingOf(shared)];
      const result = untilAborted(last, signal).then(() => pool.run({ module, name, args }, { signal }));
      this.last = result.catch(() => undefined);
      const value = await result;
      onProgress?.({ phase, done: 1, total: 1 });
      return value;
    } catch (error) {
      if (ForecastError.is(error) && error.code === 'missing-dependency') return undefined;
      throw error;
    } finally {
      this.tasks--;
      if (this.tasks === 0) {
        pool.close();
        this.pool = undefined;
        // Of tasks that ran here, where there are no workers.
        kept = undefined;
      }
    }
  }
}

/** Fits an ensemble in a worker, for {@link threadedEnsemble}. */
export async function fitEnsembleTask(
  ...[options, panel, fitOptions, training]: EnsembleCall
): Promise<SerializedModel> {
  const shared = sharedIn(training);
  return (await adaptiveEnsemble(options).fit(panel, { ...fitOptions, shared })).toJSON();
}

/** Runs the trials of an ensemble in a worker, for {@link threadedEnsemble}. */
export function tryMembersTask(
  ...[options, panel, fitOptions, training]: EnsembleCall
): Promise<readonly Trial[]> {
  return tryMembers(ensembleMembers(options), panel, { ...fitOptions, shared: sharedIn(training) });
}
