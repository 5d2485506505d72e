import type { Day } from '../calendar/day.js';

/**
 * Sales of one product on one day (at one location): the row that a storage keeps. Texts are well-formed Unicode of
 * at most 400 code units, without U+0000 and a leading byte order mark; days lie in the years 1 to 9999.
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
 * Sales that arrive together. A batch is written whole or not at all, and one whose `id` was written before is
 * skipped, so that a delivery may be repeated after a crash.
 */
export interface SalesBatch {
  readonly id?: string;
  /**
   * What happens where the day, product and location are stored already: `add` sums units and revenue (sales
   * lines that arrive one after the other), `replace` keeps the new row (daily totals that are sent again).
   * Rows of one batch with the same key are summed in both modes. Default `add`.
   */
  readonly mode?: 'add' | 'replace';
  readonly rows: readonly DailySale[];
}

export interface WriteResult {
  /** Rows stored, after rows of the same key were summed. */
  readonly written: number;
  /** True if a batch of this id had been written before; nothing was changed then. */
  readonly alreadyWritten: boolean;
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

/** Where sales are kept. All methods reject with a `ForecastError`: `unavailable` when the store is out of reach. */
export interface SalesStorage {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /** @throws ForecastError `invalid-data` for a row that cannot be stored; nothing of the batch is written then. */
  write(batch: SalesBatch, options?: { readonly signal?: AbortSignal }): Promise<WriteResult>;
  /** Rows in chunks, ordered by product, location and day; one consistent state however long the reading takes. */
  read(query?: SalesQuery): AsyncIterable<readonly DailySale[]>;
  summary(): Promise<SalesSummary>;
  /** Removes the sales before a day (retention) and returns how many rows went. */
  deleteBefore(day: Day): Promise<number>;
  close(): Promise<void>;
}
