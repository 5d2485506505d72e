import { type Kysely, type RawBuilder, sql } from 'kysely';
import { ForecastError } from '../../errors.js';
import { throwIfAborted, untilAborted } from '../../long-call.js';
import type { SalesColumns } from '../../panel/sales-columns.js';
import { isRecordText } from '../../panel/sales-record.js';
import { present } from '../../present.js';
import type { SalesQuery, SalesSummary } from '../contract.js';
import { compareText } from '../daily-sales.js';
import { SalesColumnsWriter, TextCodes } from '../sales-columns.js';
import { arrayLiteral } from './array-literal.js';
import { CopiedRows } from './copied-rows.js';
import { CopyOut } from './copy-out.js';
import type { LimitedClient, LimitedPool } from './limited-pool.js';
import { dateLiteral, type Tables } from './tables.js';

const CHUNK_ROWS = 5_000;
/** Small, as an embedded database works in this thread: a chunk takes some milliseconds. */
const EMBEDDED_CHUNK_ROWS = 1_000;

interface SalesRow {
  readonly day: number;
  readonly product_id: string;
  readonly location: string;
  readonly category: string;
  readonly units: number;
  readonly revenue: number | null;
  readonly price: number | null;
  readonly promo: boolean | null;
  readonly in_stock: boolean | null;
}

/**
 * Reads by `COPY`, which takes half the time of a cursor; through a cursor where the client cannot copy, or where texts choose
 * the rows, which `COPY` takes no parameters for. One snapshot, and a few chunks of rows in memory at a time.
 */
export async function* readSales(
  pool: LimitedPool,
  db: Kysely<unknown>,
  tables: Tables,
  query: SalesQuery,
): AsyncGenerator<SalesColumns, void, void> {
  throwIfAborted(query.signal);
  if (query.categories === undefined && query.productIds === undefined) {
    const client = await pool.connect();
    if (client.submit) {
      yield* copySales(client, client.submit, selectSales(tables, query).compile(db).sql, query.signal);
      return;
    }
    client.release();
  }
  // The cursor is read to its end, so the plan with the least total time is the best.
  yield* readThroughCursor(db, tables, query, { chunkRows: CHUNK_ROWS, tupleFraction: 1 });
}

