import { ForecastError } from '../errors.js';
import { type LongCallOptions, throwIfAborted } from '../long-call.js';
import {
  Booster,
  type BoosterData,
  type BoosterParams,
  type BoosterParts,
  trainBoosterAsync,
} from '../models/boosting/engine/index.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { ownModule } from './own-module.js';
import { createWorkerPool, type WorkerPool } from './worker-pool.js';
import { availableThreads } from './worker-thread.js';

/** One booster to be trained, as for `trainBooster`. */
export interface BoosterJob {
  readonly data: BoosterData;
  readonly params?: Partial<BoosterParams>;
}

export interface TrainBoostersOptions extends LongCallOptions {
  /** A pool to reuse; by default one is created for the call. */
  readonly pool?: WorkerPool;
  /** Threads of that pool; by default as many as the machine runs in parallel. */
  readonly threads?: number;
  /** URL of the module `commerce-forecast/workers`, where a bundler has moved it. */
  readonly module?: string | URL;
}

const TRAIN_BOOSTERS_OPTIONS: OptionTable<TrainBoostersOptions> = {
  pool: 1,
  threads: 1,
  module: 1,
  signal: 1,
  onProgress: 1,
};

/**
 * Trains independent boosters (folds, quantiles, categories, models) at the same time. The results are
 * bit-identical to those of `trainBooster`, for any number of threads and also without any.
 *
 * ```ts
 * import { trainBoosters } from 'commerce-forecast/workers';
 *
 * const data = { features: { rows: 3, columns: [Float32Array.of(1, 2, 3)] }, labels: Float32Array.of(1, 2, 3) };
 * const jobs = [0.1, 0.5, 0.9].map((level) => ({
 *   data,
 *   params: { objective: 'quantile' as const, quantiles: [level] },
 * }));
 * const boosters = await trainBoosters(jobs);
 * ```
 *
 * @throws ForecastError as `trainBooster`; `invalid-data` if a metric is a function, which cannot be sent to a thread.
 */
export async function trainBoosters(
  jobs: readonly BoosterJob[],
  options: TrainBoostersOptions = {},
): Promise<Booster[]> {
  throwIfAborted(options.signal);
  refuseUnknown(options, TRAIN_BOOSTERS_OPTIONS);
  const module = options.module ?? ownModule();
  const threads = options.pool?.threads ?? options.threads ?? availableThreads();
  if (module === undefined || threads === 1 || jobs.length < 2) return trainHere(jobs, options);
  const pool = options.pool ?? createWorkerPool({ threads: Math.min(threads, jobs.length) });
  try {
    return await trainInPool(jobs, pool, module, options);
  } catch (error) {
    // A bundler has dropped the module: train in this thread.
    if (ForecastError.is(error) && error.code === 'missing-dependency') return await trainHere(jobs, options);
    throw error;
  } finally {
    if (!options.pool) pool.close();
  }
}

async function trainHere(jobs: readonly BoosterJob[], options: TrainBoostersOptions): Promise<Booster[]> {
  const boosters: Booster[] = [];
  for (const { data, params } of jobs) {
    boosters.push(await trainBoosterAsync(data, params, { signal: options.signal }));
    options.onProgress?.({ phase: 'boosters', done: boosters.length, total: jobs.length });
  }
  return boosters;
}

async function trainInPool(
  jobs: readonly BoosterJob[],
  pool: WorkerPool,
  module: string | URL,
  { signal, onProgress }: TrainBoostersOptions,
): Promise<Booster[]> {
  const tasks = jobs.map(({ data, params }) => ({
    module,
    name: 'trainBoosterTask',
    args: [sendable(data), params ?? {}],
  }));
  const onDone = (done: number) => onProgress?.({ phase: 'boosters', done, total: jobs.length });
  const results = await pool.runAll(tasks, { signal, onDone });
  return results.map((parts) => new Booster(parts as BoosterParts));
}

/** Training data that can be sent to a thread, with an earlier booster as its parts. */
export type SentBoosterData = Omit<BoosterData, 'continueFrom'> & { readonly continueFrom?: BoosterParts };

/** Trains one booster in a worker, for {@link trainBoosters}. */
export async function trainBoosterTask(
  data: SentBoosterData,
  params: Partial<BoosterParams>,
): Promise<BoosterParts> {
  const { continueFrom, ...rest } = data;
  const earlier = continueFrom && new Booster(continueFrom);
  return partsOf(await trainBoosterAsync({ ...rest, continueFrom: earlier }, params));
}

function sendable(data: BoosterData): SentBoosterData {
  const { continueFrom, ...rest } = data;
  return continueFrom ? { ...rest, continueFrom: partsOf(continueFrom) } : rest;
}

function partsOf(booster: Booster): BoosterParts {
  const { params, featureCount, featureNames, baseScore, baseScores, trees, validationHistory } = booster;
  return { params, featureCount, featureNames, baseScore, baseScores, trees, validationHistory };
}
