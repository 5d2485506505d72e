import { type Kysely, sql } from 'kysely';
import type { Day } from '../../calendar/day.js';
import { throwIfAborted } from '../../long-call.js';
import { present } from '../../present.js';
import {
  dateLiteral,
  firstDayOfMonth,
  type Month,
  monthOfDay,
  monthOfPartition,
  partitionName,
  type Tables,
} from './tables.js';

/** Creates and drops the monthly partitions of the sales. */
export class Partitions {
  readonly #db: Kysely<unknown>;
  readonly #tables: Tables;
  readonly #embedded: boolean;
  readonly #known = new Set<Month>();

  constructor(db: Kysely<unknown>, tables: Tables, embedded: boolean) {
    this.#db = db;
    this.#tables = tables;
    this.#embedded = embedded;
  }

  /**
   * Creates missing partitions, in a separate transaction: a table is attached to its parent without blocking
   * readers or writers.
   */
  async ensure(months: Iterable<Month>, signal?: AbortSignal): Promise<void> {
    const wanted = [...new Set(months)].filter((month) => !this.#known.has(month));
    if (wanted.length === 0) return;
    await this.#db.transaction().execute(async (transaction) => {
      await sql`SELECT pg_advisory_xact_lock(${this.#lockId})`.execute(transaction);
      const attached = new Set((await this.#attached(transaction)).map(({ name }) => name));
      for (const month of wanted) {
        throwIfAborted(signal);
        if (!attached.has(partitionName(month))) await this.#create(transaction, month);
      }
    });
    for (const month of wanted) this.#known.add(month);
  }

  /** Clears the cache of known partitions, as another process may have dropped some. */
  forget(): void {
    this.#known.clear();
  }

  /**
   * Removes the sales before a day: whole months by dropping their tables. Returns the number of removed rows.
   */
  async removeBefore(day: Day): Promise<number> {
    return this.#db.connection().execute(async (connection) => {
      await sql`SELECT pg_advisory_lock(${this.#lockId})`.execute(connection);
      try {
        let removed = 0;
        for (const { name, pending } of await this.#attached(connection)) {
          const month = monthOfPartition(name);
          if (month === undefined || month >= monthOfDay(day)) continue;
          removed += await this.#drop(connection, name, pending);
          this.#known.delete(month);
        }
        const { sales, before } = this.#tables;
        await sql`DELETE FROM ${before} WHERE day < ${dateLiteral(day)}`.execute(connection);
        const rest = await sql`DELETE FROM ${sales} WHERE day < ${dateLiteral(day)}`.execute(connection);
        return removed + Number(rest.numAffectedRows ?? 0);
      } finally {
        await sql`SELECT pg_advisory_unlock(${this.#lockId})`.execute(connection).catch(() => undefined);
      }
    });
  }

  get #lockId() {
    return sql`hashtextextended(${`commerce-forecast partitions ${this.#tables.schema}`}, 0)`;
  }

  async #attached(db: Kysely<unknown>): Promise<readonly { name: string; pending: boolean }[]> {
    const { rows } = await sql<{ name: string; pending: boolean }>`
      SELECT child.relname::text AS name, inhdetachpending AS pending
      FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
      WHERE inhparent = ${`"${this.#tables.schema}".sales`}::regclass
      ORDER BY 1`.execute(db);
    return rows;
  }

  async #create(db: Kysely<unknown>, month: Month): Promise<void> {
    const { schema, sales } = this.#tables;
    const partition = sql.id(schema, partitionName(month));
    // An unattached table of that name was left by an interrupted retention.
    await sql`DROP TABLE IF EXISTS ${partition}`.execute(db);
    await sql`CREATE TABLE ${partition} (LIKE ${sales} INCLUDING ALL)`.execute(db);
    const from = dateLiteral(firstDayOfMonth(month));
    const to = dateLiteral(firstDayOfMonth(month + 1));
    await sql`ALTER TABLE ${sales} ATTACH PARTITION ${partition} FOR VALUES FROM (${from}) TO (${to})`.execute(
      db,
    );
  }

  /**
   * Detaching concurrently waits for readers of the month without blocking anybody. Rows are counted
   * afterwards, when none can be added.
   */
  async #drop(db: Kysely<unknown>, name: string, pending: boolean): Promise<number> {
    const { schema, sales } = this.#tables;
    const partition = sql.id(schema, name);
    if (!this.#embedded) {
      const how = pending ? sql`FINALIZE` : sql`CONCURRENTLY`;
      await sql`ALTER TABLE ${sales} DETACH PARTITION ${partition} ${how}`.execute(db);
    }
    const { rows } = await sql<{ rows: string }>`SELECT count(*) AS rows FROM ${partition}`.execute(db);
    await sql`DROP TABLE ${partition}`.execute(db);
    return Number(present(rows[0], 'count of rows').rows);
  }
}
