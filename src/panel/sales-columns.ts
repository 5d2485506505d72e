import type { Day } from '../calendar/day.js';

/** Consecutive rows of one product at one location. */
export interface SalesRun {
  readonly productId: string;
  /** `''`: sales are not kept apart by location. */
  readonly location: string;
  /** Row after the last one of the run. */
  readonly end: number;
}

/** Sales of a storage as columns, in runs: what a row of a storage holds, without an object for each row. */
export interface SalesColumns {
  /** Number of rows, which is the length of all columns. */
  readonly length: number;
  readonly runs: readonly SalesRun[];
  /** A {@link Day} in each row. */
  readonly day: Int32Array;
  /** Place in `categories`. */
  readonly category: Uint32Array;
  readonly categories: readonly string[];
  readonly units: Float64Array;
  /** NaN where a row has none. */
  readonly revenue: Float64Array;
  /** NaN where a row has none. */
  readonly price: Float64Array;
  /** 1 for promoted, 0 for not promoted, -1 where it is not known. */
  readonly promo: Int8Array;
  /** 1 for in stock, 0 for out of stock, -1 where it is not known. */
  readonly inStock: Int8Array;
}

/** A row of {@link SalesColumns}. */
export interface ColumnsRow {
  day: Day;
  productId: string;
  location: string;
  category: string;
  units: number;
  revenue?: number;
  price?: number;
  promo?: boolean;
  inStock?: boolean;
}

/** Writes the row at a place in a run into an object, which may serve for all rows. */
export function readRow(columns: SalesColumns, run: SalesRun, i: number, row: ColumnsRow): ColumnsRow {
  row.day = columns.day[i];
  row.productId = run.productId;
  row.category = columns.categories[columns.category[i]];
  row.location = run.location;
  row.units = columns.units[i];
  row.revenue = known(columns.revenue[i]);
  row.price = known(columns.price[i]);
  row.promo = flag(columns.promo[i]);
  row.inStock = flag(columns.inStock[i]);
  return row;
}

function known(amount: number): number | undefined {
  return Number.isNaN(amount) ? undefined : amount;
}

function flag(value: number): boolean | undefined {
  return value < 0 ? undefined : value === 1;
}
