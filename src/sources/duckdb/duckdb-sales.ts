import { ForecastError } from '../../errors.js';
import { abortError, createPacer, throwIfAborted } from '../../long-call.js';
import type { SalesColumns } from '../../panel/sales-columns.js';
import { columnsOfChunk } from './columns-of-chunk.js';
import type { DuckDbSalesOptions, DuckDbSalesQuery } from './duckdb-options.js';
import { relation, salesQuery } from './sales-query.js';

/** Sales of a warehouse, read only. */
export interface DuckDbSales {
  /**
   * Reads the rows in the order of the files, in columns of up to 2,048 rows.
   *
   * @throws ForecastError `invalid-option` for a missing column, `invalid-data` for a wrong type or row, `unavailable` if DuckDB
   * cannot read, `aborted`.
   */
  readColumns(query?: DuckDbSalesQuery): AsyncIterable<SalesColumns>;
}

/**
 * Reads sales in Parquet files, or in a table or view, with DuckDB: as columns, and only the days and products that are asked for.
 *
 * ```ts
 * import { DuckDBInstance } from '@duckdb/node-api';
 * import { PanelBuilder } from 'commerce-forecast';
 * import { duckDbSales } from 'commerce-forecast/sources';
 *
 * const sales = duckDbSales({ instance: await DuckDBInstance.create(), files: 'warehouse/*.parquet' });
 * const builder = new PanelBuilder();
 * for await (const columns of sales.readColumns({ partition: { index: 0, of: 8 } })) builder.addColumns(columns);
 * const { panel } = builder.finish();
 * ```
 *
 * @throws ForecastError `invalid-option`
 */
export function duckDbSales(options: DuckDbSalesOptions): DuckDbSales {
  const from = relation(options);
  return {
    async *readColumns(query = {}) {
      const { signal } = query;
      throwIfAborted(signal);
      const connection = await options.instance.connect();
      const interrupt = () => connection.interrupt();
      signal?.addEventListener('abort', interrupt);
      try {
        const sample = await connection.stream(`SELECT * FROM ${from.sql} LIMIT 0`, from.values);
        const found = sample.columnTypes();
        const types = new Map(sample.columnNames().map((name, i) => [name, String(found[i])]));
        throwIfAborted(signal);
        const { sql, values } = salesQuery(from, types, options.columns, query);
        const result = await connection.stream(sql, values);
        const pace = createPacer({ signal });
        for (let done = 0; ; ) {
          throwIfAborted(signal);
          const chunk = await result.fetchChunk();
          if (!chunk?.rowCount) return;
          yield columnsOfChunk(chunk);
          done += chunk.rowCount;
          await pace({ phase: 'read sales', done, total: Number.NaN });
        }
      } catch (error) {
        if (signal?.aborted) throw abortError(signal.reason);
        if (ForecastError.is(error)) throw error;
        throw new ForecastError('unavailable', 'DuckDB cannot read the sales', { cause: error });
      } finally {
        signal?.removeEventListener('abort', interrupt);
        connection.closeSync();
      }
    },
  };
}
