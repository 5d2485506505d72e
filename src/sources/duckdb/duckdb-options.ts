import type { RecordColumn } from '../../panel/sales-record.js';
import type { SalesQuery } from '../../storage/contract.js';
import type { DuckDbInstance } from './duckdb-client.js';

export interface DuckDbSalesOptions {
  /** A `DuckDBInstance` of `@duckdb/node-api`; each reading has a connection of its own. */
  readonly instance: DuckDbInstance;
  /** Parquet files: paths, globs or addresses, which DuckDB gets as they are. */
  readonly files?: string | readonly string[];
  /** Instead of files, a table or view; a list is a name with its schema: `['warehouse', 'sales']`. */
  readonly table?: string | readonly string[];
  /** Names of the columns where they differ from those of a sales record. */
  readonly columns?: Partial<Readonly<Record<RecordColumn, string>>>;
}

export interface DuckDbSalesQuery extends SalesQuery {
  /** One of `of` parts of the products, from 0: a product is in the same part of any warehouse, and in one only. */
  readonly partition?: { readonly index: number; readonly of: number };
}
