import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { parseDay } from '../src/calendar/day.js';
import { PanelBuilder } from '../src/panel/panel-builder.js';
import type { DailySale, SalesStorage } from '../src/storage/contract.js';
import { MemorySalesStorage } from '../src/storage/memory/memory-sales-storage.js';
import { PostgresStorage } from '../src/storage/postgres/index.js';

/**
 * Time to write sales into a storage, to send them again, and to read them into a panel.
 *
 * npx tsx benchmarks/storage.ts [--rows 1000000] [--batch 100000] [--days 730] [--methods memory,postgres,pglite]
 *   [--database postgres://...] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    batch: { type: 'string', default: '100000' },
    days: { type: 'string', default: '730' },
    methods: { type: 'string', default: 'memory,postgres' },
    database: {
      type: 'string',
      default: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
    },
    json: { type: 'string' },
  },
});

interface Row {
  readonly case: string;
  readonly method: string;
  readonly metric: string;
  readonly value: number;
}

const SCHEMA = 'benchmark_storage';
const FIRST_DAY = parseDay('2022-01-01');
const rowCount = Number(flags.rows);
const batchRows = Number(flags.batch);
const days = Number(flags.days);
const results: Row[] = [];

/** Deliveries in order of time, as they come: each holds some days of all products. */
function batches(): DailySale[][] {
  const products = Math.ceil(rowCount / days);
  const sales = Array.from({ length: rowCount }, (_, i) => {
    const product = i % products;
    const units = 1 + ((i * 7919) % 23);
    return {
      day: FIRST_DAY + Math.floor(i / products),
      productId: `SKU-${product}`,
      category: `category-${product % 20}`,
      units,
      revenue: units * 4.99,
      price: 4.99,
      promo: i % 11 === 0,
      inStock: true,
    };
  });
  return Array.from({ length: Math.ceil(rowCount / batchRows) }, (_, i) =>
    sales.slice(i * batchRows, (i + 1) * batchRows),
  );
}

async function timed(method: string, name: string, work: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1_000;
  results.push({ case: name, method, metric: 'seconds', value: seconds });
  results.push({ case: name, method, metric: 'rows_per_second', value: rowCount / seconds });
}

async function measure(method: string, storage: SalesStorage, deliveries: DailySale[][]): Promise<void> {
  const writeAll = async (id: string, mode: 'add' | 'replace') => {
    for (const [i, rows] of deliveries.entries()) await storage.write({ id: `${id}-${i}`, mode, rows });
  };
  await timed(method, 'write new rows', () => writeAll('first', 'add'));
  await timed(method, 'repeat the same batches', () => writeAll('first', 'add'));
  await timed(method, 'replace all rows', () => writeAll('second', 'replace'));
  await timed(method, 'read into a panel', async () => {
    const builder = new PanelBuilder();
    for await (const chunk of storage.read()) for (const sale of chunk) builder.addDaily(sale);
    const { panel } = builder.finish();
    const expected = deliveries.flat().reduce((sum, sale) => sum + sale.units, 0);
    const units = panel.units.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
    if (units !== expected) throw new Error(`The panel holds ${units} units, ${expected} were written`);
  });
  if (storage instanceof PostgresStorage) {
    await timed(method, 'refresh daily totals', () => storage.refreshDailyTotals());
  }
}

async function measurePostgres(deliveries: DailySale[][]): Promise<void> {
  const pool = new pg.Pool({ connectionString: flags.database });
  try {
    await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    const storage = new PostgresStorage({ pool, schema: SCHEMA, totals: 'manual' });
    await storage.migrate();
    await measure('postgres', storage, deliveries);
  } finally {
    await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    await pool.end();
  }
}

async function measurePglite(deliveries: DailySale[][]): Promise<void> {
  const pglite = await PGlite.create();
  const storage = new PostgresStorage({ pglite, totals: 'manual' });
  await storage.migrate();
  await measure('pglite', storage, deliveries);
  await pglite.close();
}

const deliveries = batches();
for (const method of flags.methods.split(',')) {
  if (method === 'memory') await measure(method, new MemorySalesStorage(), deliveries);
  else if (method === 'postgres') await measurePostgres(deliveries);
  else if (method === 'pglite') await measurePglite(deliveries);
  else throw new Error(`Unknown method "${method}"`);
}
console.log(`${rowCount} rows in batches of ${batchRows}`);
console.table(
  results
    .filter((row) => row.metric === 'seconds')
    .map((row) => ({ ...row, value: Number(row.value.toFixed(2)), metric: 's' })),
);
if (flags.json) writeFileSync(flags.json, JSON.stringify(results, null, 1));
