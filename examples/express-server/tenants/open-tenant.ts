import type { EventSource } from 'commerce-forecast';
import type { JobRunner } from 'commerce-forecast/jobs';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { type AppDependencies, shopEndpoints } from '../app.js';
import { closeShop, composeShop, type Shop } from '../compose-shop.js';
import type { ServerConfig } from '../config.js';
import { openEvents } from '../events.js';
import type { HeaderSink } from '../http/header-list.js';
import { HttpProblem } from '../http/problem.js';
import { createMetrics } from '../monitoring/metrics.js';
import type { Tracing } from '../monitoring/tracing.js';
import { RateLimiter } from '../security/rate-limiter.js';
import { Maintenance } from '../services/maintenance.js';
import { openArtifacts } from '../storage/open-artifacts.js';
import { openTenantDatabase } from '../storage/open-database.js';
import type { Trainer } from '../training/messages.js';
import { trainInThread } from '../training/train-in-thread.js';
import { TrainingRuns } from '../training/training-runs.js';
import { TENANT_JOB, workFor } from './tenant-jobs.js';
import type { Quotas, Tenant, TenantRepository } from './tenant-repository.js';
import type { OpenTenant } from './tenants.js';

const WINDOW_SECONDS = 60;
/** Milliseconds for which quotas are kept in memory. */
const QUOTAS_MS = 10_000;

/** Parts of the installation that tenants share, none of which holds anything of a shop. */
export interface SharedParts {
  readonly config: ServerConfig;
  readonly repository: TenantRepository;
  readonly redis: Redis | undefined;
  readonly queue: JobRunner | undefined;
  readonly holidays: EventSource;
  readonly logger: Logger;
  readonly now: () => Date;
  readonly version: string;
  readonly tracing: Tracing | undefined;
  readonly access: AppDependencies['access'];
  readonly settings: AppDependencies['settings'];
  /** Called with the registry of the metrics of a tenant when it is opened and when it is closed. */
  readonly onMetrics: (registry: Registry, isOpen: boolean) => void;
  /** Makes a trainer wait for the trainings of other tenants in this process. */
  readonly inTurn: (train: Trainer) => Trainer;
}

/** Opens what belongs to one tenant: its schema, artifacts, cache, events and metrics, and the shop made of them. */
export async function openTenant({ id, schema }: Tenant, shared: SharedParts): Promise<OpenTenant> {
  const { config, redis, access, settings } = shared;
  const logger = shared.logger.child({ tenant: id });
  const artifacts = await openArtifacts(config, id);
  const opened = await openTenantDatabase(config, schema, logger, shared.tracing);
  const redisPrefix = `${config.REDIS_PREFIX}:tenants:${id}`;
  const events = openEvents(redis, `${redisPrefix}:events`, false, logger);
  const metrics = createMetrics(id);
  const quotas = quotasOf(id, shared.repository);
  const shop = composeShop(config, {
    ...shared,
    opened,
    schema,
    artifacts,
    events,
    redisPrefix,
    metrics,
    logger,
    quotas,
    train: shared.inTurn(
      trainInThread({ storage: opened.storage, model: config.MODEL, country: config.COUNTRY }),
    ),
    job: { name: TENANT_JOB, data: { tenant: id, kind: 'training' } },
  });
  shared.onMetrics(metrics.registry, true);
  const runs = new TrainingRuns(opened.database, schema);
  const maintenance = new Maintenance(opened.storage, logger, shared.now, {
    retention: async () => (await shared.repository.find(id))?.retention ?? {},
    forgetTrainings: (days) => runs.forget(days),
  });
  await shop.models.refresh();
  shop.models.poll(config.MODEL_POLL_SECONDS);
  shop.rollout.poll(config.MODEL_POLL_SECONDS);
  const endpoints = shopEndpoints({
    ...shop,
    access,
    settings,
    keys: access.apiKeys.of(id),
    metrics: async () => ({
      text: await metrics.registry.metrics(),
      contentType: metrics.registry.contentType,
    }),
  });
  const byOperation = new Map(endpoints.map((endpoint) => [endpoint.operationId, endpoint]));
  return {
    endpoint: (operationId) => byOperation.get(operationId),
    countRequest: requestCounter(quotas, redis, `${redisPrefix}:requests`),
    work: (job) => workFor(id, shop, maintenance, config, job),
    isBusy: () => shop.trainings.isTraining(),
    close: async () => {
      shared.onMetrics(metrics.registry, false);
      await closeAll(shop, events, artifacts, opened);
    },
  };
}

async function closeAll(
  shop: Shop,
  events: { close(): Promise<void> },
  artifacts: { close(): void },
  opened: { close(): Promise<void> },
): Promise<void> {
  await closeShop(shop);
  await events.close();
  artifacts.close();
  await opened.close();
}

/** Finds the quotas of a tenant, which another instance may have changed. */
function quotasOf(id: string, repository: TenantRepository): () => Promise<Quotas> {
  let known: { readonly quotas: Quotas; readonly readAt: number } | undefined;
  return async () => {
    if (!known || performance.now() - known.readAt > QUOTAS_MS) {
      const tenant = await repository.find(id);
      known = {
        quotas: tenant?.quotas ?? { rows: 0, trainingsPerDay: 0, requestsPerMinute: 0 },
        readAt: performance.now(),
      };
    }
    return known.quotas;
  };
}

/** Counts the requests of a tenant over all of its keys and all instances. */
function requestCounter(
  quotas: () => Promise<Quotas>,
  redis: Redis | undefined,
  prefix: string,
): OpenTenant['countRequest'] {
  let limiter: { readonly limit: number; readonly counts: RateLimiter } | undefined;
  return async (headers: HeaderSink) => {
    const { requestsPerMinute: limit } = await quotas();
    if (limit === undefined) return;
    if (limiter?.limit !== limit) {
      limiter = { limit, counts: new RateLimiter({ limit, windowSeconds: WINDOW_SECONDS, redis, prefix }) };
    }
    const { allowed, resetSeconds } = await limiter.counts.consume('all');
    if (allowed) return;
    headers.setHeader('ratelimit-remaining', 0);
    throw new HttpProblem(429, 'quota-exceeded', `The tenant is over its ${limit} requests per minute.`, {
      headers: { 'retry-after': String(resetSeconds) },
    });
  };
}
