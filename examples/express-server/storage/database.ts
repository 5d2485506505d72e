import { ForecastError } from 'commerce-forecast';

/** Database for the server's own tables; a `pg` pool fits, and so does an {@link EmbeddedGate}. */
export interface Database {
  query<R>(sql: string, parameters?: unknown[]): Promise<{ readonly rows: R[] }>;
}

/** Part of `@electric-sql/pglite` that the gate needs. */
interface Embedded {
  query<R>(sql: string, parameters?: unknown[]): Promise<{ rows: R[]; affectedRows?: number }>;
}

/**
 * Lets two users share the one connection of an embedded database: while the transactions of one are open, the
 * statements of the other wait, and so never become part of them.
 */
export class EmbeddedGate {
  readonly #database: Embedded;
  #busy: Promise<void> = Promise.resolve();
  #endTransaction: (() => void) | undefined;

  constructor(database: Embedded) {
    this.#database = database;
  }

  /** For the user that opens transactions, with statements one after the other. */
  readonly transactional: Embedded = {
    query: async <R>(sql: string, parameters?: unknown[]) => {
      const command = /^\s*(\w+)/.exec(sql)?.[1]?.toLowerCase();
      if (command === 'begin' || command === 'start') await this.#openTransaction();
      try {
        return await this.#database.query<R>(sql, parameters);
      } finally {
        if (command === 'commit' || command === 'rollback') this.#closeTransaction();
      }
    },
  };

  /** For the user that sends single statements. */
  async query<R>(sql: string, parameters?: unknown[]): Promise<{ readonly rows: R[] }> {
    const turn = this.#busy.then(() => this.#database.query<R>(sql, parameters));
    this.#busy = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #openTransaction(): Promise<void> {
    const previous = this.#busy;
    this.#busy = new Promise((resolve) => {
      this.#endTransaction = resolve;
    });
    await previous;
  }

  #closeTransaction(): void {
    this.#endTransaction?.();
    this.#endTransaction = undefined;
  }
}

/** The same database, whose failures are typed: their texts name hosts and statements and are for the log only. */
export function withTypedErrors(database: Database): Database {
  return {
    async query<R>(sql: string, parameters?: unknown[]) {
      try {
        return await database.query<R>(sql, parameters);
      } catch (cause) {
        throw databaseFailed(cause);
      }
    },
  };
}

/** Makes the error of a database that has failed. */
export function databaseFailed(cause: unknown): ForecastError {
  // What is said of a host with several addresses is in the error of each.
  const errors: unknown[] = cause instanceof AggregateError ? cause.errors : [cause];
  const reasons = errors.map((error) => (error as Error).message);
  return new ForecastError('unavailable', `The database failed: ${reasons.join('; ')}`, { cause });
}
