import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { createForecastCache } from '../src/cache/forecast-cache.js';
import { MemoryCacheStore } from '../src/cache/memory-cache-store.js';
import { RedisCacheStore } from '../src/cache/redis/index.js';

/**
 * Cost of a cached answer: from memory, from a memory store and from Redis next to a plain GET of the same value,
 * and how often 1,000 concurrent callers of a cold key compute.
 *
 * npx tsx benchmarks/cache.ts [--samples 2000] [--products 100] [--redis redis://127.0.0.1:6379] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    samples: { type: 'string', default: '2000' },
    products: { type: 'string', default: '100' },
    redis: { type: 'string', default: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' },
    json: { type: 'string' },
  },
});

interface Row {
  readonly case: string;
  readonly method: string;
  readonly metric: string;
  readonly value: number;
}

const samples = Number(flags.samples);
const rows: Row[] = [];
const answer = {
  products: Array.from({ length: Number(flags.products) }, (_, i) => ({
    productId: `SKU-${i}`,
    units: i * 1.25,
    lower: i,
    upper: i * 1.5,
  })),
};

async function measure(method: string, call: () => unknown, batch = 1): Promise<void> {
  const times = new Float64Array(samples);
  for (let i = 0; i < samples; i++) {
    const start = performance.now();
    for (let repeat = 0; repeat < batch; repeat++) await call();
    times[i] = ((performance.now() - start) / batch) * 1_000;
  }
  times.sort();
  rows.push({ case: 'hit', method, metric: 'p50_us', value: times[Math.floor(samples * 0.5)]! });
  rows.push({ case: 'hit', method, metric: 'p99_us', value: times[Math.floor(samples * 0.99)]! });
}

async function coldKey(method: string, caches: ReturnType<typeof createForecastCache>[]): Promise<void> {
  let computations = 0;
  const compute = async () => {
    computations++;
    await new Promise((resolve) => setTimeout(resolve, 50));
    return answer;
  };
  const start = performance.now();
  await Promise.all(
    Array.from({ length: 1_000 }, (_, i) =>
      caches[i % caches.length]!.getOrCompute('product', 'cold', compute),
    ),
  );
  rows.push({ case: 'cold key, 1000 callers', method, metric: 'computations', value: computations });
  rows.push({ case: 'cold key, 1000 callers', method, metric: 'total_ms', value: performance.now() - start });
}

const memory = createForecastCache();
await memory.getOrCompute('product', 'k', async () => answer);
await measure('peek', () => memory.peek('product', 'k'), 100);
await measure('getOrCompute in memory', () => memory.getOrCompute('product', 'k', async () => answer), 100);

const store = createForecastCache({ store: new MemoryCacheStore(), l1: false });
await store.getOrCompute('product', 'k', async () => answer);
await measure('memory store', () => store.getOrCompute('product', 'k', async () => answer));
await coldKey('memory', [createForecastCache()]);

const clients = [new Redis(flags.redis), new Redis(flags.redis)];
const prefix = `benchmark-${process.pid}`;
const redisStores = clients.map((client) => new RedisCacheStore({ client, prefix }));
const redis = redisStores.map((redisStore) => createForecastCache({ store: redisStore, l1: false }));
await Promise.all(redisStores.map((redisStore) => redisStore.ready()));
const tags = ['sales'];
await redis[0]!.getOrCompute('product', 'k', async () => answer, { tags });
await new Promise((resolve) => setTimeout(resolve, 100));
await clients[0]!.set(`${prefix}:plain`, JSON.stringify(answer), 'PX', 600_000);
await measure('plain Redis GET', async () => JSON.parse((await clients[0]!.get(`${prefix}:plain`))!));
await measure('Redis store', () => redis[0]!.getOrCompute('product', 'k', async () => answer, { tags }));
await coldKey('Redis, two connections', redis);
await Promise.all(redis.map((cache) => cache.close()));
for (const client of clients) client.disconnect();

console.table(rows.map((row) => ({ ...row, value: Number(row.value.toPrecision(4)) })));
if (flags.json) writeFileSync(flags.json, JSON.stringify(rows, null, 2));
