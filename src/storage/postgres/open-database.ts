import { Kysely, PostgresDialect, type RawBuilder, sql } from 'kysely';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { LimitedPool } from './limited-pool.js';
import { type EmbeddedDatabase, EmbeddedPool } from './pglite-pool.js';
import type { PostgresPool } from './pool.js';
import { toForecastError } from './postgres-errors.js';
import { tablesIn } from './tables.js';

/** The user's `pg` pool or embedded database, and the schema of the tables (default `public`). */
export type DatabaseOptions = ({ readonly pool: PostgresPool } | { readonly pglite: EmbeddedDatabase }) & {
  readonly schema?: string;
};

const DATABASE_OPTIONS: OptionTable<DatabaseOptions> = { pool: 1, schema: 1, pglite: 1 };

const LIMITS = { maxConnections: 100, acquireTimeoutMs: 10_000 };

/** A database whose errors are those of this package. */
export interface Database {
  readonly name: 'postgres' | 'pglite';
  /** @throws ForecastError for any error of the database. */
  run<R>(statement: RawBuilder<R>): Promise<readonly R[]>;
  /** Runs statements in a transaction. */
  transaction(
    work: (run: <R>(statement: RawBuilder<R>) => Promise<readonly R[]>) => Promise<void>,
  ): Promise<void>;
  /** Creates tables; concurrent processes do so one after the other. */
  migrate(lock: string, ...statements: readonly RawBuilder<unknown>[]): Promise<void>;
  table(name: string): RawBuilder<unknown>;
}

/** @throws ForecastError `invalid-option` for a wrong schema name. */
export function openDatabase(options: DatabaseOptions): Database {
  refuseUnknown(options, DATABASE_OPTIONS);
  const { schema } = tablesIn(options.schema ?? 'public');
  const embedded = 'pglite' in options;
  const pool = embedded ? new EmbeddedPool(options.pglite) : new LimitedPool(options.pool, LIMITS);
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });

  async function guarded<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await work();
    } catch (error) {
      throw toForecastError(error);
    }
  }

  const transaction: Database['transaction'] = (work) =>
    guarded(() =>
      db.transaction().execute((open) => work(async (statement) => (await statement.execute(open)).rows)),
    );

  return {
    name: embedded ? 'pglite' : 'postgres',
    run: (statement) => guarded(async () => (await statement.execute(db)).rows),
    transaction,
    migrate: (lock, ...statements) =>
      transaction(async (run) => {
        await run(sql`SELECT pg_advisory_xact_lock(hashtext(${`${lock} ${schema}`}))`);
        for (const statement of statements) await run(statement);
      }),
    table: (name) => sql.id(schema, name),
  };
}
