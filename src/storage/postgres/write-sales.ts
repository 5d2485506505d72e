import { type Kysely, sql } from 'kysely';
import { throwIfAborted } from '../../long-call.js';
import type { DailySale, WriteResult } from '../contract.js';
import { arrayLiteral } from './array-literal.js';
import type { Tables } from './tables.js';

/** Rows of one statement: few enough that an abort is answered within 100 ms. */
const CHUNK_ROWS = 2_500;

export interface CheckedBatch {
  readonly id: string | undefined;
  readonly mode: 'add' | 'replace';
  /** One row per key, all batches in the same order, so that writers at once do not lock each other out. */
  readonly rows: readonly DailySale[];
}

/** Writes a batch in one transaction: it exists whole, together with its id, or not at all. */
export async function writeSales(
  db: Kysely<unknown>,
  tables: Tables,
  batch: CheckedBatch,
  signal: AbortSignal | undefined,
): Promise<WriteResult> {
  return db.transaction().execute(async (transaction) => {
    if (batch.id !== undefined && !(await claimId(transaction, tables, batch.id, batch.rows.length))) {
      return { written: 0, alreadyWritten: true };
    }
    for (let start = 0; start < batch.rows.length; start += CHUNK_ROWS) {
      throwIfAborted(signal);
      await upsert(transaction, tables, batch.rows.slice(start, start + CHUNK_ROWS), batch.mode);
    }
    throwIfAborted(signal);
    return { written: batch.rows.length, alreadyWritten: false };
  });
}

/** Notes the id of the batch; waits while another transaction writes the same one. False if it was written. */
async function claimId(
  db: Kysely<unknown>,
  { batches }: Tables,
  id: string,
  written: number,
): Promise<boolean> {
  const { rows } = await sql`
    INSERT INTO ${batches} (id, written) VALUES (${id}, ${written})
    ON CONFLICT (id) DO NOTHING RETURNING id`.execute(db);
  return rows.length > 0;
}

async function upsert(
  db: Kysely<unknown>,
  { sales }: Tables,
  rows: readonly DailySale[],
  mode: 'add' | 'replace',
): Promise<void> {
  const onConflict = mode === 'add' ? ADD : REPLACE;
  await sql`
    INSERT INTO ${sales} AS stored
      (day, product_id, location, category, units, revenue, price, promo, in_stock)
    SELECT DATE '1970-01-01' + day, product_id, location, category, units, revenue, price, promo, in_stock
    FROM unnest(
      ${column(rows, (row) => row.day)}::text::integer[],
      ${column(rows, (row) => row.productId)}::text::text[],
      ${column(rows, (row) => row.location ?? '')}::text::text[],
      ${column(rows, (row) => row.category)}::text::text[],
      ${column(rows, (row) => row.units)}::text::double precision[],
      ${column(rows, (row) => row.revenue)}::text::double precision[],
      ${column(rows, (row) => row.price)}::text::double precision[],
      ${column(rows, (row) => row.promo)}::text::boolean[],
      ${column(rows, (row) => row.inStock)}::text::boolean[]
    ) AS new (day, product_id, location, category, units, revenue, price, promo, in_stock)
    ON CONFLICT (product_id, location, day) DO UPDATE SET ${onConflict}`.execute(db);
}

/** The same rule as `addSales`. */
const ADD = sql`
  category = excluded.category,
  units = stored.units + excluded.units,
  revenue = coalesce(stored.revenue + excluded.revenue, excluded.revenue, stored.revenue),
  price = coalesce(excluded.price, stored.price),
  promo = coalesce(stored.promo OR excluded.promo, stored.promo, excluded.promo),
  in_stock = coalesce(excluded.in_stock, stored.in_stock)`;

const REPLACE = sql`
  category = excluded.category, units = excluded.units, revenue = excluded.revenue,
  price = excluded.price, promo = excluded.promo, in_stock = excluded.in_stock`;

/**
 * A column as the text of one array: a statement with a parameter per value is cut at 65,535 of them and takes
 * several times as long to parse.
 */
function column(
  rows: readonly DailySale[],
  value: (row: DailySale) => string | number | boolean | undefined,
): string {
  return arrayLiteral(rows.map(value));
}
