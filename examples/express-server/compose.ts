import { createForecastCache, createForecaster, ForecastError } from 'commerce-forecast';
import { RedisCacheStore } from 'commerce-forecast/redis';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { AppDependencies } from './app.js';
import type { ServerConfig } from './config.js';
import { type InstanceEvents, LocalEvents, RedisEvents, UnconnectedEvents } from './events.js';
import { Engagement } from './monitoring/engagement.js';
import { registerHostMetrics } from './monitoring/host-metrics.js';
import { createMetrics, type Metrics } from './monitoring/metrics.js';
import { ModelMetrics } from './monitoring/model-metrics.js';
import { observeCache } from './monitoring/observed-cache.js';
import { Readiness } from './monitoring/readiness.js';
import { ApiKeyRepository } from './security/api-key-repository.js';
import { ApiKeyService } from './security/api-key-service.js';
import { RateLimiter } from './security/rate-limiter.js';
import { TokenService } from './security/tokens.js';
import { ForecastService } from './services/forecast-service.js';
import { Maintenance } from './services/maintenance.js';
import { ModelService } from './services/model-service.js';
import { SalesService } from './services/sales-service.js';
import { TrainingService } from './services/training-service.js';
import { openArtifacts } from './storage/open-artifacts.js';
import { type OpenDatabase, openDatabase } from './storage/open-database.js';
import { openRedis } from './storage/open-redis.js';
import { TrainingRuns } from './training/training-runs.js';

const VERSION = '1.0.0';
const WINDOW_SECONDS = 60;
/** Answers past their time are served while they are computed anew. */
const STALE_MS = 60_000;

export interface ComposeOptions {
  readonly logger: Logger;
  /** Clock for what expires. Default: the system's. */
  readonly now?: () => Date;
  /** Makes what collects the metrics of all processes. Default: those of this one. */
  readonly metricsCollector?: (metrics: Metrics) => () => Promise<string>;
}

/** A server in parts, ready to be listened with. */
export interface ComposedServer {
  readonly dependencies: AppDependencies;
  readonly readiness: Readiness;
  readonly maintenance: Maintenance;
  readonly embedded: boolean;
  /** Ends what runs in the background and closes all connections. */
  close(): Promise<void>;
}

/** Connects everything that the settings name, and makes the parts of the server from it. */
export async function composeServer(config: ServerConfig, options: ComposeOptions): Promise<ComposedServer> {
  const { logger, now = () => new Date() } = options;
  const metrics = createMetrics();
  registerHostMetrics(metrics.registry, config.DATA_DIR);
  const artifacts = await openArtifacts(config);
  const opened = await openDatabase(config, logger, metrics.registry);
  const redis = config.REDIS_URL ? await openRedis(config.REDIS_URL, logger) : undefined;
  const events = openEvents(config, opened, redis);
  const store = redis && new RedisCacheStore({ client: redis, prefix: `${config.REDIS_PREFIX}:cache` });
  const cache = observeCache(createForecastCache({ store, staleWhileRevalidateMs: STALE_MS }), metrics);
  const forecaster = createForecaster({ storage: opened.storage, cache, now });
  const modelMetrics = new ModelMetrics(metrics.registry);
  const models = new ModelService({
    forecaster,
    artifacts: artifacts.store,
    events,
    logger,
    onActivated: (snapshot, earlier) => modelMetrics.show(snapshot, earlier),
  });
  const trainings = new TrainingService({
    storage: opened.storage,
    runs: new TrainingRuns(opened.database, config.DATABASE_SCHEMA),
    models,
    model: config.MODEL,
    country: config.COUNTRY,
    metrics,
    logger,
  });
  const readiness = new Readiness(forecaster, opened.database, redis);
  const maintenance = new Maintenance(opened.storage, logger, now);
  const collectMetrics = options.metricsCollector?.(metrics) ?? (() => metrics.registry.metrics());
  const dependencies: AppDependencies = {
    forecaster,
    forecasts: new ForecastService(forecaster, metrics),
    sales: new SalesService(forecaster, metrics),
    models,
    trainings,
    access: {
      apiKeys: new ApiKeyService({
        repository: new ApiKeyRepository(opened.database, config.DATABASE_SCHEMA),
        events,
        lifetimeDays: config.KEY_LIFETIME_DAYS,
        rotationOverlapHours: config.KEY_ROTATION_OVERLAP_HOURS,
        now,
      }),
      tokens: config.JWT_SECRET ? new TokenService(config.JWT_SECRET, now) : undefined,
      requestLimiter: new RateLimiter({
        limit: config.RATE_LIMIT_PER_MINUTE,
        windowSeconds: WINDOW_SECONDS,
        redis,
        prefix: `${config.REDIS_PREFIX}:requests`,
      }),
      refusalLimiter: new RateLimiter({
        limit: config.REFUSED_KEYS_PER_MINUTE,
        windowSeconds: WINDOW_SECONDS,
        redis,
        prefix: `${config.REDIS_PREFIX}:refusals`,
      }),
      metricsToken: config.METRICS_TOKEN,
      metrics,
      engagement: new Engagement(metrics.registry),
    },
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
      trustedProxies: config.TRUST_PROXY_HOPS,
      https: config.TLS_CERT_FILE !== undefined,
      version: VERSION,
    },
  };
  return {
    dependencies,
    readiness,
    maintenance,
    embedded: opened.embedded,
    close: async () => {
      maintenance.stop();
      models.stop();
      await trainings.stop();
      await cache.close();
      await events.close();
      redis?.disconnect();
      artifacts.close();
      await opened.close();
    },
  };
}

function openEvents(
  config: ServerConfig,
  { embedded }: OpenDatabase,
  redis: Redis | undefined,
): InstanceEvents {
  if (redis) return new RedisEvents(redis, `${config.REDIS_PREFIX}:events`);
  return embedded ? new LocalEvents() : new UnconnectedEvents();
}
