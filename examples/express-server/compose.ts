import { type ArtifactStore, ForecastError, type SalesStorage } from 'commerce-forecast';
import { countryHolidays } from 'commerce-forecast/holidays';
import { createInProcessJobRunner, type JobRunner } from 'commerce-forecast/jobs';
import type { QuickBooksSource } from 'commerce-forecast/sources';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { AppDependencies } from './app.js';
import { composeAccess } from './compose-access.js';
import { composeSenders } from './compose-senders.js';
import { closeShop, composeShop } from './compose-shop.js';
import { ConfigError, type ServerConfig } from './config.js';
import { openEvents } from './events.js';
import { openQueue } from './jobs/open-queue.js';
import { registerHostMetrics } from './monitoring/host-metrics.js';
import { mergeMetrics } from './monitoring/merged-metrics.js';
import { createMetrics, type Metrics } from './monitoring/metrics.js';
import { Readiness } from './monitoring/readiness.js';
import { Tracing } from './monitoring/tracing.js';
import type { SignInPlaces } from './routes/sign-in.js';
import { Maintenance } from './services/maintenance.js';
import { WebhookService } from './services/webhook-service.js';
import type { Database } from './storage/database.js';
import { openArtifacts } from './storage/open-artifacts.js';
import { openDatabase } from './storage/open-database.js';
import { openRedis } from './storage/open-redis.js';
import { composeTenancy } from './tenants/compose-tenancy.js';
import type { Trainer } from './training/messages.js';

const VERSION = '1.0.0';
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
  /** Source of the sales in QuickBooks. Default: the company that is configured. */
  readonly quickBooks?: QuickBooksSource;
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
  const tracing = config.TRACING ? await Tracing.load() : undefined;
  const metrics = createMetrics();
  registerHostMetrics(metrics.registry, writtenFolders(config));
  const artifacts = await openArtifacts(config);
  if (DATABASE_URL && !config.ARTIFACT_BUCKET) {
    logger.warn(
      'models are kept in a folder beside a shared database: every instance has to see the same folder',
    );
  }
  const opened = await openDatabase(config, logger, metrics.registry, tracing);
  const redis = config.REDIS_URL ? await openRedis(config.REDIS_URL, logger) : undefined;
  const events = openEvents(redis, `${config.REDIS_PREFIX}:events`, opened.embedded, logger);
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
  const shop = composeShop(config, {
    opened,
    schema: config.DATABASE_SCHEMA,
    artifacts,
    events,
    redis,
    redisPrefix: config.REDIS_PREFIX,
    holidays,
    metrics,
    logger,
    now,
    version: VERSION,
    train,
    tracing,
    queue: queue?.runner,
  });
  const readiness = new Readiness(shop.models, opened.database, redis);
  const access = composeAccess(config, { database: opened.database, events, redis, metrics, logger, now });
  const maintenance = new Maintenance(opened.storage, logger, now, { purge: access.purge });
  const collectMetrics = options.metricsCollector?.(metrics) ?? (() => metrics.registry.metrics());
  const settings: AppDependencies['settings'] = {
    jsonLimitBytes: config.JSON_LIMIT_BYTES,
    uploadLimitBytes: config.UPLOAD_LIMIT_BYTES,
    trustedProxies: config.TRUST_PROXY_HOPS,
    https: config.TLS_CERT_FILE !== undefined,
    version: VERSION,
    issuer: config.OIDC_AUDIENCE === undefined ? undefined : config.OIDC_ISSUER,
    signIn: signInPlaces(config),
    jsonSeconds: config.JSON_SECONDS,
    documentation: config.DOCUMENTATION,
    dashboardDirectory: config.DASHBOARD_DIR,
    dashboardOrigins: config.DASHBOARD_ORIGINS,
  };
  const tenantMetrics = new Set<Registry>();
  const tenancy = opened.embedded
    ? undefined
    : await composeTenancy(opened.database, {
        config,
        redis,
        queue: queue?.runner,
        holidays,
        logger,
        now,
        version: VERSION,
        tracing,
        access,
        settings,
        onMetrics: (registry, isOpen) => {
          if (isOpen) tenantMetrics.add(registry);
          else tenantMetrics.delete(registry);
        },
      });
  const allMetrics = async () => {
    const texts = [collectMetrics(), ...[...tenantMetrics].map((registry) => registry.metrics())];
    return tenantMetrics.size === 0 ? collectMetrics() : mergeMetrics(await Promise.all(texts));
  };
  const senders = composeSenders(config, { sales: shop.sales, logger, now, quickBooks: options.quickBooks });
  const dependencies: AppDependencies = {
    ...shop,
    ...tenancy,
    webhooks: new WebhookService(shop.sales, shop.models, now),
    senders,
    access,
    operations: {
      readiness: () => readiness.report(),
      metrics: async () => ({
        text: await allMetrics(),
        contentType: metrics.registry.contentType,
      }),
    },
    logger,
    tracing,
    onError: (error) => {
      if (ForecastError.is(error) && error.code === 'limit-exceeded') metrics.databaseExhausted.inc();
    },
    isDraining: () => readiness.isDraining,
    settings,
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
      shop.models.stop();
      await senders.quickBooks?.sync.stop();
      await shop.trainings.stop();
      await tenancy?.tenants.close();
      await (queue ?? runner).close();
      await closeShop(shop);
      await events.close();
      redis?.disconnect();
      artifacts.close();
      await opened.close();
    },
  };
}

/** The places of signing in by the identity provider, if people may. */
function signInPlaces({ OIDC_CLIENT_ID, ...config }: ServerConfig): SignInPlaces | undefined {
  const { OIDC_ISSUER, PUBLIC_URL, DASHBOARD_URL = PUBLIC_URL } = config;
  if (OIDC_CLIENT_ID === undefined || !OIDC_ISSUER || !PUBLIC_URL || !DASHBOARD_URL) return undefined;
  return {
    label: config.OIDC_LABEL ?? new URL(OIDC_ISSUER).hostname,
    dashboard: DASHBOARD_URL,
    isSecure: PUBLIC_URL.startsWith('https:'),
  };
}

/** Folders that fill up: that of the embedded database, and that of models which are not kept in a bucket. */
function writtenFolders({ DATABASE_URL, DATA_DIR, ARTIFACT_BUCKET, ARTIFACT_DIR }: ServerConfig): string[] {
  const ofDatabase = DATABASE_URL ? [] : [DATA_DIR];
  const ofModels = ARTIFACT_BUCKET ? [] : [ARTIFACT_DIR ?? DATA_DIR];
  const folders = new Set([...ofDatabase, ...ofModels]);
  return folders.size > 0 ? [...folders] : ['.'];
}
