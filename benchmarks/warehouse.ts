import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { type Row, report } from './report.js';

/**
 * Reads generated sales in Parquet, whole and by partition, each in a process of its own:
 * `npm run bench:warehouse -- --rows 10000000 --json out.json`.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '10000000' }, json: { type: 'string' } },
});
const DAYS = 730;
const CASES = [
  ['DuckDB alone', 'duckdb', '1'],
  ['columns, whole', 'columns', '1'],
  ['columns, part 1 of 8', 'columns', '8'],
  ['panel, whole', 'panel', '1'],
  ['panel, part 1 of 8', 'panel', '8'],
] as const;

const directory = mkdtempSync(join(tmpdir(), 'warehouse-'));
try {
  const file = join(directory, 'sales.parquet');
  await generate(file, Number(values.rows));
  const rows: Row[] = [];
  for (const [name, method, parts] of CASES) {
    const reader = join(import.meta.dirname, 'warehouse/read.ts');
    const args = ['--import', 'tsx', reader, file, method, parts];
    const measured = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
    for (const metric of ['rows', 'seconds', 'megabytes']) {
      rows.push({ case: name, method, metric, value: measured[metric] });
    }
    rows.push({ case: name, method, metric: 'rows/s', value: measured.rows / measured.seconds });
  }
  report(rows, values.json);
} finally {
  rmSync(directory, { recursive: true });
}

/** Writes sales of each product on each day, ordered by product, as a warehouse clusters them. */
async function generate(file: string, rows: number): Promise<void> {
  const instance = await DuckDBInstance.create();
  const connection = await instance.connect();
  await connection.run(`COPY (SELECT
      DATE '2023-01-01' + (range % ${DAYS})::INTEGER AS date,
      'product-' || lpad((range // ${DAYS})::VARCHAR, 6, '0') AS "productId",
      'category ' || range // ${DAYS} % 40 AS category,
      (range * 7919 % 23)::INTEGER AS units,
      (range * 7919 % 23 * 4.99)::DECIMAL(12, 2) AS revenue
    FROM range(${rows})) TO '${file}' (FORMAT parquet)`);
  connection.closeSync();
}
