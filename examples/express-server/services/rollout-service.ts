import type { RolloutController } from 'commerce-forecast';
import type { Logger } from 'pino';
import { judgeTraining, LEAST_CATEGORIES } from '../rollout/judge-training.js';
import type { RequestCounts } from '../rollout/request-counts.js';
import type { LiveResult, RolloutObserver } from '../rollout/rollout-observer.js';
import type { Trained } from '../training/messages.js';
import type { Deployment } from '../training/training-runs.js';
import type { ModelService } from './model-service.js';

export interface RolloutServiceOptions {
  readonly models: ModelService;
  /** Makes a controller that gives a better version a share of the keys first, or all with 0. */
  readonly controllerFor: (share: number) => RolloutController;
  readonly observer: RolloutObserver;
  readonly requests: RequestCounts;
  /** Share of the keys that a better version starts with. */
  readonly canaryShare: number;
  readonly codeVersion: string;
  readonly logger: Logger;
}

/** Brings trained models into use, and takes back those that do worse. */
export class RolloutService {
  readonly #options: RolloutServiceOptions;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RolloutServiceOptions) {
    this.#options = options;
  }

  /** Registers what was trained, and decides what becomes of it. */
  async deploy({
    snapshot,
    lineage,
    metrics,
  }: Trained): Promise<{ readonly modelVersion: string } & Deployment> {
    const { models, controllerFor, canaryShare, codeVersion } = this.#options;
    const { registry } = models;
    const parent = (await registry.status()).production ?? undefined;
    const about = { lineage: { ...lineage, codeVersion, parent }, metrics };
    const { version } = await registry.register(snapshot, about);
    const { modelVersion, categories } = (await registry.load(version)).snapshot;
    // A canary that sales will not tell anything about would never end.
    const share = categories.length < LEAST_CATEGORIES ? 0 : canaryShare;
    return { modelVersion, ...(await judgeTraining(registry, controllerFor(share), version, share)) };
  }

  /** Observes every so often. */
  poll(everySeconds: number): void {
    const { observer, logger } = this.#options;
    this.#timer = setInterval(() => {
      observer.observe().catch((error) => logger.warn({ err: error }, 'the versions could not be judged'));
    }, everySeconds * 1_000);
    this.#timer.unref();
  }

  /** Compares the versions in use with requests and sales, and acts on it. */
  observe(): Promise<void> {
    return this.#options.observer.observe();
  }

  /** How the versions in question do, as last observed. */
  results(): ReadonlyMap<number, LiveResult> {
    return this.#options.observer.results();
  }

  /** Ends the observation; what was counted is kept for the other instances. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#options.observer.settled();
    await this.#options.requests.flush().catch((error) => {
      this.#options.logger.warn({ err: error }, 'the last requests could not be counted');
    });
  }
}
