import { yieldToEventLoop } from '../../long-call.js';
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from './pool.js';

/** Part of an embedded database of `@electric-sql/pglite` that the storage needs. */
export interface EmbeddedDatabase {
  query<R>(
    sql: string,
    parameters?: unknown[],
  ): Promise<{ readonly rows: R[]; readonly affectedRows?: number }>;
}

/**
 * The tail of the queue of each database. It belongs to the database rather than to a pool, because a statement
 * of one pool must not run inside an open transaction of another.
 */
const queues = new WeakMap<EmbeddedDatabase, Promise<void>>();

/** An embedded database as a pool of one connection, which serves callers in order of arrival. */
export class EmbeddedPool implements PostgresPool {
  readonly #database: EmbeddedDatabase;

  constructor(database: EmbeddedDatabase) {
    this.#database = database;
  }

  async connect(): Promise<PostgresPoolClient> {
    const previous = queues.get(this.#database);
    let release = (): void => undefined;
    const turn = new Promise<void>((resolve) => {
      release = resolve;
    });
    queues.set(this.#database, turn);
    await previous;
    return { query: this.#query as PostgresPoolClient['query'], release: () => release() };
  }

  async end(): Promise<void> {}

  readonly #query = async <R>(
    sql: string,
    parameters: readonly unknown[],
  ): Promise<PostgresQueryResult<R>> => {
    // The database runs in this thread and answers without a turn of the event loop, so consecutive statements
    // would starve timers and requests.
    await yieldToEventLoop();
    const { rows, affectedRows } = await this.#database.query<R>(sql, [...parameters]);
    const command = (/^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ??
      'SELECT') as PostgresQueryResult<R>['command'];
    return { command, rowCount: affectedRows ?? rows.length, rows };
  };
}
