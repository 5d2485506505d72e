import type { Day } from '../calendar/day.js';

/**
 * Sales of one product on one day (at one location): the row that a storage keeps. The rule is that of a sales
 * record (`salesRecordSchema`): texts of at most 400 code units of well-formed Unicode, without U+0000 and a
 * leading byte order mark; amounts up to 1e12; prices of zero or more; days of the years 1900 to 2199.
 */
export interface DailySale {
  readonly day: Day;
  readonly productId: string;
  readonly category: string;
  /** Default `''`: sales are not kept apart by location. */
  readonly location?: string;
  /** Negative for returns. */
  readonly units: number;
  readonly revenue?: number;
  readonly price?: number;
  readonly promo?: boolean;
  readonly inStock?: boolean;
}

/**
 * A delivery: sales that arrive together. It is written whole or not at all, whatever its size. A delivery
 * whose `id` was written before is skipped if its content is the same, so that it may be repeated after a
 * crash, and refused otherwise.
 */
export interface SalesBatch {
  /** Idempotency key. It is taken only when at least one row is written. */
  readonly id?: string;
  /**
   * Treatment of rows whose day, product and location are stored already: `add` sums units and revenue (sales
   * lines that arrive one after the other), `replace` keeps the new row (daily totals that are sent again).
   * Rows of one batch with the same key are summed in both modes. Default `add`.
   */
  readonly mode?: 'add' | 'replace';
  /**
   * All rows at once, or a stream of chunks, of which a database storage holds only a few in memory. If the
   * stream throws, nothing is written and its error is passed on.
   */
  readonly rows: readonly DailySale[] | AsyncIterable<readonly DailySale[]>;
}

export interface WriteResult {
  /** Rows stored, after rows of the same key were summed. */
  readonly written: number;
  /** True if this batch had been written before; nothing was changed then. */
  readonly alreadyWritten: boolean;
  /**
   * Rows whose day, product and location were stored before; absent if there were none, or if the storage does
   * not count them.
   */
  readonly met?: number;
}

export interface SalesQuery {
  /** First day, included. */
  readonly from?: Day;
  /** Last day, included. */
  readonly to?: Day;
  readonly categories?: readonly string[];
  readonly productIds?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface SalesSummary {
  readonly rows: number;
  readonly products: number;
  /** Sorted by code unit. */
  readonly categories: readonly string[];
  /** Undefined while nothing is stored. */
  readonly firstDay: Day | undefined;
  readonly lastDay: Day | undefined;
}

/** Store of sales. All methods reject with a `ForecastError`: `unavailable` when the store is out of reach. */
export interface SalesStorage {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /**
   * Stores a delivery atomically: if the call rejects, nothing is written, and no reader ever sees a part of
   * it.
   *
   * @throws ForecastError `invalid-data` for a row against the rule, with the path `[row of the batch from 0, column]`;
   * `key-reused` if another batch (other rows, another order or mode) was written with this id; `aborted`.
   */
  write(batch: SalesBatch, options?: { readonly signal?: AbortSignal }): Promise<WriteResult>;
  /**
   * Rows in chunks, ordered by product, location and day; from one consistent snapshot, however long the
   * reading takes.
   */
  read(query?: SalesQuery): AsyncIterable<readonly DailySale[]>;
  summary(): Promise<SalesSummary>;
  /** Removes the sales before a day (retention) and returns the number of removed rows. */
  deleteBefore(day: Day): Promise<number>;
  close(): Promise<void>;
}
