import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { Day } from '../../calendar/day.js';
import { throwIfAborted } from '../../long-call.js';
import { present } from '../../present.js';
import type { DailySale, StreamPosition, WriteResult } from '../contract.js';
import { assertSameBody } from '../delivery.js';
import { arrayLiteral } from './array-literal.js';
import { movePosition } from './stream-positions.js';
import { COLUMN_NAMES, dateLiteral, type Tables } from './tables.js';

/** Rows of one statement: few enough that an abort is answered within 100 ms. */
export const STATEMENT_ROWS = 2_500;
/** The same for an embedded database, whose statements hold up this thread. */
export const EMBEDDED_STATEMENT_ROWS = 400;

/** Id, mode and hash of a delivery, by which it is recognised. */
export interface DeliveryKey {
  readonly id: string;
  readonly mode: 'add' | 'replace';
  /** Hash of its body; empty if the sender gave no id. */
  readonly sha256: string;
  readonly position: StreamPosition | undefined;
}

/**
 * Writes rows and the id of their delivery in one transaction.
 *
 * @param rows one row per key, in reading order, so that concurrent writers do not deadlock
 */
export async function writeSales(
  db: Kysely<unknown>,
  tables: Tables,
  delivery: DeliveryKey,
  rows: readonly DailySale[],
  statementRows: number,
  signal: AbortSignal | undefined,
): Promise<WriteResult> {
  return db.transaction().execute(async (transaction) => {
    const number = await claimDelivery(transaction, tables, delivery, extentOf(rows));
    if (number === undefined) return { written: 0, alreadyWritten: true };
    for (let start = 0; start < rows.length; start += statementRows) {
      throwIfAborted(signal);
      const some = rows.slice(start, start + statementRows);
      await upsertSales(transaction, tables, asTable(some), { ...delivery, number });
    }
    throwIfAborted(signal);
    const met = await countMet(transaction, tables, number);
    return { written: rows.length, alreadyWritten: false, ...(met > 0 && { met }) };
  });
}

/** Number of rows of a delivery, and its days; undefined days without rows. */
export interface Extent {
  readonly rows: number;
  readonly firstDay: Day | undefined;
  readonly lastDay: Day | undefined;
}

function extentOf(rows: readonly DailySale[]): Extent {
  let firstDay: Day | undefined;
  let lastDay: Day | undefined;
  for (const { day } of rows) {
    firstDay = Math.min(day, firstDay ?? day);
    lastDay = Math.max(day, lastDay ?? day);
  }
  return { rows: rows.length, firstDay, lastDay };
}

/**
 * Moves the stream of a delivery, inserts its id and returns its number; waits while another transaction writes the same one.
 * Returns undefined if it was written before; a delivery without rows leaves no id, and has the number 0.
 *
 * @throws ForecastError `key-reused` if another delivery was written with this id, `conflict` if its stream is elsewhere.
 */
export async function claimDelivery(
  db: Kysely<unknown>,
  tables: Tables,
  { id, sha256, position }: DeliveryKey,
  { rows: written, firstDay, lastDay }: Extent,
): Promise<number | undefined> {
  const { batches } = tables;
  if (position) await movePosition(db, tables, position);
  if (firstDay !== undefined && lastDay !== undefined) {
    const claimed = await sql<{ number: string }>`
      INSERT INTO ${batches} (id, written, sha256, first_day, last_day)
      VALUES (${id}, ${written}, ${sha256}, ${dateLiteral(firstDay)}, ${dateLiteral(lastDay)})
      ON CONFLICT (id) DO NOTHING RETURNING number`.execute(db);
    const [row] = claimed.rows;
    if (row) return Number(row.number);
  }
  const { rows } = await sql<{ sha256: string }>`SELECT sha256 FROM ${batches} WHERE id = ${id}`.execute(db);
  const [stored] = rows;
  if (!stored) return 0;
  assertSameBody(id, stored.sha256, sha256);
  return undefined;
}

/** Adds rows to the sales, or replaces those that have their key; returns the number of rows. */
export async function upsertSales(
  db: Kysely<unknown>,
  { sales }: Tables,
  rows: RawBuilder<unknown>,
  { mode, number }: { readonly mode: 'add' | 'replace'; readonly number: number },
): Promise<number> {
  const { numAffectedRows } = await sql`
    INSERT INTO ${sales} AS stored (${COLUMNS}, delivery)
    SELECT ${COLUMNS}, ${sql.lit(number)}::bigint FROM ${rows}
    ON CONFLICT (product_id, location, day) DO UPDATE
      SET ${mode === 'add' ? ADD : REPLACE}, delivery = excluded.delivery`.execute(db);
  return Number(numAffectedRows ?? 0);
}

/** Number of rows of a delivery that were stored before: the trigger of the sales keeps each of them. */
export async function countMet(db: Kysely<unknown>, { before }: Tables, number: number): Promise<number> {
  const { rows } = await sql<{ met: string }>`
    SELECT count(*) AS met FROM ${before} WHERE overwritten_by = ${sql.lit(number)}`.execute(db);
  return Number(present(rows[0], 'count of rows').met);
}

export const COLUMNS = sql.raw(COLUMN_NAMES.join(', '));

/** The same rule as `addSales`. */
export const ADD = sql`
  category = excluded.category,
  units = stored.units + excluded.units,
  revenue = coalesce(stored.revenue + excluded.revenue, excluded.revenue, stored.revenue),
  price = coalesce(excluded.price, stored.price),
  promo = coalesce(stored.promo OR excluded.promo, stored.promo, excluded.promo),
  in_stock = coalesce(stored.in_stock AND excluded.in_stock, stored.in_stock, excluded.in_stock)`;

const REPLACE = sql`
  category = excluded.category, units = excluded.units, revenue = excluded.revenue,
  price = excluded.price, promo = excluded.promo, in_stock = excluded.in_stock`;

/** Rows as a table that a statement selects from. */
export function asTable(rows: readonly DailySale[]): RawBuilder<unknown> {
  return sql`(
    SELECT DATE '1970-01-01' + day_number AS day, product_id, location, category, units, revenue, price, promo, in_stock
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
    ) AS given (day_number, product_id, location, category, units, revenue, price, promo, in_stock)
  ) AS new`;
}

/**
 * A column as the text of one array: a statement with one parameter per value is limited to 65,535 of them and
 * takes several times as long to parse.
 */
function column(
  rows: readonly DailySale[],
  value: (row: DailySale) => string | number | boolean | undefined,
): string {
  return arrayLiteral(rows.map(value));
}
