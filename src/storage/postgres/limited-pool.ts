import { ForecastError } from '../../errors.js';
import type { CopyConnection, Submittable } from './copy-out.js';
import type { PostgresPool, PostgresPoolClient } from './pool.js';
import { toForecastError } from './postgres-errors.js';

export interface PoolLimits {
  /** Connections that the storage holds at once. */
  readonly maxConnections: number;
  /** Milliseconds that a call waits for a connection before it fails. */
  readonly acquireTimeoutMs: number;
}

/** Members of `pg` clients besides the interface that Kysely needs. */
interface PgClient extends PostgresPoolClient {
  on?(event: 'error', listener: (error: Error) => void): unknown;
  off?(event: 'error', listener: (error: Error) => void): unknown;
  release(broken?: Error | boolean): void;
  /** Only clients that can copy have one. */
  readonly connection?: Partial<CopyConnection> & { sendCopyFromChunk?: unknown };
}

/** A client of a {@link LimitedPool}. */
export interface LimitedClient extends PostgresPoolClient {
  /** Runs a statement that the client calls back; undefined for clients that cannot copy. */
  readonly submit: ((statement: Submittable) => void) | undefined;
  /** @param isBroken ends the connection instead of giving it back: for one in the middle of an answer */
  release(isBroken?: boolean): void;
}

const SURVIVING = new WeakSet<PostgresPool>();

/** Adds an error listener, once per pool: without one, Node ends the process when an idle connection is cut. */
function surviveIdleErrors(pool: PostgresPool): void {
  if (SURVIVING.has(pool)) return;
  SURVIVING.add(pool);
  (pool as { on?: (event: 'error', listener: () => void) => void }).on?.('error', () => undefined);
}

/**
 * A pool in front of the user's: never more than a number of connections at once, a clear error instead of an
 * endless wait, and no crash of the process when the server ends a connection that is in use.
 */
export class LimitedPool implements PostgresPool {
  readonly #pool: PostgresPool;
  readonly #limits: PoolLimits;
  readonly #waiters = new Set<() => void>();
  #inUse = 0;

  constructor(pool: PostgresPool, limits: PoolLimits) {
    this.#pool = pool;
    this.#limits = limits;
    surviveIdleErrors(pool);
  }

  async connect(): Promise<LimitedClient> {
    const deadline = Date.now() + this.#limits.acquireTimeoutMs;
    await this.#takePlace();
    try {
      return this.#guarded(await this.#connectBefore(deadline));
    } catch (error) {
      this.#freePlace();
      throw toForecastError(error);
    }
  }

  /** Does nothing: the user's pool is ended by the user. */
  async end(): Promise<void> {}

  #takePlace(): Promise<void> {
    if (this.#inUse < this.#limits.maxConnections) {
      this.#inUse++;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const proceed = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiters.delete(proceed);
        reject(this.#exhausted());
      }, this.#limits.acquireTimeoutMs);
      this.#waiters.add(proceed);
    });
  }

  #freePlace(): void {
    const [next] = this.#waiters;
    if (next === undefined) {
      this.#inUse--;
      return;
    }
    this.#waiters.delete(next);
    next();
  }

  async #connectBefore(deadline: number): Promise<PgClient> {
    const connecting = this.#pool.connect() as Promise<PgClient>;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), Math.max(1, deadline - Date.now()));
    });
    const first = await Promise.race([connecting, late]).finally(() => clearTimeout(timer));
    if (first !== 'late') return first;
    // A connection that arrives after the timeout is released at once.
    connecting.then((client) => client.release()).catch(() => undefined);
    throw this.#exhausted();
  }

  #exhausted(): ForecastError {
    const { maxConnections, acquireTimeoutMs } = this.#limits;
    return new ForecastError(
      'limit-exceeded',
      `No database connection became free within ${acquireTimeoutMs} ms (${this.#inUse} of at most ${maxConnections} in use)`,
      { hint: 'Raise the `max` of the pool and `maxConnections`, or make fewer calls at once.' },
    );
  }

  #guarded(client: PgClient): LimitedClient {
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on?.('error', onError);
    return {
      query: (async (sql: string, parameters: readonly unknown[]) =>
        client.query(sql, parameters)) as PostgresPoolClient['query'],
      submit:
        client.connection?.sendCopyFromChunk === undefined
          ? undefined
          : (statement) => void (client as unknown as { query(one: Submittable): void }).query(statement),
      release: (isBroken = false) => {
        client.off?.('error', onError);
        client.release(broken ?? isBroken);
        this.#freePlace();
      },
    };
  }
}
