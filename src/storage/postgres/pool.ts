/** Part of a pool of `pg` that the storage needs; other drivers have it too. */
export interface PostgresPool {
  connect(): Promise<PostgresPoolClient>;
  end(): Promise<void>;
}

/** A connection of a {@link PostgresPool}. */
export interface PostgresPoolClient {
  query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  /** Gives it back to the pool. */
  release(): void;
}

export interface PostgresQueryResult<R> {
  readonly command: 'UPDATE' | 'DELETE' | 'INSERT' | 'SELECT' | 'MERGE';
  readonly rowCount: number;
  readonly rows: R[];
}

export interface PostgresCursor<T> {
  read(rowsCount: number): Promise<T[]>;
  close(): Promise<void>;
}
