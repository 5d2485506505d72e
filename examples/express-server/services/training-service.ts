import { ForecastError, type Progress, type SalesStorage } from 'commerce-forecast';
import { type JobRunner, TRAINING_JOB, type TrainingTask } from 'commerce-forecast/jobs';
import type { Logger } from 'pino';
import { HttpProblem } from '../http/problem.js';
import type { Metrics } from '../monitoring/metrics.js';
import type { Tracing } from '../monitoring/tracing.js';
import { explainTraining } from '../rollout/explain-training.js';
import type { Trainer } from '../training/messages.js';
import {
  type Deployment,
  HEARTBEAT_MS,
  type TrainingEnd,
  type TrainingRun,
  type TrainingRuns,
} from '../training/training-runs.js';
import type { RolloutService } from './rollout-service.js';

export interface TrainingServiceOptions {
  readonly storage: SalesStorage;
  readonly runs: TrainingRuns;
  readonly rollout: RolloutService;
  readonly train: Trainer;
  /** Queue from which another process takes the trainings that are asked for; without one they run here. */
  readonly queue?: Pick<JobRunner, 'enqueue' | 'status'>;
  /** Job of the queue that trains, and what its data say besides the run. Default: that of the schedule. */
  readonly job?: { readonly name: string; readonly data: Readonly<Record<string, unknown>> };
  /** Most trainings that may be asked for within 24 hours; undefined for any number. */
  readonly quota?: () => Promise<number | undefined>;
  /** The stored plan as its document. */
  readonly plan: () => Promise<unknown>;
  readonly metrics: Metrics;
  readonly tracing?: Tracing | undefined;
  readonly logger: Logger;
}

const QUEUE_PATIENCE_MS = 5_000;

/** Runs trainings, one at a time over all instances. */
export class TrainingService {
  readonly #options: TrainingServiceOptions;
  readonly #stopping = new AbortController();
  #present: { readonly id: string; readonly end: Promise<void>; progress?: Progress } | undefined;
  #running = 0;

  constructor(options: TrainingServiceOptions) {
    this.#options = options;
  }

  /**
   * Starts a training, here or by the queue, and returns while it goes on.
   *
   * @throws ForecastError `empty-data` without sales, `conflict` while a training runs here or elsewhere; HttpProblem 429 beyond
   * the quota.
   */
  async start(): Promise<TrainingRun> {
    await this.#requireSales();
    await this.#requireQuota();
    const { queue } = this.#options;
    if (queue) return this.#enqueue(queue);
    const run = await this.#options.runs.claim();
    if (!run) throw underWay();
    // What it failed of is in the log and in the run.
    this.#train(run.id).catch(() => undefined);
    return run;
  }

  /**
   * Trains as a job of the schedule or the queue, to the end. A repeated attempt goes on with the run of the first.
   *
   * @throws ForecastError what the training threw; `conflict` while another one runs.
   */
  async work({ data, checkpoint, saveCheckpoint, signal }: TrainingTask): Promise<unknown> {
    const { runs } = this.#options;
    const known = runOf(data) ?? runOf(checkpoint);
    const run =
      known === undefined ? (await runs.claim())?.id : (await runs.begin(known)) ? known : undefined;
    if (run === undefined) {
      const before = known === undefined ? undefined : await runs.find(known);
      if (before?.status === 'succeeded') return before.deployment;
      throw underWay();
    }
    if (known === undefined) await saveCheckpoint({ run });
    return this.#train(run, signal);
  }

  /** Tells whether a training runs here. */
  isTraining(): boolean {
    return this.#running > 0;
  }

  /** Waits for the training that runs here. */
  async settled(): Promise<void> {
    await this.#present?.end;
  }

  find(id: string): Promise<TrainingRun | undefined> {
    return id === 'latest' ? this.#options.runs.newest() : this.#options.runs.find(id);
  }

  /** Returns the progress of a run of this process; undefined for any other. */
  progressOf(id: string): Progress | undefined {
    return this.#present?.id === id ? this.#present.progress : undefined;
  }

