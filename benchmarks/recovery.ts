import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { PostgresStorage } from 'commerce-forecast/postgres';
import pg from 'pg';
import { backUp } from '../examples/worker/recovery/back-up.js';
import { restore } from '../examples/worker/recovery/restore.js';
import { parseDay } from '../src/calendar/day.js';
import type { DailySale } from '../src/storage/contract.js';
import { type Row, report } from './report.js';

/**
 * Time of a backup of a PostgreSQL installation, and of its restore to an empty database until sales can be read.
 *
 * npx tsx benchmarks/recovery.ts [--rows 1000000] [--artifact-mb 50] [--database postgres://...] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    'artifact-mb': { type: 'string', default: '50' },
    database: {
      type: 'string',
      default: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
    },
    json: { type: 'string' },
  },
});

const DAYS = 730;
const BATCH = 100_000;
const FIRST_DAY = parseDay('2022-01-01');
const rowCount = Number(flags.rows);
const products = Math.ceil(rowCount / DAYS);

function* batches(): Generator<DailySale[]> {
  for (let from = 0; from < rowCount; from += BATCH) {
    yield Array.from({ length: Math.min(BATCH, rowCount - from) }, (_, i) => {
      const product = (from + i) % products;
      const units = 1 + (((from + i) * 7919) % 23);
      const day = FIRST_DAY + Math.floor((from + i) / products);
      return { day, productId: `SKU-${product}`, category: `category-${product % 20}`, units };
    });
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; value: T }> {
  const start = performance.now();
  const value = await work();
  return { seconds: (performance.now() - start) / 1000, value };
}

const admin = new pg.Pool({ connectionString: flags.database, max: 1 });
const root = await mkdtemp(join(tmpdir(), 'recovery-benchmark-'));
const names = [0, 1].map((i) => `benchmark_recovery_${i}_${randomUUID().slice(0, 8)}`);
const urls = names.map((name) => {
  const url = new URL(flags.database);
  url.pathname = `/${name}`;
  return url.href;
});

async function summaryOf(url: string) {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const storage = new PostgresStorage({ pool });
  await storage.migrate();
  const summary = await storage.summary();
  await storage.close();
  await pool.end();
  return summary;
}

async function fill(url: string, artifacts: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  const storage = new PostgresStorage({ pool });
  await storage.migrate();
  for (const rows of batches()) await storage.write({ rows });
  await storage.close();
  await pool.end();
  const store = new FileSystemArtifactStore({ directory: artifacts });
  await store.put('models/retail', new Uint8Array(Number(flags['artifact-mb']) * 1_000_000).fill(7));
}

try {
  for (const name of names) await admin.query(`CREATE DATABASE ${name}`);
  const artifacts = join(root, 'artifacts');
  await fill(urls[0], artifacts);
  const before = await summaryOf(urls[0]);
  const backup = await timed(() => backUp({ database: { url: urls[0] }, artifacts }, join(root, 'backup')));
  const restored = await timed(async () => {
    await restore(join(root, 'backup'), { database: { url: urls[1] }, artifacts: join(root, 'restored') });
    return summaryOf(urls[1]);
  });
  const rows: Row[] = [];
  const add = (method: string, metric: string, value: number) =>
    rows.push({ case: `${rowCount} rows`, method, metric, value });
  add('backup', 'seconds', backup.seconds);
  add('restore', 'seconds', restored.seconds);
  add('restore', 'same_summary', JSON.stringify(restored.value) === JSON.stringify(before) ? 1 : 0);
  report(rows, flags.json);
} finally {
  for (const name of names) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await admin.end();
  await rm(root, { recursive: true, force: true });
}
