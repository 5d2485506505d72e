import { Kysely, PostgresDialect } from 'kysely';
import type { Day } from '../../calendar/day.js';
import { checkWholeNumber, ForecastError } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { SalesColumns } from '../../panel/sales-columns.js';
import type {
  DailySale,
  RemovalNote,
  SalesBatch,
  SalesQuery,
  SalesRemoval,
  SalesSelection,
  SalesStorage,
  SalesSummary,
  StoredDelivery,
  WriteResult,
} from '../contract.js';
import { Delivery } from '../delivery.js';
import { salesOf } from '../sales-columns.js';
import { type DailyCategoryTotal, readDailyTotals, TotalsRefresher } from './daily-totals.js';
import { LimitedPool } from './limited-pool.js';
import { migrateToLatest } from './migrations.js';
import { Partitions } from './partitions.js';
import { type EmbeddedDatabase, EmbeddedPool } from './pglite-pool.js';
import type { PostgresPool } from './pool.js';
import { isMissingPartition, isTransient, toForecastError } from './postgres-errors.js';
import { readEmbeddedSales, readSales, summarizeSales } from './read-sales.js';
import {
  deleteSales,
  forgetOldChanges,
  forgetRemovals,
  readDeliveries,
  readRemovals,
  undoDelivery,
} from './remove-sales.js';
import { removeAbandoned, StagedDelivery } from './staged-delivery.js';
import { readPosition } from './stream-positions.js';
import { type Month, monthOfDay, type Tables, tablesIn } from './tables.js';
import { tidyEmbedded } from './tidy-embedded.js';
import { type DeliveryKey, EMBEDDED_STATEMENT_ROWS, STATEMENT_ROWS, writeSales } from './write-sales.js';

/** Database: the user's `pg` pool, one pool for writing and one for reading, or an embedded database. */
export type PostgresConnection =
  | { readonly pool: PostgresPool }
  | { readonly primary: PostgresPool; readonly replica?: PostgresPool }
  | { readonly pglite: EmbeddedDatabase };

export type PostgresStorageOptions = PostgresConnection & {
  /** Schema of the tables. Default `public`. */
  readonly schema?: string;
  /** Connections that the storage takes from each pool at once. Default 100. */
  readonly maxConnections?: number;
  /** Milliseconds that a call waits for a connection before it fails with `limit-exceeded`. Default 10,000. */
  readonly acquireTimeoutMs?: number;
  /** Days that {@link PostgresStorage.maintain} keeps. Default 731, two years. */
  readonly retentionDays?: number;
  /** Months after the current one whose partitions {@link PostgresStorage.maintain} creates. Default 3. */
  readonly monthsAhead?: number;
  /**
   * Refresh of the daily totals after new sales: `background` starts one after each write and lets the write
   * return, `manual` leaves it to {@link PostgresStorage.refreshDailyTotals}. Default `background`.
   */
  readonly totals?: 'background' | 'manual';
  /** Called when a refresh in the background fails; the next one catches up. */
  readonly onBackgroundError?: (error: ForecastError) => void;
};

const STORAGE_OPTIONS: OptionTable<PostgresStorageOptions> = {
  pool: 1,
  schema: 1,
  maxConnections: 1,
  acquireTimeoutMs: 1,
  retentionDays: 1,
  monthsAhead: 1,
  totals: 1,
  onBackgroundError: 1,
  primary: 1,
  replica: 1,
  pglite: 1,
};

/** Days that a call of {@link PostgresStorage.maintain} keeps. */
export interface RetentionOptions {
  /** Days of sales. Default: those of the storage. */
  readonly retentionDays?: number | undefined;
  /** Days of the log of removals. Default: all of it. */
  readonly removalDays?: number | undefined;
}

const RETENTION_OPTIONS: OptionTable<RetentionOptions> = { retentionDays: 1, removalDays: 1 };

const WRITE_ATTEMPTS = 6;

