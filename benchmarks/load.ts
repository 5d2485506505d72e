import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { hasWrk, type LoadResult, loadWithAutocannon, loadWithWrk } from './load/generators.js';
import { measureManyProducts } from './load/many-products.js';
import { type LoadedServer, startServer } from './load/server.js';

/**
 * The load table of the reference server: requests per second, latency and errors at 100, 1,000 and 10,000 keep-alive
 * connections, with a warm cache and with some of the answers cold, on loopback with the generator on this machine;
 * and the answer about the top products of many products when it is not in the cache (`--products 0` leaves it out).
 *
 * npx tsx benchmarks/load.ts [--connections 100,1000,10000] [--duration 10] [--cold 0.05] [--workers 2]
 *   [--products 10000] [--json FILE] [--generator wrk|autocannon]
 *   [--database postgres://postgres@127.0.0.1:5432/test] [--redis redis://127.0.0.1:6379]
 *
 * 10,000 connections take file descriptors: `ulimit -n 20000` or more.
 */
const { values: flags } = parseArgs({
  options: {
    connections: { type: 'string', default: '100,1000,10000' },
    duration: { type: 'string', default: '10' },
    cold: { type: 'string', default: '0.05' },
    workers: { type: 'string', default: '2' },
    generator: { type: 'string' },
    database: {
      type: 'string',
      default: process.env['DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/test',
    },
    redis: { type: 'string', default: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' },
    products: { type: 'string', default: '10000' },
    json: { type: 'string' },
  },
});

interface Row {
  readonly case: string;
  readonly method: string;
  readonly metric: string;
  readonly value: number;
}

const MAX_SECONDS = 120;
const WARM_UP_SECONDS = 3;
const PRODUCT_DAYS = 40;
const COLD_SAMPLES = 30;
const seconds = Math.min(MAX_SECONDS, Number(flags.duration));
const generator = flags.generator ?? ((await hasWrk()) ? 'wrk' : 'autocannon');
const load = generator === 'wrk' ? loadWithWrk : loadWithAutocannon;
const directory = mkdtempSync(join(tmpdir(), 'load-'));
const schema = `load_${randomUUID().slice(0, 8)}`;
const rows: Row[] = [];

function add(name: string, result: LoadResult): void {
  const metrics = {
    requests_per_second: result.requestsPerSecond,
    latency_mean_ms: result.meanMs,
    latency_p50_ms: result.p50Ms,
    latency_p95_ms: result.p95Ms,
    latency_p99_ms: result.p99Ms,
    errors: result.errors,
  };
  for (const [metric, value] of Object.entries(metrics))
    rows.push({ case: name, method: generator, metric, value });
}

const environment = {
  DATABASE_URL: flags.database,
  DATABASE_SCHEMA: schema,
  REDIS_URL: flags.redis,
  REDIS_PREFIX: schema,
  DATA_DIR: directory,
  DEMO_DATA: 'true',
  MODEL: 'weekday-mean',
  CLUSTER_WORKERS: flags.workers,
  // The limit of a key is not what is measured; counting requests for it is.
  RATE_LIMIT_PER_MINUTE: '1000000000',
};
try {
  await measureTable(await startServer(environment));
  await measureColdAnswer();
} finally {
  rmSync(directory, { recursive: true, force: true });
  const client = new pg.Client({ connectionString: flags.database });
  await client.connect();
  for (const name of [schema, `${schema}_many`])
    await client.query(`DROP SCHEMA IF EXISTS "${name}" CASCADE`);
  await client.end();
}

async function measureTable(server: LoadedServer): Promise<void> {
  try {
    await loadAll(server);
  } finally {
    await server.stop();
  }
}

async function loadAll(server: LoadedServer): Promise<void> {
  const headers = { authorization: `Bearer ${server.key}` };
  const model = await fetch(`${server.url}/api/v1/model`, { headers });
  const { categories } = (await model.json()) as { categories: string[] };
  const common = { url: server.url, key: server.key, categories };
  let seed = 1;
  await load({ ...common, connections: 100, seconds: WARM_UP_SECONDS, cold: 0, seed });
  for (const connections of flags.connections.split(',').map(Number)) {
    for (const cold of new Set([0, Number(flags.cold)])) {
      const name = `${connections} connections, ${cold === 0 ? 'warm' : `${100 * cold} % cold`}`;
      add(name, await load({ ...common, connections, seconds, cold, seed: ++seed }));
    }
  }
}

async function measureColdAnswer(): Promise<void> {
  const products = Number(flags.products);
  if (products === 0) return;
  const server = await startServer(
    {
      ...environment,
      DATABASE_SCHEMA: `${schema}_many`,
      REDIS_PREFIX: `${schema}_many`,
      DATA_DIR: join(directory, 'many'),
      DEMO_DATA: 'false',
      CLUSTER_WORKERS: '1',
    },
    'live',
  );
  try {
    const { p50Ms, maxMs } = await measureManyProducts(server, products, PRODUCT_DAYS, COLD_SAMPLES);
    const name = `top-products cold, ${products} products`;
    rows.push({ case: name, method: 'fetch', metric: 'latency_p50_ms', value: p50Ms });
    rows.push({ case: name, method: 'fetch', metric: 'latency_max_ms', value: maxMs });
  } finally {
    await server.stop();
  }
}

const table: Record<string, Record<string, number>> = {};
for (const row of rows) (table[row.case] ??= {})[row.metric] = Number(row.value.toPrecision(4));
console.log(`Generator: ${generator}, ${seconds} s each, ${flags.workers} server processes`);
console.table(table);
if (flags.json) writeFileSync(flags.json, JSON.stringify(rows, null, 2));
