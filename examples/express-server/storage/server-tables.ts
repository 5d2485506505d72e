import { ForecastError } from 'commerce-forecast';
import type { Database } from './database.js';

/** Counts up with each change of the tables that an older server would not understand. */
const TABLES_VERSION = 1;

const VERSION_STATEMENTS = (schema: string) => [
  `CREATE SCHEMA IF NOT EXISTS "${schema}"`,
  `CREATE TABLE IF NOT EXISTS "${schema}".server_tables (version integer PRIMARY KEY)`,
];

/**
 * Statements that bring the server's own tables up to date, each safe to repeat. Processes that start together may
 * run them at once: what one of them loses to the other exists then, and the repetition finds it.
 */
const STATEMENTS = (schema: string) => [
  `CREATE TABLE IF NOT EXISTS "${schema}".api_keys (
    id text PRIMARY KEY,
    secret_hash bytea NOT NULL,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'merchant', 'analyst')),
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    replaced_by text
  )`,
  `ALTER TABLE "${schema}".api_keys
    ADD COLUMN IF NOT EXISTS first_used_at timestamptz,
    ADD COLUMN IF NOT EXISTS scope text,
    ADD COLUMN IF NOT EXISTS tenant text,
    DROP CONSTRAINT IF EXISTS api_keys_role_check,
    ADD CONSTRAINT api_keys_role_check CHECK (role ~ '^(tenant-)?(admin|merchant|analyst|limited-merchant)$')`,
  `CREATE TABLE IF NOT EXISTS "${schema}".tenants (
    id text PRIMARY KEY,
    created_at timestamptz NOT NULL,
    ready boolean NOT NULL,
    quota_rows bigint,
    quota_trainings integer,
    quota_requests integer
  )`,
  `ALTER TABLE "${schema}".tenants
    ADD COLUMN IF NOT EXISTS schema_name text,
    ADD COLUMN IF NOT EXISTS retention_sales integer,
    ADD COLUMN IF NOT EXISTS retention_removals integer,
    ADD COLUMN IF NOT EXISTS retention_trainings integer`,
  `CREATE TABLE IF NOT EXISTS "${schema}".sessions (
    id text PRIMARY KEY,
    secret_hash bytea NOT NULL,
    key_id text NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  // Of somebody whom an identity provider vouches for, `key_id` names no key: an older server refuses such a session.
  `ALTER TABLE "${schema}".sessions
    ADD COLUMN IF NOT EXISTS issuer text,
    ADD COLUMN IF NOT EXISTS role text,
    ADD COLUMN IF NOT EXISTS scope text,
    ADD COLUMN IF NOT EXISTS tenant text`,
  `CREATE TABLE IF NOT EXISTS "${schema}".sign_ins (
    id text PRIMARY KEY,
    secret_hash bytea NOT NULL,
    state text NOT NULL,
    nonce text NOT NULL,
    verifier text NOT NULL,
    next text NOT NULL,
    expires_at timestamptz NOT NULL
  )`,
  // Each sign-in that begins removes those that are over, of however many that anybody may begin.
  `CREATE INDEX IF NOT EXISTS sign_ins_expires_at ON "${schema}".sign_ins (expires_at)`,
];

/** Statements for the tables of a shop, which a tenant has in a schema of its own. */
const SHOP_STATEMENTS = (schema: string) => [
  `CREATE TABLE IF NOT EXISTS "${schema}".training_runs (
    id text PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed')),
    started_at timestamptz NOT NULL,
    alive_until timestamptz NOT NULL,
    finished_at timestamptz,
    model_version text,
    failure text
  )`,
  `CREATE UNIQUE INDEX IF NOT EXISTS training_runs_one_at_a_time
    ON "${schema}".training_runs (status) WHERE status = 'running'`,
  `ALTER TABLE "${schema}".training_runs
    ADD COLUMN IF NOT EXISTS version integer,
    ADD COLUMN IF NOT EXISTS decision text,
    ADD COLUMN IF NOT EXISTS cause text,
    DROP CONSTRAINT IF EXISTS training_runs_status_check,
    ADD CONSTRAINT training_runs_status_check CHECK (status IN ('queued', 'running', 'succeeded', 'failed'))`,
  `CREATE TABLE IF NOT EXISTS "${schema}".model_requests (
    routing integer NOT NULL,
    version integer NOT NULL,
    hour timestamptz NOT NULL,
    requests bigint NOT NULL,
    failures bigint NOT NULL,
    PRIMARY KEY (routing, version, hour)
  )`,
];

const ATTEMPTS = 5;

/**
 * Creates the tables of API keys, sessions, sign-ins, training runs and answered requests where they are missing.
 *
 * @throws ForecastError `conflict` if a newer server has changed them.
 */
export async function createServerTables(database: Database, schema: string): Promise<void> {
  await runAll(database, VERSION_STATEMENTS(schema));
  const { rows } = await database.query<{ version: number | null }>(
    `SELECT max(version) AS version FROM "${schema}".server_tables`,
  );
  const version = rows[0]?.version ?? 0;
  if (version > TABLES_VERSION) {
    throw new ForecastError(
      'conflict',
      `The tables of the server are of version ${version}, and this server knows ${TABLES_VERSION}`,
      { hint: 'Use the version of the server that used the database last, or a newer one.' },
    );
  }
  const note = `INSERT INTO "${schema}".server_tables VALUES (${TABLES_VERSION}) ON CONFLICT DO NOTHING`;
  await runAll(database, [...STATEMENTS(schema), ...SHOP_STATEMENTS(schema), note]);
}

/** Creates the tables of training runs and answered requests of a tenant in a schema that is there. */
export async function createShopTables(database: Database, schema: string): Promise<void> {
  await runAll(database, SHOP_STATEMENTS(schema));
}

async function runAll(database: Database, statements: readonly string[]): Promise<void> {
  for (const statement of statements) {
    for (let attempt = 1; ; attempt++) {
      try {
        await database.query(statement);
        break;
      } catch (error) {
        if (attempt === ATTEMPTS || !isLostRace(error)) throw error;
      }
    }
  }
}

/** Two sessions that create the same thing: one gets a duplicate key, object or table. */
function isLostRace(error: unknown): boolean {
  const { cause } = error as { cause?: { code?: unknown } };
  return ['23505', '42710', '42P07', '42P06'].includes(String(cause?.code));
}
