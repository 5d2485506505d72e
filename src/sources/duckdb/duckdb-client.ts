/** The part of a `DuckDBInstance` of `@duckdb/node-api` that is used. */
export interface DuckDbInstance {
  connect(): Promise<DuckDbConnection>;
}

/** The part of a `DuckDBConnection` that is used. */
export interface DuckDbConnection {
  stream(sql: string, values: Record<string, string | number>): Promise<DuckDbResult>;
  interrupt(): void;
  closeSync(): void;
}

/** The part of a `DuckDBResult` that is used. */
export interface DuckDbResult {
  columnNames(): readonly string[];
  columnTypes(): readonly { toString(): string }[];
  fetchChunk(): Promise<DuckDbChunk | null>;
}

/** Up to 2,048 rows, column by column. */
export interface DuckDbChunk {
  readonly rowCount: number;
  getColumnVector(column: number): { getItem(row: number): unknown };
}
