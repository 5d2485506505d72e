import { formatDay, MS_PER_DAY } from '../calendar/day.js';
import { CheckedJson } from '../checked-json.js';
import { invalidOption } from '../errors.js';
import type { Forecaster } from '../forecaster/create-forecaster.js';
import { snapshotToJson } from '../forecaster/snapshot-json.js';
import type { TrainingReport } from '../forecaster/train.js';
import { type OptionTable, refuseUnknown, withDefaults } from '../options.js';
import { present } from '../present.js';
import type { ModelMetrics } from '../registry/model-version.js';
import type { ModelRegistry } from '../registry/registry-contract.js';
import type { RolloutController } from '../registry/rollout/rollout-controller.js';
import type { JobRunner, RunningJob } from './contract.js';
import { checkCron } from './cron.js';

/**
 * The schedule, in UTC: sales are collected daily at 02:00, and every Sunday at 03:00 a model is trained on
 * two years with the last 28 days for validation (the defaults of `createForecaster`).
 */
export const DOCUMENTED_SCHEDULE = {
  collection: '0 2 * * *',
  training: '0 3 * * 0',
} as const;

export const COLLECTION_JOB = 'daily-collection';
export const TRAINING_JOB = 'weekly-training';

/** Day to be collected, with the checkpoint of an earlier attempt. */
export interface Collection {
  /** The day that has ended, as `YYYY-MM-DD` in UTC; the same for every attempt of one job. */
  readonly day: string;
  /**
   * Pass it to `ingest` in mode `add`, so that an attempt after a crash adds nothing twice. In mode `replace`
   * leave it out, as a later attempt may bring more sales.
   */
  readonly batchId: string;
  readonly checkpoint: unknown;
  saveCheckpoint(checkpoint: unknown): Promise<void>;
  readonly signal: AbortSignal;
}

/** A training that is due, with the checkpoint of an earlier attempt. */
export interface TrainingTask {
  /** Data that the job was enqueued with; null for a scheduled one. */
  readonly data: unknown;
  readonly checkpoint: unknown;
  saveCheckpoint(checkpoint: unknown): Promise<void>;
  readonly signal: AbortSignal;
}

