import {
  type ArtifactStore,
  createForecastCache,
  createForecaster,
  createPlanBook,
  ForecastError,
  type SalesStorage,
} from 'commerce-forecast';
import { countryHolidays } from 'commerce-forecast/holidays';
import { createInProcessJobRunner, type JobRunner } from 'commerce-forecast/jobs';
import { RedisCacheStore } from 'commerce-forecast/redis';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { AppDependencies } from './app.js';
import { composeAccess } from './compose-access.js';
import { composeModels, PLAN_DOCUMENT } from './compose-models.js';
import { ConfigError, type ServerConfig } from './config.js';
import { type InstanceEvents, LocalEvents, RedisEvents, UnconnectedEvents } from './events.js';
import { openQueue } from './jobs/open-queue.js';
import { registerHostMetrics } from './monitoring/host-metrics.js';
import { createMetrics, type Metrics } from './monitoring/metrics.js';
import { observeCache } from './monitoring/observed-cache.js';
import { Readiness } from './monitoring/readiness.js';
import { AlertService } from './services/alert-service.js';
import { DailyForecastService } from './services/daily-forecast-service.js';
import { Maintenance } from './services/maintenance.js';
import { PastForecastService } from './services/past-forecast-service.js';
import { SalesService } from './services/sales-service.js';
import { WebhookService } from './services/webhook-service.js';
import type { Database } from './storage/database.js';
import { openArtifacts } from './storage/open-artifacts.js';
import { type OpenDatabase, openDatabase } from './storage/open-database.js';
import { openRedis } from './storage/open-redis.js';
import type { Trainer } from './training/messages.js';

const VERSION = '1.0.0';
/** Time for which expired answers are served while they are recomputed. */
const STALE_MS = 60_000;
/** Pause between two looks at the jobs of other processes. */
const JOB_POLL_MS = 10_000;

export interface ComposeOptions {
  readonly logger: Logger;
  /** Clock for what expires. Default: the system's. */
  readonly now?: () => Date;
  /** Runs the scheduled jobs. Default: the queue that is configured, or processes over the database. */
  readonly runner?: JobRunner;
  /** Makes what trains. Default: a thread of this process. */
  readonly makeTrainer?: (parts: TrainerParts) => Trainer | undefined;
  /** Makes what collects the metrics of all processes. Default: those of this one. */
  readonly metricsCollector?: (metrics: Metrics) => () => Promise<string>;
}

/** Parts of an installation that a training needs. */
export interface TrainerParts {
  readonly storage: SalesStorage;
  readonly artifacts: ArtifactStore;
  readonly runner: JobRunner;
}

/** A server in parts, ready to be listened with. */
export interface ComposedServer {
  readonly dependencies: AppDependencies;
  readonly readiness: Readiness;
  readonly maintenance: Maintenance;
  readonly embedded: boolean;
  /** Database of the server's own tables. */
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** Runs the scheduled jobs, here or on a queue. */
  readonly runner: JobRunner;
  /** Ends what runs in the background and closes all connections. */
  close(): Promise<void>;
}

