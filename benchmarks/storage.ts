import { writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { parseDay } from '../src/calendar/day.js';
import { PanelBuilder } from '../src/panel/panel-builder.js';
import type { DailySale, SalesStorage } from '../src/storage/contract.js';
import { MemorySalesStorage } from '../src/storage/memory/memory-sales-storage.js';
import { PostgresStorage } from '../src/storage/postgres/index.js';
import { copyIn, copyOut } from './storage-copy.js';

/**
 * Time to write sales into a storage, to send them again, and to read them into a panel; and what a row takes in memory.
 *
 * node --expose-gc --import tsx benchmarks/storage.ts [--rows 1000000] [--batch 100000] [--days 730] [--methods memory,postgres,pglite]
 *   [--cases write,repeat,replace,read] [--database postgres://...] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    batch: { type: 'string', default: '100000' },
    days: { type: 'string', default: '730' },
    methods: { type: 'string', default: 'memory,postgres' },
    cases: { type: 'string', default: 'write,repeat,replace,read' },
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
const cases = flags.cases.split(',');
const results: Row[] = [];

/** A delivery in order of time, as they come: it holds some days of all products. All fields of a row are given. */
function delivery(number: number): DailySale[] {
  const products = Math.ceil(rowCount / days);
  const first = number * batchRows;
  return Array.from({ length: Math.min(batchRows, rowCount - first) }, (_, offset) => {
    const i = first + offset;
    const product = i % products;
    return {
      day: FIRST_DAY + Math.floor(i / products),
      productId: `SKU-${product}`,
      category: `category-${product % 20}`,
      units: unitsOf(i),
      revenue: unitsOf(i) * 4.99,
      price: 4.99,
      promo: i % 11 === 0,
      inStock: true,
    };
  });
}

function unitsOf(i: number): number {
  return 1 + ((i * 7919) % 23);
}

function note(method: string, name: string, seconds: number): void {
  results.push({ case: name, method, metric: 'seconds', value: seconds });
  results.push({ case: name, method, metric: 'rows_per_second', value: rowCount / seconds });
}

/** Seconds that some work takes. */
async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1_000;
}

async function timed(method: string, name: string, work: () => Promise<unknown>): Promise<void> {
  note(method, name, await secondsOf(work));
}

/** Bytes of the heap and of typed arrays, which are freed in the background. */
async function bytesHeld(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await setTimeout(200);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function measure(method: string, storage: SalesStorage): Promise<void> {
  const writeAll = async (name: string, id: string, mode: 'add' | 'replace') => {
    let seconds = 0;
    for (let i = 0; i * batchRows < rowCount; i++) {
      const rows = delivery(i);
      seconds += await secondsOf(() => storage.write({ id: `${id}-${i}`, mode, rows }));
    }
    note(method, name, seconds);
  };
  const empty = await bytesHeld();
  if (cases.includes('write')) await writeAll('write new rows', 'first', 'add');
  if (storage instanceof MemorySalesStorage && globalThis.gc) {
    const value = ((await bytesHeld()) - empty) / rowCount;
    results.push({ case: 'rows held', method, metric: 'bytes_per_row', value });
  }
  if (cases.includes('repeat')) await writeAll('repeat the same batches', 'first', 'add');
  if (cases.includes('replace')) await writeAll('replace all rows', 'second', 'replace');
  if (cases.includes('read')) await timed(method, 'read into a panel', () => readPanel(storage));
  if (storage instanceof PostgresStorage) {
    await timed(method, 'refresh daily totals', () => storage.refreshDailyTotals());
  }
}

/** Reads as a forecaster does. */
async function readPanel(storage: SalesStorage): Promise<void> {
  const builder = new PanelBuilder();
  if (storage.readColumns) {
    for await (const columns of storage.readColumns()) builder.addColumns(columns);
  } else {
    for await (const chunk of storage.read()) for (const sale of chunk) builder.addStored(sale);
  }
  const { panel } = builder.finish();
  let expected = 0;
  for (let i = 0; i < rowCount; i++) expected += unitsOf(i);
  const units = panel.units.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : value), 0);
  if (units !== expected) throw new Error(`The panel holds ${units} units, ${expected} were written`);
}

async function measurePostgres(): Promise<void> {
  const pool = new pg.Pool({ connectionString: flags.database });
  const open = async () => {
    await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    const storage = new PostgresStorage({ pool, schema: SCHEMA, totals: 'manual' });
    await storage.migrate();
    return storage;
  };
  try {
    const storage = await open();
    await measure('postgres', storage);
    if (cases.includes('read')) await timed('plain COPY', 'read into a panel', () => copyOut(pool, SCHEMA));
    if (!cases.includes('write')) return;
    // The peer fills tables of the same kind, whose partitions a delivery of one row for each month has made.
    const peer = await open();
    const months = Array.from({ length: Math.ceil(days / 28) + 1 }, (_, i) => FIRST_DAY + i * 28);
    await peer.write({ rows: months.map((day) => ({ day, productId: 'none', category: 'none', units: 0 })) });
    let seconds = 0;
    for (let i = 0; i * batchRows < rowCount; i++) {
      const rows = delivery(i);
      seconds += await secondsOf(() => copyIn(pool, SCHEMA, rows));
    }
    note('plain COPY', 'write new rows', seconds);
  } finally {
    await pool.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    await pool.end();
  }
}

async function measurePglite(): Promise<void> {
  const pglite = await PGlite.create();
  const storage = new PostgresStorage({ pglite, totals: 'manual' });
  await storage.migrate();
  await measure('pglite', storage);
  await pglite.close();
}

for (const method of flags.methods.split(',')) {
  if (method === 'memory') await measure(method, new MemorySalesStorage());
  else if (method === 'postgres') await measurePostgres();
  else if (method === 'pglite') await measurePglite();
  else throw new Error(`Unknown method "${method}"`);
}
console.log(`${rowCount} rows in batches of ${batchRows}`);
console.table(
  results
    .filter((row) => row.metric !== 'rows_per_second')
    .map((row) => ({ ...row, value: Number(row.value.toFixed(2)) })),
);
if (flags.json) writeFileSync(flags.json, JSON.stringify(results, null, 1));