/**
 * Sales in PostgreSQL 15 or newer, or in an embedded PGlite: partitioned by month, written by idempotent batches,
 * read by `COPY`. The pool or database stays the user's: `close()` does not end it.
 *
 * ```ts
 * import pg from 'pg';
 * import { PostgresStorage } from 'commerce-forecast/postgres';
 *
 * const pool = new pg.Pool({ connectionString: process.env['DATABASE_URL'], max: 100 });
 * const storage = new PostgresStorage({ pool });
 * await storage.migrate();
 * await storage.write({
 *   id: 'delivery-1',
 *   rows: [{ day: 19_783, productId: 'tea', category: 'Drinks', units: 12 }],
 * });
 * ```
 */
export class PostgresStorage implements SalesStorage {
  readonly specificationVersion = 'v1';
  readonly name: 'postgres' | 'pglite';
  readonly #primary: Kysely<unknown>;
  readonly #replica: Kysely<unknown> | undefined;
  /** The pool of each database on a server. */
  readonly #pools = new Map<Kysely<unknown>, LimitedPool>();
  readonly #tables: Tables;
  readonly #statementRows: number;
  readonly #partitions: Partitions;
  readonly #totals: TotalsRefresher;
  readonly #options: PostgresStorageOptions;
  readonly #discarding = new Set<Promise<void>>();
  #closed = false;

  /** @throws ForecastError `invalid-option` for a wrong schema name or limit. */
  constructor(options: PostgresStorageOptions) {
    refuseUnknown(options, STORAGE_OPTIONS);
    const embedded = 'pglite' in options;
    this.#options = options;
    this.name = embedded ? 'pglite' : 'postgres';
    this.#tables = tablesIn(options.schema ?? 'public');
    const { maxConnections = 100, acquireTimeoutMs = 10_000, retentionDays = 1 } = options;
    for (const [name, value] of Object.entries({ maxConnections, acquireTimeoutMs, retentionDays })) {
      checkWholeNumber(name, value);
    }
    const limits = { maxConnections, acquireTimeoutMs };
    const open = (unlimited: PostgresPool) => {
      const pool = new LimitedPool(unlimited, limits);
      const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
      this.#pools.set(db, pool);
      return db;
    };
    if ('pglite' in options) {
      const pool = new EmbeddedPool(options.pglite);
      this.#primary = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    } else {
      this.#primary = open('pool' in options ? options.pool : options.primary);
      if ('replica' in options && options.replica !== undefined) this.#replica = open(options.replica);
    }
    this.#statementRows = embedded ? EMBEDDED_STATEMENT_ROWS : STATEMENT_ROWS;
    this.#partitions = new Partitions(this.#primary, this.#tables, embedded);
    this.#totals = new TotalsRefresher(this.#primary, this.#tables);
  }

  /**
   * Creates the tables or brings them up to date; call it once at the start of every process.
   *
   * @returns the names of the migrations that were run.
   * @throws ForecastError `conflict` if the tables are newer than this version of the package.
   */
  migrate(): Promise<readonly string[]> {
    return this.#call(() => migrateToLatest(this.#primary, this.#tables.schema));
  }

  async write(batch: SalesBatch, options: { readonly signal?: AbortSignal } = {}): Promise<WriteResult> {
    this.#assertOpen();
    const delivery = new Delivery(batch, options);
    const chunks = delivery.chunks();
    try {
      const first = await chunks.next();
      const second = first.done ? first : await chunks.next();
      const result =
        first.done || second.done
          ? await this.#writeAtOnce(delivery, first.done ? [] : first.value, options.signal)
          : await this.#writeStaged(delivery, rejoin([first.value, second.value], chunks), options.signal);
      if (result.written > 0) this.#refreshInBackground();
      return result;
    } finally {
      await chunks.return();
    }
  }

  /** Reads from the replica if there is one and it answers; it may lag behind writes. */
  async *read(query: SalesQuery = {}): AsyncIterable<readonly DailySale[]> {
    for await (const columns of this.readColumns(query)) yield salesOf(columns);
  }