async function* copySales(
  client: LimitedClient,
  submit: NonNullable<LimitedClient['submit']>,
  select: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<SalesColumns, void, void> {
  const rows = new CopiedRows();
  const copy = new CopyOut(`COPY (${select}) TO STDOUT (FORMAT binary)`, rows.add, rows.rest);
  try {
    submit(copy);
    yield* copy.results(signal);
  } finally {
    // The rest of an answer that nobody wants would have to be read to its end.
    client.release(!copy.isDone);
  }
}

interface CursorSettings {
  readonly chunkRows: number;
  /** Share of the rows for which the planner optimises (`cursor_tuple_fraction`). */
  readonly tupleFraction: number;
}

async function* readThroughCursor(
  db: Kysely<unknown>,
  tables: Tables,
  query: SalesQuery,
  { chunkRows, tupleFraction }: CursorSettings,
): AsyncGenerator<SalesColumns, void, void> {
  const { signal } = query;
  throwIfAborted(signal);
  const categories = new TextCodes();
  const transaction = await db.startTransaction().setAccessMode('read only').execute();
  try {
    await sql`SET LOCAL cursor_tuple_fraction = ${sql.lit(tupleFraction)}`.execute(transaction);
    await sql`DECLARE sales_reader NO SCROLL CURSOR FOR ${selectSales(tables, query)}`.execute(transaction);
    for (;;) {
      const fetching = sql<SalesRow>`FETCH ${sql.lit(chunkRows)} FROM sales_reader`.execute(transaction);
      const { rows } = await untilAborted(fetching, signal);
      if (rows.length > 0) yield columnsOf(rows, categories);
      if (rows.length < chunkRows) break;
      throwIfAborted(signal);
    }
  } finally {
    const ended = transaction.rollback().execute();
    // An abort does not wait for the running statement.
    if (signal?.aborted) ended.catch(() => undefined);
    else await ended;
  }
}

/**
 * Reads all rows before yielding the first: an embedded database has one connection, which no reader may hold.
 */
export async function* readEmbeddedSales(
  db: Kysely<unknown>,
  tables: Tables,
  query: SalesQuery,
): AsyncGenerator<SalesColumns, void, void> {
  throwIfAborted(query.signal);
  const chunks: SalesColumns[] = [];
  // Fraction 0 merges the indexes of the partitions; sorting all rows would be one long step.
  const settings = { chunkRows: EMBEDDED_CHUNK_ROWS, tupleFraction: 0 };
  for await (const chunk of readThroughCursor(db, tables, query, settings)) chunks.push(chunk);
  for (const chunk of chunks) {
    throwIfAborted(query.signal);
    yield chunk;
  }
}

export async function summarizeSales(db: Kysely<unknown>, { sales }: Tables): Promise<SalesSummary> {
  const { rows } = await sql<{
    rows: string;
    products: string;
    categories: string[] | null;
    first_day: number | null;
    last_day: number | null;
  }>`
    SELECT count(*) AS rows, count(DISTINCT product_id) AS products,
      array_agg(DISTINCT category) AS categories,
      min(day) - DATE '1970-01-01' AS first_day, max(day) - DATE '1970-01-01' AS last_day
    FROM ${sales}`.execute(db);
  const summary = present(rows[0], 'summary of the sales');
  return {
    rows: Number(summary.rows),
    products: Number(summary.products),
    categories: (summary.categories ?? []).sort(compareText),
    firstDay: summary.first_day ?? undefined,
    lastDay: summary.last_day ?? undefined,
  };
}

/** The conditions of a query on a table with `day`, `category` and `product_id`. */
export function conditionsOf({ from, to, categories, productIds }: SalesQuery): RawBuilder<unknown> {
  checkDay('from', from);
  checkDay('to', to);
  const conditions = [
    from !== undefined && sql`day >= ${dateLiteral(from)}`,
    to !== undefined && sql`day <= ${dateLiteral(to)}`,
    categories !== undefined && sql`category = ANY (${textArray(categories)})`,
    productIds !== undefined && sql`product_id = ANY (${textArray(productIds)})`,
  ].filter((condition) => condition !== false);
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` AND `);
}

function selectSales({ sales }: Tables, query: SalesQuery): RawBuilder<unknown> {
  return sql`
    SELECT day - DATE '1970-01-01' AS day, product_id, location, category, units, revenue, price, promo, in_stock
    FROM ${sales} AS s WHERE ${conditionsOf(query)} ORDER BY product_id, location, s.day`;
}

/**
 * One parameter for all texts, as an array literal. Texts that no row can hold are dropped, as the database
 * would refuse them.
 */
function textArray(texts: readonly string[]): RawBuilder<unknown> {
  return sql`${arrayLiteral(texts.filter(isRecordText))}::text::text[]`;
}

function checkDay(option: 'from' | 'to', day: number | undefined): void {
  if (day === undefined || Number.isInteger(day)) return;
  throw new ForecastError('invalid-option', `${option} must be a whole number of days, not ${day}`, {
    path: [option],
  });
}

function columnsOf(rows: readonly SalesRow[], categories: TextCodes): SalesColumns {
  const writer = new SalesColumnsWriter(rows.length);
  for (const row of rows) {
    const at = writer.append(row.product_id, row.location, 1);
    writer.day[at] = row.day;
    writer.category[at] = categories.codeOf(row.category);
    writer.units[at] = row.units;
    writer.revenue[at] = row.revenue ?? Number.NaN;
    writer.price[at] = row.price ?? Number.NaN;
    writer.promo[at] = row.promo === null ? -1 : Number(row.promo);
    writer.inStock[at] = row.in_stock === null ? -1 : Number(row.in_stock);
  }
  return writer.finish(categories.texts);
}