  /** Ends the training that runs here and notes it as failed, so that another instance may start one. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The server is shutting down'));
    await this.settled();
  }

  async #requireSales(): Promise<void> {
    const { rows } = await this.#options.storage.summary();
    if (rows > 0) return;
    throw new ForecastError('empty-data', 'There are no sales to train on', {
      hint: 'POST sales to /api/v1/sales first.',
    });
  }

  async #requireQuota(): Promise<void> {
    const quota = await this.#options.quota?.();
    if (quota === undefined) return;
    const { count, secondsUntilNext } = await this.#options.runs.lastDay(quota);
    if (count < quota) return;
    throw new HttpProblem(
      429,
      'quota-exceeded',
      `${quota} trainings within 24 hours are all that is allowed.`,
      {
        headers: { 'retry-after': String(secondsUntilNext) },
      },
    );
  }

  async #enqueue(queue: Pick<JobRunner, 'enqueue' | 'status'>): Promise<TrainingRun> {
    const { runs, job: { name, data } = { name: TRAINING_JOB, data: {} } } = this.#options;
    const before = await runs.unfinished();
    if (before?.status === 'running') throw underWay();
    if (before) {
      const state = (await answered(queue.status(name, jobOf(before.id))))?.state;
      if (state === 'waiting' || state === 'running') throw underWay();
      // The queue has lost it.
      await runs.finish(before.id, { failure: 'lost' });
    }
    const run = await runs.queue();
    try {
      const job = { id: jobOf(run.id), attempts: 1 };
      await answered(queue.enqueue(name, { ...data, run: run.id }, job));
    } catch (error) {
      await runs.finish(run.id, { failure: 'unavailable' });
      throw error;
    }
    return run;
  }

  #train(id: string, signal?: AbortSignal): Promise<Deployment> {
    const { tracing } = this.#options;
    const work = () => this.#trainAndDeploy(id, signal);
    const training = tracing ? tracing.root('training', { 'training.id': id }, work) : work();
    this.#running++;
    const ended = () => {
      this.#running--;
    };
    this.#present = { id, end: training.then(ended, ended) };
    return training;
  }

  async #trainAndDeploy(id: string, given?: AbortSignal): Promise<Deployment> {
    const { runs, rollout, train, metrics, logger } = this.#options;
    const lost = new AbortController();
    const heartbeat = setInterval(() => {
      runs.renew(id).then(
        (alive) => !alive && lost.abort(new Error('The run was given up')),
        (error) => logger.warn({ err: error }, 'the training could not say that it is alive'),
      );
    }, HEARTBEAT_MS);
    const stopTimer = metrics.trainingDuration.startTimer();
    logger.info({ training: id }, 'training started');
    try {
      const signal = AbortSignal.any([this.#stopping.signal, lost.signal, ...(given ? [given] : [])]);
      const onProgress = (progress: Progress) => {
        if (this.#present?.id === id) this.#present.progress = progress;
      };
      const plan = await this.#options.plan();
      const trained = await this.#part('training fit', () => train({ plan, signal, onProgress }));
      const deployed = await this.#part('training deploy', () => rollout.deploy(trained));
      metrics.trainings.inc({ outcome: 'success' });
      const { modelVersion, decision } = deployed;
      const explanation = explainTraining(deployed);
      logger.info(
        { training: id, model_version: modelVersion, decision, explanation, seconds: stopTimer() },
        'training finished',
      );
      await this.#note(id, deployed);
      return deployed;
    } catch (error) {
      metrics.trainings.inc({ outcome: 'failure' });
      logger.error({ err: error, training: id }, 'training failed');
      await this.#note(id, { failure: ForecastError.is(error) ? error.code : 'internal' });
      throw error;
    } finally {
      clearInterval(heartbeat);
    }
  }

  #part<T>(name: string, work: () => Promise<T>): Promise<T> {
    const { tracing } = this.#options;
    return tracing ? tracing.part(name, work) : work();
  }

  /** A run that cannot be noted as ended counts as lost after its lease. */
  async #note(id: string, end: TrainingEnd): Promise<void> {
    await this.#options.runs.finish(id, end).catch((error) => {
      this.#options.logger.error({ err: error, training: id }, 'the end of the training could not be noted');
    });
  }
}

/** The run that a job was enqueued for, or began at an earlier attempt. */
function runOf(value: unknown): string | undefined {
  const { run } = (value ?? {}) as { readonly run?: unknown };
  return typeof run === 'string' ? run : undefined;
}

function jobOf(run: string): string {
  return `run-${run}`;
}

function underWay(): ForecastError {
  return new ForecastError('conflict', 'A training is under way', {
    hint: 'GET /api/v1/model/trainings/latest tells when it has ended.',
  });
}

/** @throws ForecastError `unavailable` if the queue does not answer: its client would wait for ever. */
async function answered<T>(call: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new ForecastError('unavailable', 'The queue does not answer');
    timer = setTimeout(() => reject(error), QUEUE_PATIENCE_MS);
  });
  return Promise.race([call, late]).finally(() => clearTimeout(timer));
}
