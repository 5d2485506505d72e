import { type Kysely, sql } from 'kysely';
import type { Day } from '../../calendar/day.js';
import type { SalesQuery } from '../contract.js';
import { toForecastError } from './postgres-errors.js';
import { conditionsOf } from './read-sales.js';
import type { Tables } from './tables.js';

/** Sales of one category on one day, over all products and locations. */
export interface DailyCategoryTotal {
  readonly day: Day;
  readonly category: string;
  readonly units: number;
  /** Undefined if no row of the day has a revenue. */
  readonly revenue?: number;
  /** Number of rows that were summed. */
  readonly rows: number;
}

/** Daily totals of the categories from the materialized view, ordered by category and day. */
export async function readDailyTotals(
  db: Kysely<unknown>,
  { dailyTotals }: Tables,
  query: Pick<SalesQuery, 'from' | 'to' | 'categories'>,
): Promise<readonly DailyCategoryTotal[]> {
  const { from, to, categories } = query;
  const { rows } = await sql<{
    day: number;
    category: string;
    units: number;
    revenue: number | null;
    rows: string;
  }>`
    SELECT day - DATE '1970-01-01' AS day, category, units, revenue, rows
    FROM ${dailyTotals} AS t WHERE ${conditionsOf({ from, to, categories })}
    ORDER BY category, t.day`.execute(db);
  return rows.map((row) => ({ ...row, revenue: row.revenue ?? undefined, rows: Number(row.rows) }));
}

/**
 * Refreshes the materialized view without blocking its readers. Calls during a refresh share the next one, so
 * that many small batches cost few refreshes.
 */
export class TotalsRefresher {
  readonly #db: Kysely<unknown>;
  readonly #tables: Tables;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(db: Kysely<unknown>, tables: Tables) {
    this.#db = db;
    this.#tables = tables;
  }

  /** Resolves when the view includes everything that was written before this call. */
  refresh(): Promise<void> {
    if (this.#running === undefined) return this.#start();
    this.#next ??= this.#running
      .catch(() => undefined)
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  /** Waits for requested refreshes. */
  async idle(): Promise<void> {
    await this.#running?.catch(() => undefined);
    await this.#next?.catch(() => undefined);
  }

  #start(): Promise<void> {
    this.#running = this.#refreshView().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #refreshView(): Promise<void> {
    try {
      await sql`REFRESH MATERIALIZED VIEW CONCURRENTLY ${this.#tables.dailyTotals}`.execute(this.#db);
    } catch (error) {
      throw toForecastError(error);
    }
  }
}
