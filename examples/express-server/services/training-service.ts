import { ForecastError, type Progress, type SalesStorage } from 'commerce-forecast';
import type { Logger } from 'pino';
import type { Metrics } from '../monitoring/metrics.js';
import { explainTraining } from '../rollout/explain-training.js';
import type { ModelName } from '../training/model-factory.js';
import { trainInThread } from '../training/train-in-thread.js';
import {
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
  readonly model: ModelName;
  readonly country: string | undefined;
  /** The stored plan as its document. */
  readonly plan: () => Promise<unknown>;
  readonly metrics: Metrics;
  readonly logger: Logger;
}

/** Runs trainings, one at a time over all instances. */
export class TrainingService {
  readonly #options: TrainingServiceOptions;
  readonly #stopping = new AbortController();
  #present: { readonly id: string; readonly end: Promise<void>; progress?: Progress } | undefined;

  constructor(options: TrainingServiceOptions) {
    this.#options = options;
  }

  /**
   * Starts a training and returns while it goes on.
   *
   * @throws ForecastError `empty-data` without sales, `conflict` while a training runs here or elsewhere.
   */
  async start(): Promise<TrainingRun> {
    const { runs, storage } = this.#options;
    const { rows } = await storage.summary();
    if (rows === 0) {
      throw new ForecastError('empty-data', 'There are no sales to train on', {
        hint: 'POST sales to /api/v1/sales first.',
      });
    }
    const run = await runs.claim();
    if (!run) {
      throw new ForecastError('conflict', 'A training is under way', {
        hint: 'GET /api/v1/model/trainings/latest tells when it has ended.',
      });
    }
    this.#present = { id: run.id, end: this.#train(run) };
    return run;
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

  async #train(run: TrainingRun): Promise<void> {
    const { storage, runs, rollout, model, country, metrics, logger } = this.#options;
    const lost = new AbortController();
    const heartbeat = setInterval(() => {
      runs.renew(run.id).then(
        (alive) => !alive && lost.abort(new Error('The run was given up')),
        (error) => logger.warn({ err: error }, 'the training could not say that it is alive'),
      );
    }, HEARTBEAT_MS);
    const stopTimer = metrics.trainingDuration.startTimer();
    logger.info({ training: run.id }, 'training started');
    try {
      const signal = AbortSignal.any([this.#stopping.signal, lost.signal]);
      const onProgress = (progress: Progress) => {
        if (this.#present?.id === run.id) this.#present.progress = progress;
      };
      const plan = await this.#options.plan();
      const trained = await trainInThread({ storage, model, country, plan, signal, onProgress });
      const deployed = await rollout.deploy(trained);
      metrics.trainings.inc({ outcome: 'success' });
      const { modelVersion, decision } = deployed;
      const explanation = explainTraining(deployed);
      logger.info(
        { training: run.id, model_version: modelVersion, decision, explanation, seconds: stopTimer() },
        'training finished',
      );
      await this.#note(run, deployed);
    } catch (error) {
      metrics.trainings.inc({ outcome: 'failure' });
      logger.error({ err: error, training: run.id }, 'training failed');
      await this.#note(run, { failure: ForecastError.is(error) ? error.code : 'internal' });
    } finally {
      clearInterval(heartbeat);
    }
  }

  /** A run that cannot be noted as ended counts as lost after its lease. */
  async #note(run: TrainingRun, end: TrainingEnd): Promise<void> {
    await this.#options.runs.finish(run.id, end).catch((error) => {
      this.#options.logger.error(
        { err: error, training: run.id },
        'the end of the training could not be noted',
      );
    });
  }
}
