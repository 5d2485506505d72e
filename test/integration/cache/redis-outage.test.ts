import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ForecastCache } from '../../../src/cache/contract.js';
import { createForecastCache } from '../../../src/cache/forecast-cache.js';
import { RedisCacheStore } from '../../../src/cache/redis/index.js';
import { eventually } from '../services.js';
import { describeWithOwnRedis, type OwnRedis, ownRedis, slowWayTo } from './redis-servers.js';

/** Far above what a busy machine takes, far below what a frozen server does. */
const STORE_TIMEOUT_MS = 500;

describeWithOwnRedis('RedisCacheStore on a Redis that goes away', () => {
  let redis: OwnRedis;
  let prefix: string;
  const clients: Redis[] = [];
  const caches: ForecastCache[] = [];

  beforeAll(async () => {
    redis = await ownRedis();
  });
  beforeEach(() => {
    prefix = randomUUID();
  });
  afterEach(async () => {
    redis.thaw();
    await Promise.all(caches.splice(0).map((cache) => cache.close()));
    for (const client of clients.splice(0)) client.disconnect();
  });
  afterAll(() => redis.remove());

  /** A cache with a connection of its own and the default settings of ioredis, offline queue included. */
  async function cacheOfProcess(port = redis.port): Promise<ForecastCache> {
    const client = new Redis(port, '127.0.0.1', { retryStrategy: () => 50 });
    client.on('error', () => {});
    clients.push(client);
    const store = new RedisCacheStore({ client, prefix });
    const cache = createForecastCache({ store, storeTimeoutMs: STORE_TIMEOUT_MS });
    caches.push(cache);
    await store.ready();
    return cache;
  }

  const untilUsed = (cache: ForecastCache) =>
    eventually(async () => {
      await cache.getOrCompute('product', `probe:${randomUUID()}`, async () => 1);
      expect(cache.stats().storeSuspended).toBe(false);
    });

  it('computes while Redis is stopped, answers from memory, and shares again after its return', async () => {
    const [one, two] = [await cacheOfProcess(), await cacheOfProcess()];
    await one.getOrCompute('product', 'warm', async () => 'kept');
    await redis.stop();
    expect(await one.getOrCompute('product', 'warm', async () => 'unused')).toBe('kept');
    for (let i = 0; i < 20; i++) {
      expect(await one.getOrCompute('product', `down${i}`, async () => i)).toBe(i);
    }
    expect(one.stats().storeFailures).toBeGreaterThan(0);
    expect(one.stats().storeSuspended).toBe(true);

    await redis.start();
    await Promise.all([untilUsed(one), untilUsed(two)]);
    await one.getOrCompute('product', 'again', async () => 'shared');
    await eventually(async () => {
      expect(await two.getOrCompute('product', 'again', async () => 'shared')).toBe('shared');
      expect(two.stats().hits).toBeGreaterThan(0);
    });
  });

  it('delivers an invalidation that was made while Redis was down', async () => {
    const [one, two] = [await cacheOfProcess(), await cacheOfProcess()];
    const tags = ['sales'];
    await one.getOrCompute('product', 'k', async () => 'old', { tags });
    await eventually(async () => {
      expect(await clients[0]!.exists(`${prefix}:entry:product:k`)).toBe(1);
    });
    expect(await two.getOrCompute('product', 'k', async () => 'unused', { tags })).toBe('old');
    await redis.stop();
    await one.invalidate(tags);
    expect(one.stats().pendingInvalidations).toBe(1);
    expect(one.peek('product', 'k')).toBeUndefined();
    await redis.start();
    // The server kept the old entry on disk; no request is made on the cache that invalidated it.
    await eventually(() => expect(one.stats().pendingInvalidations).toBe(0));
    await eventually(() => expect(two.peek('product', 'k')).toBeUndefined());
    expect(await two.getOrCompute('product', 'k', async () => 'new', { tags })).toBe('new');
  });

  it('forgets its copies after a lost connection, as it may have missed invalidations', async () => {
    const [one, two] = [await cacheOfProcess(), await cacheOfProcess()];
    await one.getOrCompute('product', 'k', async () => 'old', { tags: ['sales'] });
    await redis.stop();
    expect(one.peek('product', 'k')).toBe('old');
    await redis.start();
    await two.invalidate(['sales']);
    await eventually(() => expect(one.peek('product', 'k')).toBeUndefined());
  });

  it('waits for a frozen Redis no longer than the time limit, and soon not at all', async () => {
    const cache = await cacheOfProcess();
    await cache.getOrCompute('product', 'warm', async () => 1);
    redis.freeze();
    const waits: number[] = [];
    for (let i = 0; i < 10; i++) {
      const start = performance.now();
      expect(await cache.getOrCompute('product', `frozen${i}`, async () => i)).toBe(i);
      waits.push(performance.now() - start);
    }
    expect(cache.stats().storeSuspended).toBe(true);
    const waiting = waits.filter((ms) => ms >= STORE_TIMEOUT_MS / 2).length;
    expect(waiting).toBeGreaterThan(0);
    expect(waiting).toBeLessThanOrEqual(4);
    redis.thaw();
    await untilUsed(cache);
  });

  it('does without a Redis that answers slowly, and uses it again when it is fast', async () => {
    const way = await slowWayTo(redis.port);
    const cache = await cacheOfProcess(way.port);
    way.delayMs = 3 * STORE_TIMEOUT_MS;
    for (let i = 0; i < 10; i++) {
      expect(await cache.getOrCompute('product', `slow${i}`, async () => i)).toBe(i);
    }
    expect(cache.stats()).toMatchObject({ storeSuspended: true, computations: 10 });
    way.delayMs = 0;
    await untilUsed(cache);
    await cache.getOrCompute('product', 'fast', async () => 1);
    await eventually(async () => expect(await clients[0]!.exists(`${prefix}:entry:product:fast`)).toBe(1));
    await way.close();
  });

  it('works from the start without any Redis, and joins when there is one', async () => {
    await redis.stop();
    const client = new Redis(redis.port, '127.0.0.1', { retryStrategy: () => 50 });
    client.on('error', () => {});
    clients.push(client);
    const store = new RedisCacheStore({ client, prefix });
    const cache = createForecastCache({ store, storeTimeoutMs: STORE_TIMEOUT_MS });
    caches.push(cache);
    expect(await cache.getOrCompute('product', 'k', async () => 'computed')).toBe('computed');
    await redis.start();
    await store.ready();
    await untilUsed(cache);
    await cache.getOrCompute('product', 'joined', async () => 1);
    await eventually(async () => expect(await client.exists(`${prefix}:entry:product:joined`)).toBe(1));
  });
});
