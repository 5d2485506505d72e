import type { Day } from '../calendar/day.js';
import type { SalesColumns } from '../panel/sales-columns.js';

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
  /**
   * Place in a stream up to which this delivery takes it; stored together with the rows, also if there are none. A storage
   * without {@link SalesStorage.streamPosition} does not keep it.
   */
  readonly position?: StreamPosition;
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

/** A step forward in a stream of records, such as a partition of a topic. */
export interface StreamPosition {
  /** Name of the stream. */
  readonly stream: string;
  /** The position that must be stored before; undefined if there must be none. */
  readonly from: string | undefined;
  /** The position that is stored afterwards. */
  readonly to: string;
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

/** A delivery that is stored. */
export interface StoredDelivery {
  /** The id that it was written with, or one that the storage gave it. */
  readonly id: string;
  /** Rows that were written. */
  readonly rows: number;
  readonly firstDay: Day;
  readonly lastDay: Day;
  /** ISO timestamp. */
  readonly writtenAt: string;
  /** False once a later delivery has written rows of the same keys, or what it changed is no longer known. */
  readonly canUndo: boolean;
}

/** Sales to be removed: rows that fit all conditions, of which there must be at least one. */
export type SalesSelection = Pick<SalesQuery, 'from' | 'to' | 'categories' | 'productIds'>;

/** Author and reason of a removal, for the log. */
export interface RemovalNote {
  /** Key or program that removes the sales, not a person's name. */
  readonly by?: string;
  readonly reason?: string;
}

/** An entry of the log of removals. */
export interface SalesRemoval extends RemovalNote {
  /** ISO timestamp. */
  readonly at: string;
  /** Rows that were removed, or that are again as they were before the delivery. */
  readonly rows: number;
  /** Id of the delivery that was taken back; absent if a selection was removed. */
  readonly deliveryId?: string;
  readonly selection?: SalesSelection;
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
   * `key-reused` if another batch (other rows, another order or mode) was written with this id; `conflict` with the path
   * `['position']` if the stored position of the stream is not that of the batch; `aborted`.
   */
  write(batch: SalesBatch, options?: { readonly signal?: AbortSignal }): Promise<WriteResult>;
  /**
   * Reads the position of a stream as the last delivery of it has left it; undefined if there was none. A storage with this
   * method keeps {@link SalesBatch.position}, so that a reader of a stream takes each record once: of two that start from
   * one position, one is refused.
   */
  streamPosition?(stream: string): Promise<string | undefined>;
  /**
   * Rows in chunks, ordered by product, location and day; from one consistent snapshot, however long the
   * reading takes.
   */
  read(query?: SalesQuery): AsyncIterable<readonly DailySale[]>;
  /**
   * The rows of {@link read} in the same order and from one snapshot as well, as columns: a forecaster that finds this method
   * reads by it, and makes no object for each row.
   */
  readColumns?(query?: SalesQuery): AsyncIterable<SalesColumns>;
  summary(): Promise<SalesSummary>;
  /** The last deliveries that are stored, the latest first. */
  deliveries(limit: number): Promise<readonly StoredDelivery[]>;
  /**
   * Takes a delivery back, whole or not at all: rows that it added are removed, and rows that it changed become what they were
   * before. Its id is free again. Returns the number of rows that changed.
   *
   * @throws ForecastError `not-found` for a delivery that is not stored; `conflict` if it cannot be taken back, with the ids of
   * the later deliveries that must be taken back first.
   */
  undo(deliveryId: string, note?: RemovalNote): Promise<number>;
  /**
   * Removes the rows of a selection and returns their number. To correct rows instead, write them again in the mode `replace`.
   *
   * @throws ForecastError `invalid-option` without a condition.
   */
  delete(selection: SalesSelection, note?: RemovalNote): Promise<number>;
  /** The last removals by `undo` and `delete`, the latest first. */
  removals(limit: number): Promise<readonly SalesRemoval[]>;
  /** Removes the sales before a day (retention) and returns the number of removed rows. */
  deleteBefore(day: Day): Promise<number>;
  close(): Promise<void>;
}
