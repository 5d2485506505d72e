import { hash } from 'node:crypto';
import type { Day } from 'commerce-forecast';
import type { DailyCategoryTotal } from 'commerce-forecast/postgres';
import {
  createLiveTracker,
  type LiveMetrics,
  type LiveTracker,
  type RegistryDocument,
  type RolloutController,
} from 'commerce-forecast/registry';
import type { Logger } from 'pino';
import type { RolloutMetrics } from '../monitoring/rollout-metrics.js';
import type { ModelService } from '../services/model-service.js';
import { actualSales } from './actual-sales.js';
import { canaryUndecided, versionLost } from './change-causes.js';
import { isLost } from './judge-training.js';
import { type CategoryForecast, compareForecasts, scoreForecasts } from './live-results.js';
import type { RequestCounts } from './request-counts.js';

const DAY_MS = 86_400_000;
/** Days before the last one that production knows for which earlier forecasts are scored. */
const SCORED_DAYS = 60;
/** Latest versions whose forecasts are scored, besides those that get traffic. */
const SCORED_VERSIONS = 8;
/** Failures of production alone count for so long, so that a sudden fault is not lost in what went well before. */
const RECENT_HOURS = 2;

export interface RolloutObserverOptions {
  readonly models: ModelService;
  readonly requests: RequestCounts;
  readonly controller: RolloutController;
  /** Daily totals of the categories from a day on. */
  readonly totals: (from: Day) => Promise<readonly DailyCategoryTotal[]>;
  /** Days of sales before errors decide anything. */
  readonly minimumDays: number;
  /** Days after which a canary that nothing could be decided about ends. */
  readonly canaryDays: number;
  readonly metrics: RolloutMetrics;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** Live metrics of a version, as far as it was observed. */
export interface LiveResult extends LiveMetrics {
  /** Days on which it was compared with the other versions in question. */
  readonly days: number;
}

interface Comparison {
  /** Changes with what was compared. */
  readonly signature: string;
  readonly tracker: LiveTracker;
  readonly days: number;
}

/** Compares the versions in question by requests that failed and by forecasts against sales, and has them judged. */
export class RolloutObserver {
  readonly #options: RolloutObserverOptions;
  readonly #forecasts = new Map<number, CategoryForecast>();
  #comparison: Comparison | undefined;
  #results: ReadonlyMap<number, LiveResult> = new Map();

  constructor(options: RolloutObserverOptions) {
    this.#options = options;
  }

  /** Returns the results of the last observation, by version. */
  results(): ReadonlyMap<number, LiveResult> {
    return this.#results;
  }

  /** Looks at what has happened since the last time, and lets the rollout controller act on it. */
  async observe(): Promise<void> {
    const { models, requests, controller, minimumDays, metrics } = this.#options;
    await requests.flush();
    const status = await models.registry.status();
    if (status.production === null || (await this.#replaceLost(status))) return;
    const { tracker: compared, days } = await this.#compare(status);
    const counted = createLiveTracker();
    for (const { version, ...count } of await requests.read(
      status.routing,
      status.split ? undefined : RECENT_HOURS,
    )) {
      counted.countRequests(version, count.requests, count.failures);
    }
    const all = createLiveTracker(counted.toJSON());
    all.merge(compared.toJSON());
    this.#results = new Map(
      versionsInQuestion(status).map((version) => [version, { ...all.metrics(version), days }]),
    );
    metrics.showLive(status, this.#results);
    const { action } = await controller.afterObserving(days < minimumDays ? counted : all);
    if (action === 'none') await this.#endOldCanary(status);
  }

  /** Ends a canary that is lost, and promotes one beside a lost production: what cannot be loaded loses. */
  async #replaceLost({ production, split, routing }: RegistryDocument): Promise<boolean> {
    const { registry } = this.#options.models;
    const [canary] = split?.kind === 'canary' ? split.arms : [];
    if (!canary || production === null) return false;
    const change = (version: number) => ({ ...versionLost(version), ifRouting: routing });
    if (await isLost(registry, canary.version)) await registry.stopSplit(change(canary.version));
    else if (!(await isLost(registry, production))) return false;
    else await registry.promote(canary.version, change(production));
    return true;
  }

  /** A canary without requests or sales to judge it by would keep every later version waiting. */
  async #endOldCanary({ split, routing }: RegistryDocument): Promise<void> {
    const { models, canaryDays, now } = this.#options;
    if (split?.kind !== 'canary' || now().getTime() - Date.parse(split.startedAt) < canaryDays * DAY_MS)
      return;
    await models.registry.stopSplit({ ...canaryUndecided(canaryDays), ifRouting: routing });
  }

  async #compare(status: RegistryDocument): Promise<Omit<Comparison, 'signature'>> {
    const { totals, now, metrics } = this.#options;
    const inQuestion = versionsInQuestion(status);
    const scored = [...new Set([...inQuestion, ...latestVersions(status)])];
    await this.#load(scored);
    const production = status.production === null ? undefined : this.#forecasts.get(status.production);
    if (!production) return NOTHING;
    const sales = await totals(production.cutoffDay - SCORED_DAYS);
    const today = Math.floor(now().getTime() / DAY_MS);
    const signature = hash(
      'sha256',
      JSON.stringify([status.routing, [...this.#forecasts.keys()], today, sales]),
    );
    if (this.#comparison?.signature === signature) return this.#comparison;
    const actuals = actualSales(sales, today);
    metrics.showAccuracy(scoreForecasts([...this.#forecasts.values()], actuals));
    const compared = inQuestion.flatMap((version) => this.#forecasts.get(version) ?? []);
    // An error says something beside those of all others only.
    const comparable = compared.length === inQuestion.length;
    this.#comparison = { signature, ...(comparable ? compareForecasts(compared, actuals) : NOTHING) };
    return this.#comparison;
  }

  /** Keeps of each version what is compared, which is a small part of it. */
  async #load(versions: readonly number[]): Promise<void> {
    const { models, logger } = this.#options;
    for (const version of this.#forecasts.keys()) {
      if (!versions.includes(version)) this.#forecasts.delete(version);
    }
    for (const version of versions) {
      if (this.#forecasts.has(version)) continue;
      const loaded = await models.registry.load(version).catch((error) => {
        logger.warn({ err: error, version }, 'a version could not be loaded and is not compared with sales');
      });
      if (!loaded) continue;
      const { modelVersion, cutoffDay, intervalLevel, categories, categoryDays } = loaded.snapshot;
      this.#forecasts.set(version, {
        version,
        modelVersion,
        cutoffDay,
        intervalLevel,
        categories,
        categoryDays,
      });
    }
  }
}

const NOTHING = { tracker: createLiveTracker(), days: 0 };

/** Those that get traffic, and the one that a rollback would return to. */
function versionsInQuestion({ production, split, previous }: RegistryDocument): number[] {
  const first = production === null ? [] : [production];
  const arms = split?.arms.map(({ version }) => version) ?? [];
  const reference = split?.kind === 'canary' ? [] : previous.slice(-1);
  return [...new Set([...first, ...arms, ...reference])];
}

function latestVersions({ versions, pruned }: RegistryDocument): number[] {
  const numbers = versions.map(({ version }) => version).filter((version) => !pruned.includes(version));
  return numbers.slice(-SCORED_VERSIONS);
}