  /** The rows of {@link read} in columns. */
  async *readColumns(query: SalesQuery = {}): AsyncIterable<SalesColumns> {
    this.#assertOpen();
    let started = false;
    for (const db of this.#readers()) {
      const pool = this.#pools.get(db);
      try {
        const rows = pool
          ? readSales(pool, db, this.#tables, query)
          : readEmbeddedSales(db, this.#tables, query);
        for await (const columns of rows) {
          started = true;
          yield columns;
        }
        return;
      } catch (error) {
        const failure = toForecastError(error);
        // The fallback is possible only before the first row: later, rows would be read twice.
        if (started || db === this.#primary || failure.code !== 'unavailable') throw failure;
      }
    }
  }

  summary(): Promise<SalesSummary> {
    return this.#fromReaders((db) => summarizeSales(db, this.#tables));
  }

  /** Units and revenue of each category and day, as of the last refresh. */
  dailyTotals(
    query: Pick<SalesQuery, 'from' | 'to' | 'categories'> = {},
  ): Promise<readonly DailyCategoryTotal[]> {
    return this.#fromReaders((db) => readDailyTotals(db, this.#tables, query));
  }

  /** Brings the daily totals up to date without blocking their readers. */
  refreshDailyTotals(): Promise<void> {
    return this.#call(() => this.#totals.refresh());
  }

  streamPosition(stream: string): Promise<string | undefined> {
    return this.#call(() => readPosition(this.#primary, this.#tables, stream));
  }

  deliveries(limit: number): Promise<readonly StoredDelivery[]> {
    return this.#call(() => readDeliveries(this.#primary, this.#tables, limit));
  }

  async undo(deliveryId: string, note: RemovalNote = {}): Promise<number> {
    const rows = await this.#call(() =>
      this.#retried(() => undoDelivery(this.#primary, this.#tables, deliveryId, note)),
    );
    this.#refreshInBackground();
    return rows;
  }

  async delete(selection: SalesSelection, note: RemovalNote = {}): Promise<number> {
    const rows = await this.#call(() =>
      this.#retried(() => deleteSales(this.#primary, this.#tables, selection, note)),
    );
    if (rows > 0) this.#refreshInBackground();
    return rows;
  }

  removals(limit: number): Promise<readonly SalesRemoval[]> {
    return this.#call(() => readRemovals(this.#primary, this.#tables, limit));
  }

  async deleteBefore(day: Day): Promise<number> {
    if (!Number.isInteger(day)) {
      throw new ForecastError('invalid-option', `${day} is not a day`, { path: ['day'] });
    }
    const removed = await this.#call(() => this.#partitions.removeBefore(day));
    if (removed > 0) this.#refreshInBackground();
    return removed;
  }

  /**
   * Runs the daily maintenance: creates the partitions of yesterday and of the coming months, drops sales beyond the retention,
   * removes the remains of interrupted deliveries, and forgets what deliveries older than 30 days changed. In an embedded database, which has no
   * processes in the background, the space of old rows and of the log is made free to be used again.
   *
   * @param retention days that are kept in place of those of the storage
   * @returns the number of rows of sales that were removed.
   * @throws ForecastError `invalid-option` for days that are no whole number from 1.
   */
  async maintain(today: Day, retention: RetentionOptions = {}): Promise<number> {
    refuseUnknown(retention, RETENTION_OPTIONS);
    const { monthsAhead = 3 } = this.#options;
    const { retentionDays = this.#options.retentionDays ?? 731, removalDays } = retention;
    checkWholeNumber('retentionDays', retentionDays);
    if (removalDays !== undefined) checkWholeNumber('removalDays', removalDays);
    // On the first of a month the sales that come are those of the last one.
    const first = monthOfDay(today - 1);
    const count = monthOfDay(today) + monthsAhead - first + 1;
    await this.#call(() => this.#partitions.ensure(Array.from({ length: count }, (_, i) => first + i)));
    await this.#call(() => removeAbandoned(this.#primary, this.#tables));
    await this.#call(() => forgetOldChanges(this.#primary, this.#tables));
    if (removalDays !== undefined) {
      await this.#call(() => forgetRemovals(this.#primary, this.#tables, today - removalDays));
    }
    const removed = await this.deleteBefore(today - retentionDays);
    if (this.name === 'pglite') await this.#call(() => tidyEmbedded(this.#primary));
    return removed;
  }

  /** Waits for work in the background and refuses further calls. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([this.#totals.idle(), ...this.#discarding]);
  }

  async #writeAtOnce(
    delivery: Delivery,
    rows: readonly DailySale[],
    signal: AbortSignal | undefined,
  ): Promise<WriteResult> {
    const key = await keyOf(delivery);
    return this.#writing(monthsOf(rows), signal, () =>
      writeSales(this.#primary, this.#tables, key, rows, this.#statementRows, signal),
    );
  }

  /** Writes a delivery through the staging table, with at most two chunks in memory. */
  async #writeStaged(
    delivery: Delivery,
    chunks: AsyncIterable<readonly DailySale[]>,
    signal: AbortSignal | undefined,
  ): Promise<WriteResult> {
    const staged = new StagedDelivery(this.#primary, this.#tables, this.#statementRows);
    const months = new Set<Month>();
    try {
      for await (const rows of chunks) {
        for (const month of monthsOf(rows)) months.add(month);
        await this.#call(() => staged.add(rows, signal));
      }
      const key = await keyOf(delivery);
      return await this.#writing(months, signal, () => staged.store(key, signal));
    } finally {
      // Not awaited, as nobody sees staged rows; `maintain` removes what this leaves.
      const discarding = staged.discard().catch(() => undefined);
      this.#discarding.add(discarding);
      discarding.then(() => this.#discarding.delete(discarding));
    }
  }

  #writing(
    months: ReadonlySet<Month>,
    signal: AbortSignal | undefined,
    write: () => Promise<WriteResult>,
  ): Promise<WriteResult> {
    return this.#call(() =>
      this.#retried(async () => {
        await this.#partitions.ensure(months, signal);
        return write();
      }),
    );
  }

  #readers(): readonly Kysely<unknown>[] {
    return this.#replica === undefined ? [this.#primary] : [this.#replica, this.#primary];
  }

  async #fromReaders<T>(work: (db: Kysely<unknown>) => Promise<T>): Promise<T> {
    if (this.#replica !== undefined) {
      const replica = this.#replica;
      try {
        return await this.#call(() => work(replica));
      } catch (error) {
        if (!ForecastError.is(error) || error.code !== 'unavailable') throw error;
      }
    }
    return this.#call(() => work(this.#primary));
  }

  async #call<T>(work: () => Promise<T>): Promise<T> {
    this.#assertOpen();
    try {
      return await work();
    } catch (error) {
      throw toForecastError(error);
    }
  }

  async #retried<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === WRITE_ATTEMPTS || !isTransient(error)) throw error;
        if (isMissingPartition(error)) this.#partitions.forget();
      }
    }
  }

  #refreshInBackground(): void {
    if (this.#options.totals === 'manual' || this.#closed) return;
    this.#totals.refresh().catch((error) => this.#options.onBackgroundError?.(toForecastError(error)));
  }

  #assertOpen(): void {
    if (this.#closed) throw new ForecastError('unavailable', 'The storage is closed');
  }
}

async function keyOf(delivery: Delivery): Promise<DeliveryKey> {
  const { id, mode, position } = delivery;
  return { id, mode, position, sha256: await delivery.bodyHash() };
}

function monthsOf(rows: readonly DailySale[]): Set<Month> {
  return new Set(rows.map((row) => monthOfDay(row.day)));
}

/** Yields the chunks that were read ahead, then the rest. */
async function* rejoin<T>(read: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  yield* read;
  yield* rest;
}
