import { type Kysely, sql } from 'kysely';
import type { Day } from '../../calendar/day.js';
import { present } from '../../present.js';
import type { RemovalNote, SalesRemoval, SalesSelection, StoredDelivery } from '../contract.js';
import { checkSelection, NAMED_DELIVERIES, noSuchDelivery, overwritten, tooOld } from '../removal.js';
import { arrayLiteral } from './array-literal.js';
import { conditionsOf } from './read-sales.js';
import { dateLiteral, type Tables } from './tables.js';
import { COLUMNS } from './write-sales.js';

/** Days for which it is kept what a delivery changed. */
const UNDO_DAYS = sql`interval '30 days'`;

/** Deliveries that are stored, the latest first. */
export async function readDeliveries(
  db: Kysely<unknown>,
  { batches, before }: Tables,
  limit: number,
): Promise<readonly StoredDelivery[]> {
  const { rows } = await sql<{
    id: string;
    written: number;
    first_day: number | null;
    last_day: number | null;
    written_at: Date;
    can_undo: boolean;
  }>`
    SELECT id, written, written_at,
      first_day - DATE '1970-01-01' AS first_day, last_day - DATE '1970-01-01' AS last_day,
      written_at > now() - ${UNDO_DAYS}
        AND NOT EXISTS (SELECT FROM ${before} AS old WHERE old.delivery = number) AS can_undo
    FROM ${batches} WHERE first_day IS NOT NULL ORDER BY number DESC LIMIT ${limit}`.execute(db);
  return rows.map(({ id, written, first_day, last_day, written_at, can_undo }) => ({
    id,
    rows: written,
    firstDay: present(first_day, 'first day of a delivery'),
    lastDay: present(last_day, 'last day of a delivery'),
    writtenAt: new Date(written_at).toISOString(),
    canUndo: can_undo,
  }));
}

/**
 * Takes a delivery back in one transaction.
 *
 * @throws ForecastError as `SalesStorage.undo`
 */
export async function undoDelivery(
  db: Kysely<unknown>,
  tables: Tables,
  id: string,
  note: RemovalNote,
): Promise<number> {
  const { sales, batches, before } = tables;
  return db.transaction().execute(async (transaction) => {
    const found = await sql<{ number: string; is_known: boolean }>`
      SELECT number, first_day IS NOT NULL AND written_at > now() - ${UNDO_DAYS} AS is_known
      FROM ${batches} WHERE id = ${id} FOR UPDATE`.execute(transaction);
    const [delivery] = found.rows;
    if (!delivery) throw noSuchDelivery(id);
    if (!delivery.is_known) throw tooOld(id);
    const number = sql`${delivery.number}::bigint`;
    const refuseLater = async () => {
      const later = await sql<{ id: string }>`
        SELECT id FROM ${batches} WHERE number IN (
          SELECT overwritten_by FROM ${before} WHERE delivery = ${number}
        ) ORDER BY number LIMIT ${NAMED_DELIVERIES}`.execute(transaction);
      if (later.rows.length > 0)
        throw overwritten(
          id,
          later.rows.map((row) => row.id),
        );
    };
    await refuseLater();
    const removed = await sql`DELETE FROM ${sales} WHERE delivery = ${number}`.execute(transaction);
    await sql`
      WITH old AS (DELETE FROM ${before} WHERE overwritten_by = ${number} RETURNING ${COLUMNS}, delivery)
      INSERT INTO ${sales} (${COLUMNS}, delivery) SELECT ${COLUMNS}, delivery FROM old`.execute(transaction);
    // A delivery that was being written meanwhile, and that the removal has waited for.
    await refuseLater();
    await sql`DELETE FROM ${batches} WHERE id = ${id}`.execute(transaction);
    const rows = Number(removed.numAffectedRows ?? 0);
    await logRemoval(transaction, tables, { rows, deliveryId: id, ...note });
    return rows;
  });
}

/** Removes the rows of a selection, and what they were before. @throws ForecastError `invalid-option` without a condition. */
export async function deleteSales(
  db: Kysely<unknown>,
  tables: Tables,
  selection: SalesSelection,
  note: RemovalNote,
): Promise<number> {
  checkSelection(selection);
  const { sales, before } = tables;
  return db.transaction().execute(async (transaction) => {
    const { rows: counts } = await sql<{ rows: string }>`
      WITH gone AS (
        DELETE FROM ${sales} AS s WHERE ${conditionsOf(selection)} RETURNING product_id, location, s.day AS day
      ), forgotten AS (
        DELETE FROM ${before} AS old USING gone
        WHERE (old.product_id, old.location, old.day) = (gone.product_id, gone.location, gone.day)
      ) SELECT count(*) AS rows FROM gone`.execute(transaction);
    const rows = Number(present(counts[0], 'count of rows').rows);
    await logRemoval(transaction, tables, { rows, selection, ...note });
    return rows;
  });
}

async function logRemoval(
  db: Kysely<unknown>,
  { removals }: Tables,
  { rows, by, reason, deliveryId, selection = {} }: Omit<SalesRemoval, 'at'>,
): Promise<void> {
  const { from, to, categories, productIds } = selection;
  const date = (day: Day | undefined) => (day === undefined ? sql`NULL` : dateLiteral(day));
  const texts = (list: readonly string[] | undefined) =>
    list === undefined ? sql`NULL` : sql`${arrayLiteral(list)}::text::text[]`;
  await sql`
    INSERT INTO ${removals} (rows, actor, reason, delivery, first_day, last_day, categories, product_ids)
    VALUES (${rows}, ${by ?? null}, ${reason ?? null}, ${deliveryId ?? null}, ${date(from)}, ${date(to)},
      ${texts(categories)}, ${texts(productIds)})`.execute(db);
}

/** The last entries of the log of removals. */
export async function readRemovals(
  db: Kysely<unknown>,
  { removals }: Tables,
  limit: number,
): Promise<readonly SalesRemoval[]> {
  const { rows } = await sql<{
    at: Date;
    rows: number;
    actor: string | null;
    reason: string | null;
    delivery: string | null;
    first_day: number | null;
    last_day: number | null;
    categories: string[] | null;
    product_ids: string[] | null;
  }>`
    SELECT at, rows, actor, reason, delivery, categories, product_ids,
      first_day - DATE '1970-01-01' AS first_day, last_day - DATE '1970-01-01' AS last_day
    FROM ${removals} ORDER BY id DESC LIMIT ${limit}`.execute(db);
  return rows.map((row) => ({
    at: new Date(row.at).toISOString(),
    rows: row.rows,
    by: row.actor ?? undefined,
    reason: row.reason ?? undefined,
    ...(row.delivery === null
      ? {
          selection: {
            from: row.first_day ?? undefined,
            to: row.last_day ?? undefined,
            categories: row.categories ?? undefined,
            productIds: row.product_ids ?? undefined,
          },
        }
      : { deliveryId: row.delivery }),
  }));
}

/** Forgets what rows were before old deliveries changed them. */
export async function forgetOldChanges(db: Kysely<unknown>, { batches, before }: Tables): Promise<void> {
  await sql`
    DELETE FROM ${before} USING ${batches} AS late
    WHERE late.number = overwritten_by AND late.written_at < now() - ${UNDO_DAYS}`.execute(db);
}

/** Forgets who removed sales before a day (UTC), and why. */
export async function forgetRemovals(db: Kysely<unknown>, { removals }: Tables, before: Day): Promise<void> {
  await sql`DELETE FROM ${removals} WHERE at < ${dateLiteral(before)}::timestamp AT TIME ZONE 'UTC'`.execute(
    db,
  );
}
