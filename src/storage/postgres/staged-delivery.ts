import { type Kysely, type RawBuilder, sql } from 'kysely';
import { ForecastError } from '../../errors.js';
import { throwIfAborted } from '../../long-call.js';
import { present } from '../../present.js';
import type { DailySale, WriteResult } from '../contract.js';
import type { Tables } from './tables.js';
import {
  ADD,
  asTable,
  COLUMNS,
  claimDelivery,
  countMet,
  type DeliveryKey,
  type Extent,
  upsertSales,
} from './write-sales.js';

interface SaleKey {
  readonly product_id: string;
  readonly location: string;
  readonly day: number;
}

/**
 * A delivery that is larger than a chunk. Its rows are staged in a table that nobody reads, so that neither a
 * transaction nor a connection is held while the rest arrives, and are moved to the sales in one transaction at
 * the end. Rows left by a killed process are invisible, and are removed a day later.
 */
export class StagedDelivery {
  readonly #db: Kysely<unknown>;
  readonly #tables: Tables;
  readonly #delivery = sql`${crypto.randomUUID()}::uuid`;
  readonly #statementRows: number;
  #staged = 0;

  constructor(db: Kysely<unknown>, tables: Tables, statementRows: number) {
    this.#db = db;
    this.#tables = tables;
    this.#statementRows = statementRows;
  }

  /** Stages a chunk of rows with distinct keys; they are summed with staged rows of the same key. */
  async add(rows: readonly DailySale[], signal: AbortSignal | undefined): Promise<void> {
    for (let start = 0; start < rows.length; start += this.#statementRows) {
      throwIfAborted(signal);
      // A row that was never updated has no xmax: this counts keys, not rows.
      const { rows: counts } = await sql<{ added: string }>`
        WITH staged AS (
          INSERT INTO ${this.#tables.staging} AS stored (delivery, ${COLUMNS})
          SELECT ${this.#delivery}, ${COLUMNS} FROM ${asTable(rows.slice(start, start + this.#statementRows))}
          ON CONFLICT (delivery, product_id, location, day) DO UPDATE SET ${ADD}
          RETURNING (xmax = 0) AS is_new
        ) SELECT count(*) FILTER (WHERE is_new) AS added FROM staged`.execute(this.#db);
      this.#staged += Number(present(counts[0], 'count of rows').added);
    }
  }

  /** Moves all rows to the sales, together with the id of the delivery. May be called again after a failure. */
  async store(delivery: DeliveryKey, signal: AbortSignal | undefined): Promise<WriteResult> {
    const { staging } = this.#tables;
    const ends = await this.#statementEnds();
    const extent = await this.#extent();
    return this.#db.transaction().execute(async (transaction) => {
      const number = await claimDelivery(transaction, this.#tables, delivery, extent);
      if (number === undefined) return { written: 0, alreadyWritten: true };
      let written = 0;
      for (let i = 0; i <= ends.length; i++) {
        throwIfAborted(signal);
        const part = between(i === 0 ? undefined : ends[i - 1], ends[i]);
        const rows = sql`(
          SELECT ${COLUMNS} FROM ${staging} AS s WHERE delivery = ${this.#delivery} AND ${part}
          ORDER BY product_id, location, s.day) AS new`;
        written += await upsertSales(transaction, this.#tables, rows, { ...delivery, number });
      }
      throwIfAborted(signal);
      if (written !== this.#staged) {
        throw new ForecastError('unavailable', `${this.#staged - written} rows of the delivery were lost`, {
          hint: 'The database was restarted meanwhile: send the delivery again.',
        });
      }
      const met = await countMet(transaction, this.#tables, number);
      return { written, alreadyWritten: false, ...(met > 0 && { met }) };
    });
  }

  /** Removes the staged rows, in statements that are short even in an embedded database. */
  async discard(): Promise<void> {
    const { staging } = this.#tables;
    for (;;) {
      const { numAffectedRows } = await sql`
        DELETE FROM ${staging} WHERE ctid = ANY (ARRAY(
          SELECT ctid FROM ${staging} WHERE delivery = ${this.#delivery} LIMIT ${sql.lit(this.#statementRows)}
        ))`.execute(this.#db);
      if (Number(numAffectedRows ?? 0) < this.#statementRows) return;
    }
  }

  async #extent(): Promise<Extent> {
    const { rows } = await sql<{ first_day: number | null; last_day: number | null }>`
      SELECT min(day) - DATE '1970-01-01' AS first_day, max(day) - DATE '1970-01-01' AS last_day
      FROM ${this.#tables.staging} WHERE delivery = ${this.#delivery}`.execute(this.#db);
    const { first_day, last_day } = present(rows[0], 'days of the delivery');
    return { rows: this.#staged, firstDay: first_day ?? undefined, lastDay: last_day ?? undefined };
  }

  /** Keys that divide the rows into statements. */
  async #statementEnds(): Promise<readonly SaleKey[]> {
    const { rows } = await sql<SaleKey>`
      SELECT product_id, location, day - DATE '1970-01-01' AS day FROM (
        SELECT product_id, location, day, row_number() OVER (ORDER BY product_id, location, day) AS place
        FROM ${this.#tables.staging} WHERE delivery = ${this.#delivery}
      ) AS numbered WHERE place % ${sql.lit(this.#statementRows)} = 0 ORDER BY place`.execute(this.#db);
    return rows;
  }
}

/** Removes the rows of deliveries that were interrupted by the end of their process. */
export async function removeAbandoned(db: Kysely<unknown>, { staging }: Tables): Promise<void> {
  await sql`DELETE FROM ${staging} WHERE staged_at < now() - interval '1 day'`.execute(db);
}

function between(after: SaleKey | undefined, upTo: SaleKey | undefined): RawBuilder<unknown> {
  const key = (bound: SaleKey) =>
    sql`(${bound.product_id}, ${bound.location}, DATE '1970-01-01' + ${sql.lit(bound.day)})`;
  const lower = after && sql`(product_id, location, day) > ${key(after)}`;
  const upper = upTo && sql`(product_id, location, day) <= ${key(upTo)}`;
  return lower && upper ? sql`${lower} AND ${upper}` : (lower ?? upper ?? sql`true`);
}
