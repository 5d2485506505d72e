import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { answerCounts, computedShare } from './load/answer-counts.js';
import { measureManyProducts } from './load/many-products.js';
import { loadAtPace } from './load/paced.js';
import { type Questions, questionsAbout } from './load/questions.js';
import { hasWrk, type LoadResult, saturateWithAutocannon, saturateWithWrk } from './load/saturating.js';
import { type LoadedServer, startServer } from './load/server.js';

/**
 * The load table of the reference server: requests per second, latency and errors at 100, 1,000 and 10,000 keep-alive
 * connections, with a warm cache and with some of the answers cold, on loopback with the generator on this machine;
 * and the answer about the top products of many products when it is not in the cache (`--products 0` leaves it out).
 *
 * `paced`: users who pause, so many requests per second as the documented table has for so many users and 5 % more
 * (`--rate` sets another total); latency counts from when a request was due. `saturating`: every connection asks again
 * as soon as it has its answer, which shows the capacity; the mean latency is then connections / rate.
 *
 * npx tsx benchmarks/load.ts [--connections 100,1000,10000] [--kinds paced,saturating] [--duration 10] [--cold 0.05]
 *   [--rate N] [--workers 2] [--products 10000] [--json FILE] [--generator wrk|autocannon]
 *   [--database postgres://postgres@127.0.0.1:5432/test] [--redis redis://127.0.0.1:6379]
 *
 * 10,000 connections take file descriptors: `ulimit -n 20000` or more.
 */
const { values: flags } = parseArgs({
  options: {
    connections: { type: 'string', default: '100,1000,10000' },
    duration: { type: 'string', default: '10' },
    kinds: { type: 'string', default: 'paced,saturating' },
    rate: { type: 'string' },
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
const saturate = generator === 'wrk' ? saturateWithWrk : saturateWithAutocannon;
const directory = mkdtempSync(join(tmpdir(), 'load-'));
const schema = `load_${randomUUID().slice(0, 8)}`;
const rows: Row[] = [];

const DOCUMENTED_RATES: ReadonlyMap<number, number> = new Map([
  [100, 800],
  [1_000, 4_000],
  [10_000, 8_500],
]);
const PACE_MARGIN = 1.05;

/** Settings that an entry of the table was measured with. */
interface Run {
  readonly kind: string;
  readonly connections: number;
  readonly cold: number;
}

function runsOf(connections: number): Run[] {
  const shares = new Set([0, Number(flags.cold)]);
  return flags.kinds.split(',').flatMap((kind) => [...shares].map((cold) => ({ kind, connections, cold })));
}

/** Requests per second of a number of users who pause. */
function paceOf(connections: number): number {
  if (flags.rate) return Number(flags.rate);
  const share = DOCUMENTED_RATES.get(10_000)! / 10_000;
  return PACE_MARGIN * (DOCUMENTED_RATES.get(connections) ?? share * connections);
}

function add(
  { kind, connections, cold }: Run,
  result: LoadResult & { readonly openConnections?: number },
  computed: number,
) {
  const metrics = {
    requests_per_second: result.requestsPerSecond,
    latency_mean_ms: result.meanMs,
    latency_p50_ms: result.p50Ms,
    latency_p95_ms: result.p95Ms,
    latency_p99_ms: result.p99Ms,
    errors: result.errors,
    computed_share: computed,
    ...(result.openConnections === undefined ? {} : { open_connections: result.openConnections }),
  };
  const name = `${connections} connections, ${kind}, ${cold === 0 ? 'warm' : `${100 * cold} % cold`}`;
  const method = kind === 'paced' ? 'sockets' : generator;
  for (const [metric, value] of Object.entries(metrics)) rows.push({ case: name, method, metric, value });
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
  const common = { url: server.url, key: server.key, questions: questionsAbout(categories) };
  await saturate({ ...common, connections: 100, seconds: WARM_UP_SECONDS, cold: 0 });
  for (const connections of flags.connections.split(',').map(Number)) {
    for (const run of runsOf(connections)) {
      await fillCache(server, common.questions);
      const options = { ...common, connections, seconds, cold: run.cold };
      const before = await answerCounts(server);
      const rate = paceOf(connections);
      const result = await (run.kind === 'paced' ? loadAtPace({ ...options, rate }) : saturate(options));
      add(run, result, computedShare(before, await answerCounts(server)));
    }
  }
}

/** Leaves in the cache what is asked again and again and nothing else. */
async function fillCache({ url, key }: LoadedServer, { warm }: Questions): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  await fetch(`${url}/api/v1/cache/invalidate`, { method: 'POST', headers, body: '{}' });
  for (const path of warm) await (await fetch(url + path, { headers })).arrayBuffer();
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
