import { DuckDBInstance } from '@duckdb/node-api';
import { PanelBuilder } from 'commerce-forecast';
import { duckDbSales } from 'commerce-forecast/sources';

/** Reads the file in one way, in a process of its own, and prints rows, seconds and the peak of memory. */
const [file, method, parts] = process.argv.slice(2);
const instance = await DuckDBInstance.create(':memory:', { memory_limit: '1GB' });
const start = performance.now();
let rows = 0;
if (method === 'duckdb') {
  const connection = await instance.connect();
  const result = await connection.stream(
    `SELECT date, "productId", category, units::DOUBLE, revenue::DOUBLE FROM read_parquet($file)`,
    { file },
  );
  for (let chunk = await result.fetchChunk(); chunk?.rowCount; chunk = await result.fetchChunk())
    rows += chunk.rowCount;
  connection.closeSync();
} else {
  const partition = { index: 0, of: Number(parts) };
  const builder = new PanelBuilder({ maxCells: 20_000_000 });
  for await (const columns of duckDbSales({ instance, files: file }).readColumns({ partition })) {
    rows += columns.length;
    if (method === 'panel') builder.addColumns(columns);
  }
  if (method === 'panel') builder.finish();
}
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ rows, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
