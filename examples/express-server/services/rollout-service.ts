import { parseDay } from 'commerce-forecast';
import type { RolloutController } from 'commerce-forecast/registry';
import type { Logger } from 'pino';
import { isLost, judgeTraining, LEAST_CATEGORIES } from '../rollout/judge-training.js';
import type { RequestCounts } from '../rollout/request-counts.js';
import type { LiveResult, RolloutObserver } from '../rollout/rollout-observer.js';
import type { FittedModels } from '../training/fitted-models.js';
import type { Trained } from '../training/messages.js';
import type { Deployment, TrainingRuns } from '../training/training-runs.js';
import type { ModelService } from './model-service.js';

export interface RolloutServiceOptions {
  readonly models: ModelService;
  /** Makes a controller that gives a better version a share of the keys first, or all with 0. */
  readonly controllerFor: (share: number) => RolloutController;
  readonly observer: RolloutObserver;
  readonly requests: RequestCounts;
  /** Share of the keys that a better version starts with. */
  readonly canaryShare: number;
  /** Archived versions that are kept besides the target of a rollback; those before them are deleted. */
  readonly keptVersions: number;
  readonly runs: Pick<TrainingRuns, 'undecided' | 'decide'>;
  /** Store of fitted models; without it, only snapshots are kept. */
  readonly fittedModels?: FittedModels;
  readonly codeVersion: string;
  readonly now: () => Date;
  readonly logger: Logger;
}

/** Brings trained models into use, and takes back those that do worse. */
export class RolloutService {
  readonly #options: RolloutServiceOptions;
  #timer: NodeJS.Timeout | undefined;
  #observing: Promise<void> | undefined;

  constructor(options: RolloutServiceOptions) {
    this.#options = options;
  }

  /** Registers a trained version and decides whether it is promoted. */
  async deploy(trained: Trained): Promise<{ readonly modelVersion: string } & Deployment> {
    const { snapshot, lineage, metrics } = trained;
    const { models, codeVersion, fittedModels } = this.#options;
    const { registry } = models;
    const parent = (await registry.status()).production ?? undefined;
    const about = { lineage: { ...lineage, codeVersion, parent }, metrics };
    const { version } = await registry.register(snapshot, about);
    await fittedModels?.save(version, trained);
    const { modelVersion } = (await registry.load(version)).snapshot;
    const deployment = await this.#judge(version);
    await this.#prune();
    return { modelVersion, ...deployment };
  }

  async #judge(version: number): Promise<Deployment> {
    const { models, controllerFor, canaryShare, now } = this.#options;
    const loaded = (await isLost(models.registry, version)) ? undefined : await models.registry.load(version);
    // A canary on which sales give no evidence would never end.
    const share = (loaded?.snapshot.categories.length ?? 0) < LEAST_CATEGORIES ? 0 : canaryShare;
    const today = parseDay(now().toISOString().slice(0, 10));
    return judgeTraining(models.registry, controllerFor(share), version, share, today);
  }

  /** Decides about versions that wait while another one is tried: the last one is judged after that, earlier ones are not needed any more. */
  async #judgeWaiting(): Promise<void> {
    const { models, runs } = this.#options;
    const { split, versions } = await models.registry.status();
    const candidates = new Set(
      versions.filter(({ state }) => state === 'candidate').map(({ version }) => version),
    );
    if (candidates.size === 0) return;
    for (const { id, version, isLast } of await runs.undecided()) {
      if (!candidates.has(version) || (isLast && split !== null)) continue;
      const deployment = isLast ? await this.#judge(version) : await this.#supersede(version);
      if (deployment.decision !== 'none') await runs.decide(id, deployment);
    }
  }

  async #supersede(version: number): Promise<Deployment> {
    const cause = { code: 'superseded', values: {} } as const;
    await this.#options.models.registry.archive(version, { reason: 'a later training came', cause });
    return { version, decision: 'archived', cause };
  }

  async #prune(): Promise<void> {
    const { models, keptVersions, fittedModels, logger } = this.#options;
    try {
      await models.registry.prune(keptVersions);
      const { versions } = await models.registry.status();
      await fittedModels?.prune(new Set(versions.map(({ version }) => version)));
    } catch (error) {
      logger.warn({ err: error }, 'old versions could not be deleted');
    }
  }

  /** Observes every so often. */
  poll(everySeconds: number): void {
    const { logger } = this.#options;
    this.#timer = setInterval(() => {
      this.observe().catch((error) => logger.warn({ err: error }, 'the versions could not be judged'));
    }, everySeconds * 1_000);
    this.#timer.unref();
  }

  /** Compares the versions in use with requests and sales, acts on it, and decides about a version that had to wait. */
  observe(): Promise<void> {
    this.#observing ??= this.#options.observer
      .observe()
      .then(() => this.#judgeWaiting())
      .finally(() => {
        this.#observing = undefined;
      });
    return this.#observing;
  }

  /** Returns the live metrics of the versions in question, as last observed. */
  results(): ReadonlyMap<number, LiveResult> {
    return this.#options.observer.results();
  }

  /** Ends the observation; what was counted is kept for the other instances. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#observing?.catch(() => undefined);
    await this.#options.requests.flush().catch((error) => {
      this.#options.logger.warn({ err: error }, 'the last requests could not be counted');
    });
  }
}