/** Connects everything that the settings name, and makes the parts of the server from it. */
export async function composeServer(config: ServerConfig, options: ComposeOptions): Promise<ComposedServer> {
  const { logger, now = () => new Date() } = options;
  const { QUEUE_URL, DATABASE_URL } = config;
  if (QUEUE_URL && !DATABASE_URL) {
    throw new ConfigError(
      'QUEUE_URL: several processes need a DATABASE_URL, as an embedded database has one',
    );
  }
  const metrics = createMetrics();
  registerHostMetrics(metrics.registry, writtenFolders(config));
  const artifacts = await openArtifacts(config);
  if (DATABASE_URL && !config.ARTIFACT_BUCKET) {
    logger.warn(
      'models are kept in a folder beside a shared database: every instance has to see the same folder',
    );
  }
  const opened = await openDatabase(config, logger, metrics.registry);
  const redis = config.REDIS_URL ? await openRedis(config.REDIS_URL, logger) : undefined;
  const events = openEvents(config, opened, redis, logger);
  const store = redis && new RedisCacheStore({ client: redis, prefix: `${config.REDIS_PREFIX}:cache` });
  const cache = observeCache(createForecastCache({ store, staleWhileRevalidateMs: STALE_MS }), metrics);
  const plans = createPlanBook(opened.registryState, PLAN_DOCUMENT);
  const answering = { storage: opened.storage, cache, plans };
  const forecaster = createForecaster({ ...answering, now });
  const holidays = config.COUNTRY === undefined ? () => [] : await countryHolidays(config.COUNTRY);
  const onJobError = (error: unknown) =>
    logger.warn({ err: error }, 'the job runner failed in the background');
  const queue = QUEUE_URL ? await openQueue({ ...config, QUEUE_URL }, onJobError) : undefined;
  const runner =
    options.runner ??
    queue?.runner ??
    createInProcessJobRunner({
      state: opened.registryState,
      pollMs: JOB_POLL_MS,
      onError: onJobError,
    });
  const train = options.makeTrainer?.({ storage: opened.storage, artifacts: artifacts.store, runner });
  const parts = {
    opened,
    artifacts,
    events,
    answering,
    metrics,
    logger,
    now,
    version: VERSION,
    train,
    queue: queue?.runner,
  };
  const { models, rollout, trainings, forecasts, planning, categories } = composeModels(config, parts);
  const readiness = new Readiness(models, opened.database, redis);
  const access = composeAccess(config, { database: opened.database, events, redis, metrics, now });
  const { apiKeys, sessions } = access;
  const purge = () => Promise.all([apiKeys.purge(), sessions.purge()]);
  const maintenance = new Maintenance(opened.storage, logger, now, purge);
  const collectMetrics = options.metricsCollector?.(metrics) ?? (() => metrics.registry.metrics());
  const daily = new DailyForecastService(planning, opened.storage, holidays, categories);
  const sales = new SalesService(forecaster, metrics, config.REJECTED_LINES_LIMIT);
  const dependencies: AppDependencies = {
    forecaster,
    forecasts,
    sales,
    webhooks: new WebhookService(sales, models, now),
    models,
    rollout,
    trainings,
    planning,
    alerts: new AlertService(createForecaster({ ...answering, events: holidays, now }), categories, now),
    daily,
    past: new PastForecastService({
      models,
      planning,
      daily,
      storage: opened.storage,
      access: categories,
      now,
    }),
    storage: opened.storage,
    access,
    categories,
    operations: {
      readiness: () => readiness.report(),
      metrics: async () => ({
        text: await collectMetrics(),
        contentType: metrics.registry.contentType,
      }),
    },
    logger,
    onError: (error) => {
      if (ForecastError.is(error) && error.code === 'limit-exceeded') metrics.databaseExhausted.inc();
    },
    isDraining: () => readiness.isDraining,
    settings: {
      jsonLimitBytes: config.JSON_LIMIT_BYTES,
      uploadLimitBytes: config.UPLOAD_LIMIT_BYTES,
      webhookSecrets: { shopify: config.SHOPIFY_WEBHOOK_SECRET },
      trustedProxies: config.TRUST_PROXY_HOPS,
      https: config.TLS_CERT_FILE !== undefined,
      version: VERSION,
      jsonSeconds: config.JSON_SECONDS,
      documentation: config.DOCUMENTATION,
      dashboardDirectory: config.DASHBOARD_DIR,
      dashboardOrigins: config.DASHBOARD_ORIGINS,
    },
  };
  return {
    dependencies,
    readiness,
    maintenance,
    embedded: opened.embedded,
    database: opened.database,
    artifacts: artifacts.store,
    runner,
    close: async () => {
      models.stop();
      await trainings.stop();
      await (queue ?? runner).close();
      await rollout.stop();
      await cache.close();
      await events.close();
      redis?.disconnect();
      artifacts.close();
      await opened.close();
    },
  };
}

/** Folders that fill up: that of the embedded database, and that of models which are not kept in a bucket. */
function writtenFolders({ DATABASE_URL, DATA_DIR, ARTIFACT_BUCKET, ARTIFACT_DIR }: ServerConfig): string[] {
  const ofDatabase = DATABASE_URL ? [] : [DATA_DIR];
  const ofModels = ARTIFACT_BUCKET ? [] : [ARTIFACT_DIR ?? DATA_DIR];
  const folders = new Set([...ofDatabase, ...ofModels]);
  return folders.size > 0 ? [...folders] : ['.'];
}

function openEvents(
  config: ServerConfig,
  { embedded }: OpenDatabase,
  redis: Redis | undefined,
  logger: Logger,
): InstanceEvents {
  if (redis) return new RedisEvents(redis, `${config.REDIS_PREFIX}:events`, logger);
  return embedded ? new LocalEvents() : new UnconnectedEvents();
}