export interface ForecastJobsOptions {
  /** Trains the model. Needed unless `train` is given. */
  readonly forecaster?: Pick<Forecaster, 'train' | 'snapshot'>;
  /**
   * Trains, registers and judges in place of `forecaster`, `registry` and `rollout`; its return value is stored as the
   * result.
   */
  readonly train?: (task: TrainingTask) => Promise<unknown>;
  /** Cron patterns in UTC. Default {@link DOCUMENTED_SCHEDULE}. */
  readonly schedule?: { readonly collection?: string; readonly training?: string };
  /** Ingests the sales of a day, and late ones; its return value is stored as the result. */
  readonly collect: (collection: Collection) => Promise<unknown>;
  /** Registry in which each training becomes a candidate. */
  readonly registry?: Pick<ModelRegistry<unknown>, 'register'>;
  /** Controller that decides about the candidate: production, canary or archive. */
  readonly rollout?: Pick<RolloutController, 'afterTraining'>;
  /** Version of the application, stored in the lineage. */
  readonly codeVersion?: string;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

const FORECAST_JOBS_OPTIONS: OptionTable<ForecastJobsOptions> = {
  forecaster: 1,
  train: 1,
  schedule: { collection: 1, training: 1 },
  collect: 1,
  registry: 1,
  rollout: 1,
  codeVersion: 1,
  now: 1,
};

/** Outcome of a weekly training. */
export interface TrainingOutcome {
  readonly modelVersion: string;
  readonly registeredVersion?: number;
  readonly action?: string;
}

/**
 * Sets the schedule on a runner: a daily collection and a weekly training, each running at most once at a time
 * over all instances, retried from its checkpoint after a failure, and a dead letter with its reason after the
 * last attempt.
 *
 * ```ts
 * import { createForecaster, type SalesRecord } from 'commerce-forecast';
 * import { createInProcessJobRunner, registerForecastJobs } from 'commerce-forecast/jobs';
 *
 * declare function salesOf(day: string): Promise<SalesRecord[]>;
 *
 * const forecaster = createForecaster();
 * await registerForecastJobs(createInProcessJobRunner(), {
 *   forecaster,
 *   collect: async ({ day, signal }) =>
 *     forecaster.ingest(await salesOf(day), { mode: 'replace', signal }),
 * });
 * ```
 *
 * @throws ForecastError `invalid-option` without anything to train, with two things to train, or for a wrong cron pattern.
 */
export async function registerForecastJobs(runner: JobRunner, options: ForecastJobsOptions): Promise<void> {
  refuseUnknown(options, FORECAST_JOBS_OPTIONS);
  const schedule = withDefaults(DOCUMENTED_SCHEDULE, options.schedule);
  for (const cron of Object.values(schedule)) checkCron(cron);
  const train = trainingOf(options);
  await runner.process(COLLECTION_JOB, (job) => collect(job, options), { singleton: true });
  await runner.process(TRAINING_JOB, train, { singleton: true });
  const retries = { attempts: 5, backoffMs: 60_000 };
  await runner.schedule({
    id: COLLECTION_JOB,
    job: COLLECTION_JOB,
    cron: schedule.collection,
    ...retries,
  });
  await runner.schedule({
    id: TRAINING_JOB,
    job: TRAINING_JOB,
    cron: schedule.training,
    ...retries,
  });
}

async function collect(job: RunningJob, { collect: bring, now = Date.now }: ForecastJobsOptions) {
  const saved = checkpointOf(job);
  const day = saved?.text('day') ?? formatDay(Math.floor(now() / MS_PER_DAY) - 1);
  // A second attempt may run after midnight, but is still for the day of the first.
  if (!saved) await job.saveCheckpoint({ day });
  return bring({
    day,
    batchId: `${COLLECTION_JOB}-${day}`,
    checkpoint: saved?.raw('own'),
    saveCheckpoint: (own) => job.saveCheckpoint({ day, own }),
    signal: job.signal,
  });
}

interface TrainingCheckpoint {
  readonly modelVersion: string;
  readonly registeredVersion: number;
}

function trainingOf(options: ForecastJobsOptions): (job: RunningJob) => Promise<unknown> {
  const { forecaster, train, registry, rollout } = options;
  if (train === undefined) {
    if (forecaster === undefined) invalidOption('forecaster', 'Give a forecaster, or a function that trains');
    return (job) => trainAndRegister(job, forecaster, options);
  }
  if (forecaster ?? registry ?? rollout) {
    invalidOption('train', 'A function that trains takes the place of forecaster, registry and rollout');
  }
  return (job) =>
    train({
      data: job.data,
      checkpoint: job.checkpoint,
      saveCheckpoint: (checkpoint) => job.saveCheckpoint(checkpoint),
      signal: job.signal,
    });
}

async function trainAndRegister(
  job: RunningJob,
  forecaster: Pick<Forecaster, 'train' | 'snapshot'>,
  { registry, rollout, codeVersion }: ForecastJobsOptions,
): Promise<TrainingOutcome> {
  let trained = trainedBefore(job);
  if (!trained) {
    const report = await forecaster.train({ signal: job.signal });
    if (!registry) return { modelVersion: report.modelVersion };
    const snapshot = present(forecaster.snapshot(), 'snapshot of the training');
    const content = new TextEncoder().encode(JSON.stringify(snapshotToJson(snapshot)));
    const { version } = await registry.register(content, {
      lineage: { ...report.lineage, codeVersion },
      metrics: metricsOf(report),
    });
    trained = { modelVersion: report.modelVersion, registeredVersion: version };
    await job.saveCheckpoint(trained);
  }
  const outcome = await rollout?.afterTraining(trained.registeredVersion);
  return { ...trained, ...(outcome && { action: outcome.action }) };
}

/** Reads the checkpoint of an earlier attempt. @throws ForecastError `invalid-data` if it is not an object. */
function checkpointOf({ checkpoint }: RunningJob): CheckedJson | undefined {
  if (checkpoint === undefined) return undefined;
  return new CheckedJson(checkpoint, { what: 'checkpoint', code: 'invalid-data', path: ['checkpoint'] });
}

function trainedBefore(job: RunningJob): TrainingCheckpoint | undefined {
  const saved = checkpointOf(job);
  return (
    saved && {
      modelVersion: saved.text('modelVersion'),
      registeredVersion: saved.integer('registeredVersion', 1),
    }
  );
}

function metricsOf({ validation }: TrainingReport): ModelMetrics {
  if (!validation) return {};
  const { wape, mae, rmse, r2, bias } = validation.model.products;
  return { wape, mae, rmse, r2, bias };
}
