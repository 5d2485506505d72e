import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { PanelBuilder } from 'commerce-forecast';
import { duckDbSales } from 'commerce-forecast/sources';

/** Generates sales in Parquet and makes a panel of each part of their products, as each of several workers would. */
const PARTS = 4;
const directory = await mkdtemp(join(tmpdir(), 'warehouse-'));
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' });
try {
  const connection = await instance.connect();
  for (const year of [2023, 2024]) {
    const file = join(directory, `${year}.parquet`).replaceAll("'", "''");
    await connection.run(`COPY (SELECT DATE '${year}-01-01' + (range % 365)::INTEGER AS sold_on, 'sku-' || range // 365 AS sku,
      range % 9 AS quantity FROM range(36500)) TO '${file}' (FORMAT parquet)`);
  }
  connection.closeSync();
  const sales = duckDbSales({
    instance,
    files: join(directory, '*.parquet'),
    columns: { date: 'sold_on', productId: 'sku', units: 'quantity' },
  });
  for (let index = 0; index < PARTS; index++) {
    const builder = new PanelBuilder({ startDay: '2023-01-01', lastDay: '2024-12-30' });
    for await (const columns of sales.readColumns({ partition: { index, of: PARTS } })) {
      builder.addColumns(columns);
    }
    const { panel, report } = builder.finish();
    console.log(`part ${index + 1} of ${PARTS}: ${panel.seriesCount} products, ${report.rows} rows`);
  }
} finally {
  instance.closeSync();
  await rm(directory, { recursive: true });
}
