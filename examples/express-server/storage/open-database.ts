import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ForecastError } from 'commerce-forecast';
import {
  PostgresDocumentStore,
  PostgresStorage,
  type PostgresStorageOptions,
} from 'commerce-forecast/postgres';
import pg from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { ServerConfig } from '../config.js';
import { registerPoolMetrics } from '../monitoring/pool-metrics.js';
import type { Tracing } from '../monitoring/tracing.js';
import { withRole } from '../tenants/tenant-schema.js';
import { keepCheckpoints } from './checkpoints.js';
import { type Database, EmbeddedGate, withTypedErrors } from './database.js';
import { openPglite } from './open-pglite.js';
import { createServerTables, createShopTables } from './server-tables.js';
import { tracedEmbedded, traceQueries } from './traced-queries.js';

const CONNECT_TIMEOUT_MS = 5_000;

export interface OpenDatabase {
  readonly storage: PostgresStorage;
  /** Store of the registry's state: the versions of the model, and which of them answer. */
  readonly registryState: PostgresDocumentStore;
  readonly database: Database;
  readonly embedded: boolean;
  close(): Promise<void>;
}

/** Opens PostgreSQL, or without a `DATABASE_URL` the embedded database on disk, and brings the tables up to date. */
export async function openDatabase(
  config: ServerConfig,
  logger: Logger,
  registry: Registry,
  tracing: Tracing | undefined,
): Promise<OpenDatabase> {
  const common = {
    schema: config.DATABASE_SCHEMA,
    retentionDays: config.RETENTION_DAYS,
    onBackgroundError: (error: Error) =>
      logger.warn({ err: error }, 'the daily totals could not be refreshed'),
  };
  const { DATABASE_URL: url } = config;
  const max = Math.max(1, Math.floor(config.DATABASE_POOL_MAX / config.CLUSTER_WORKERS));
  const opened = url
    ? openPostgres(config, common, max, tracing, (primary) => registerPoolMetrics(registry, primary, max))
    : await openEmbedded(config, common, tracing, logger);
  await createServerTables(opened.database, config.DATABASE_SCHEMA);
  await opened.storage.migrate();
  await opened.registryState.migrate();
  return opened;
}

/**
 * Opens the schema of a tenant with the rights of its role alone: a statement that names another schema is refused by PostgreSQL.
 *
 * @throws ForecastError `conflict` if the connections do not have that role.
 */
export async function openTenantDatabase(
  config: ServerConfig,
  schema: string,
  logger: Logger,
  tracing: Tracing | undefined,
): Promise<OpenDatabase> {
  const opened = openPostgres(
    {
      DATABASE_URL: config.DATABASE_URL && withRole(config.DATABASE_URL, schema),
      DATABASE_REPLICA_URL: config.DATABASE_REPLICA_URL && withRole(config.DATABASE_REPLICA_URL, schema),
    },
    {
      schema,
      retentionDays: config.RETENTION_DAYS,
      onBackgroundError: (error) => logger.warn({ err: error }, 'the daily totals could not be refreshed'),
    },
    config.TENANT_POOL_MAX,
    tracing,
  );
  try {
    const { rows } = await opened.database.query<{ role: string }>('SELECT current_user AS role');
    if (rows[0]?.role !== schema) {
      throw new ForecastError('conflict', 'The connections of a tenant do not have the role of the tenant');
    }
    await createShopTables(opened.database, schema);
    await opened.storage.migrate();
    await opened.registryState.migrate();
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

type CommonOptions = Pick<PostgresStorageOptions, 'schema' | 'retentionDays' | 'onBackgroundError'>;

function openPostgres(
  config: Pick<ServerConfig, 'DATABASE_URL' | 'DATABASE_REPLICA_URL'>,
  common: CommonOptions,
  max: number,
  tracing: Tracing | undefined,
  onOpen?: (primary: pg.Pool) => void,
): OpenDatabase {
  const open = (connectionString: string | undefined) => {
    const pool = new pg.Pool({ connectionString, max, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
    if (tracing) traceQueries(pool, tracing);
    return pool;
  };
  const primary = open(config.DATABASE_URL);
  const replica = config.DATABASE_REPLICA_URL ? open(config.DATABASE_REPLICA_URL) : undefined;
  onOpen?.(primary);
  const storage = new PostgresStorage({ primary, replica, maxConnections: max, ...common });
  return {
    storage,
    registryState: new PostgresDocumentStore({ pool: primary, schema: common.schema }),
    database: withTypedErrors(primary),
    embedded: false,
    close: async () => {
      await storage.close();
      await Promise.all([primary.end(), replica?.end()]);
    },
  };
}

async function openEmbedded(
  config: ServerConfig,
  common: CommonOptions,
  tracing: Tracing | undefined,
  logger: Logger,
): Promise<OpenDatabase> {
  await mkdir(config.DATA_DIR, { recursive: true });
  const { pglite: database, close } = await openPglite(join(config.DATA_DIR, 'database'));
  const gate = new EmbeddedGate(tracing ? tracedEmbedded(database, tracing) : database);
  const storage = new PostgresStorage({ pglite: gate.transactional, ...common });
  const server = withTypedErrors(gate);
  const endCheckpoints = keepCheckpoints(server, logger);
  return {
    storage,
    registryState: new PostgresDocumentStore({ pglite: gate.transactional, schema: common.schema }),
    database: server,
    embedded: true,
    close: async () => {
      endCheckpoints();
      await storage.close();
      await close();
    },
  };
}
