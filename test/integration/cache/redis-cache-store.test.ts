import { randomUUID } from 'node:crypto';
import { Redis, type RedisOptions } from 'ioredis';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { ForecastCache } from '../../../src/cache/contract.js';
import { createForecastCache } from '../../../src/cache/forecast-cache.js';
import type { ForecastCacheOptions } from '../../../src/cache/forecast-cache-options.js';
import { RedisCacheStore } from '../../../src/cache/redis/index.js';
import { createRandom } from '../../../src/random.js';
import { cacheStoreChecks } from '../../../src/testing/check-cache-store.js';
import { describeWithRedis, eventually, REDIS_URL } from '../services.js';

/** Longer than Redis may take on a busy machine, so that no cache computes for itself instead. */
const PATIENT_MS = 30_000;

/** A computation that the test ends, and the moment at which the cache has begun it. */
function openComputation() {
  let begin: () => void;
  let finish: (value: string) => void;
  let fail: (error: Error) => void;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });
  const result = new Promise<string>((resolve, reject) => {
    finish = resolve;
    fail = reject;
  });
  return {
    begun,
    compute: () => {
      begin();
      return result;
    },
    finish: (value: string) => finish(value),
    fail: (error: Error) => fail(error),
  };
}

describeWithRedis('RedisCacheStore', () => {
  const clients: Redis[] = [];
  const open: { close(): Promise<void> }[] = [];
  let client: Redis;

  function connect(settings: RedisOptions = {}): Redis {
    const connection = new Redis(REDIS_URL, settings);
    clients.push(connection);
    return connection;
  }

  /** A cache with connections of its own, as another process would have. */
  async function cacheOfProcess(prefix: string, options: Omit<ForecastCacheOptions, 'store'> = {}) {
    const store = new RedisCacheStore({ client: connect(), prefix });
    const cache = createForecastCache({ store, storeTimeoutMs: PATIENT_MS, ...options });
    open.push(cache);
    await store.ready();
    return cache;
  }

  /** Resolves when the write that follows a computation has reached Redis. */
  const written = (prefix: string, key: string) =>
    eventually(async () => expect(await client.exists(`${prefix}:entry:${key}`)).toBe(1));

  const leases = async (prefix: string) => (await client.keys(`${prefix}:lease:*`)).length;
  const leaseIsHeld = (prefix: string) => eventually(async () => expect(await leases(prefix)).toBe(1));

  beforeAll(() => {
    client = connect();
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((cache) => cache.close()));
  });
  afterAll(() => {
    for (const connection of clients) connection.disconnect();
  });

  const makeStore = (namespace: string) => new RedisCacheStore({ client: connect(), prefix: namespace });
  for (const check of cacheStoreChecks(makeStore, { shared: true })) {
    it(`passes the conformance kit on two connections: ${check.name}`, () => check.run());
  }

  it('computes a cold key once for 1,000 concurrent callers of two processes', async () => {
    const prefix = randomUUID();
    const caches = [await cacheOfProcess(prefix), await cacheOfProcess(prefix)];
    const compute = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return { units: [1, 2, 3] };
    });
    const results = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) => caches[i % 2]!.getOrCompute('product', 'k', compute)),
    );
    expect(compute).toHaveBeenCalledTimes(1);
    expect(results.every((result) => result.units.length === 3)).toBe(true);
    expect(caches.map((cache) => cache.stats().computations).sort()).toEqual([0, 1]);
  });

  it('lets the other process compute when the first one fails', async () => {
    const prefix = randomUUID();
    const [one, two] = [await cacheOfProcess(prefix), await cacheOfProcess(prefix)];
    const first = openComputation();
    const failing = one.getOrCompute('product', 'k', first.compute);
    await first.begun;
    const waiting = two.getOrCompute('product', 'k', async () => 'second');
    first.fail(new Error('no model'));
    await expect(failing).rejects.toThrow('no model');
    expect(await waiting).toBe('second');
  });

  it('takes over from a process that died while it computed', async () => {
    const prefix = randomUUID();
    const dying = await cacheOfProcess(prefix, { leaseMs: 300 });
    const dyingClient = clients.at(-1)!;
    void dying.getOrCompute('product', 'k', () => new Promise(() => {}));
    await leaseIsHeld(prefix);
    dyingClient.disconnect();
    const cache = await cacheOfProcess(prefix);
    expect(await cache.getOrCompute('product', 'k', async () => 'alive')).toBe('alive');
  });

  it('keeps the lease of a computation that takes longer than the lease', async () => {
    const prefix = randomUUID();
    const [one, two] = [
      await cacheOfProcess(prefix, { leaseMs: 600 }),
      await cacheOfProcess(prefix, { leaseMs: 600 }),
    ];
    const compute = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      return 'slow';
    });
    const results = await Promise.all([one, two].map((cache) => cache.getOrCompute('product', 'k', compute)));
    expect(results).toEqual(['slow', 'slow']);
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('drops the copies in the memory of the other process', async () => {
    const prefix = randomUUID();
    const [one, two] = [await cacheOfProcess(prefix), await cacheOfProcess(prefix)];
    const tags = ['sales'];
    await one.getOrCompute('product', 'k', async () => 'old', { tags });
    await written(prefix, 'product:k');
    expect(await two.getOrCompute('product', 'k', async () => 'unused', { tags })).toBe('old');
    expect(two.peek('product', 'k')).toBe('old');
    await one.invalidate(tags);
    await eventually(() => expect(two.peek('product', 'k')).toBeUndefined());
    expect(await two.getOrCompute('product', 'k', async () => 'new', { tags })).toBe('new');
    await written(prefix, 'product:k');
    expect(await one.getOrCompute('product', 'k', async () => 'unused', { tags })).toBe('new');
  });

  it('does not let a process publish what it computed before an invalidation by another one', async () => {
    const prefix = randomUUID();
    const [one, two] = [await cacheOfProcess(prefix), await cacheOfProcess(prefix)];
    const tags = ['sales'];
    const outdated = openComputation();
    const before = one.getOrCompute('product', 'k', outdated.compute, { tags });
    await outdated.begun;
    await two.invalidate(tags);
    outdated.finish('old');
    expect(await before).toBe('old');
    expect(await two.getOrCompute('product', 'k', async () => 'new', { tags })).toBe('new');
    await written(prefix, 'product:k');
    const third = await cacheOfProcess(prefix);
    expect(await third.getOrCompute('product', 'k', async () => 'unused', { tags })).toBe('new');
  });

  it('never keeps what was computed from data of before an invalidation, in three busy processes', async () => {
    const prefix = randomUUID();
    const random = createRandom(17);
    const leaseMs = 600_000;
    const caches = await Promise.all([1, 2, 3].map(() => cacheOfProcess(prefix, { leaseMs })));
    const tags = ['sales'];
    let data = 0;
    const compute = async () => {
      const seen = data;
      await new Promise((resolve) => setTimeout(resolve, random.integer(5)));
      return seen;
    };
    const read = (i: number) =>
      caches[i]!.getOrCompute('product', `k${random.integer(3)}`, compute, { tags });
    for (let round = 0; round < 60; round++) {
      const reads = Array.from({ length: 12 }, (_, i) => read(i % 3));
      await new Promise((resolve) => setTimeout(resolve, random.integer(6)));
      data++;
      const writer = random.integer(3);
      const written = data;
      await caches[writer]!.invalidate(tags);
      // The process that invalidated sees no older data from then on, not even from computations under way.
      expect(await read(writer)).toBe(written);
      await Promise.all(reads);
    }
    for (const cache of caches) {
      for (const key of ['k0', 'k1', 'k2']) {
        const readAgain = () => cache.getOrCompute('product', key, compute, { tags });
        await eventually(async () => expect(await readAgain()).toBe(data));
      }
    }
    // Released, as they would expire only after ten minutes.
    await eventually(async () => expect(await leases(prefix)).toBe(0));
  });

  it('does not wait for a computation that an invalidation has outdated', async () => {
    const prefix = randomUUID();
    const [one, two] = [await cacheOfProcess(prefix), await cacheOfProcess(prefix)];
    const tags = ['sales'];
    void one.getOrCompute('product', 'k', () => new Promise(() => {}), { tags });
    await leaseIsHeld(prefix);
    await one.invalidate(tags);
    for (const cache of [one, two]) {
      expect(await cache.getOrCompute('product', 'k', async () => 'new', { tags })).toBe('new');
    }
  });

  it('gives entries, leases and tokens an expiry in Redis itself', async () => {
    const prefix = randomUUID();
    const cache = await cacheOfProcess(prefix, { staleWhileRevalidateMs: 60_000 });
    await cache.getOrCompute('category', 'k', async () => 1, { tags: ['sales'] });
    await written(prefix, 'category:k');
    const left = await client.pttl(`${prefix}:entry:category:k`);
    expect(left).toBeGreaterThan(30 * 60_000);
    expect(left).toBeLessThanOrEqual(31 * 60_000);
    for (const key of await client.keys(`${prefix}:*`)) expect(await client.pttl(key)).toBeGreaterThan(0);
  });

  it('is ready only once it will not drop its copies again for the connection', async () => {
    for (let i = 0; i < 30; i++) {
      const store = new RedisCacheStore({ client: connect(), prefix: randomUUID() });
      let told = 0;
      store.subscribe(() => told++);
      await store.ready();
      const whenReady = told;
      await client.ping();
      await client.ping();
      expect(told).toBe(whenReady);
      await store.close();
    }
  });

  it('ignores foreign messages and foreign values', async () => {
    const prefix = randomUUID();
    const cache = await cacheOfProcess(prefix);
    await cache.getOrCompute('product', 'k', async () => 1);
    for (const text of [
      '',
      'null',
      '[]',
      '{"invalidation":{"kind":"tags"}}',
      '{"invalidation":{"kind":"x"}}',
    ]) {
      await client.publish(`${prefix}:invalidations`, text);
    }
    for (const [i, text] of ['', 'null', '5', '{"stamp":{}}', '{"stamp":{},"value":1}'].entries()) {
      await client.set(`${prefix}:entry:product:alien${i}`, text, 'PX', 60_000);
      expect(await cache.getOrCompute('product', `alien${i}`, async () => 'computed')).toBe('computed');
    }
    expect(cache.peek('product', 'k')).toBe(1);
  });

  it.each([
    ['connects when it is first used', { lazyConnect: true }],
    ['keeps no queue while it connects', { enableOfflineQueue: false }],
    ['has a key prefix', { keyPrefix: 'tenant:' }],
    ['sends pipelines by itself', { enableAutoPipelining: true }],
  ] as const)('works with a client that %s', async (_, settings) => {
    const prefix = randomUUID();
    const caches = await Promise.all(
      [0, 1].map(async () => {
        const store = new RedisCacheStore({ client: connect(settings), prefix });
        const cache = createForecastCache({ store, storeTimeoutMs: PATIENT_MS });
        open.push(cache);
        await store.ready();
        return cache;
      }),
    );
    const [one, two] = caches as [ForecastCache, ForecastCache];
    const tags = ['sales'];
    const warm = (cache: ForecastCache, value: string) =>
      cache.getOrCompute('product', 'k', async () => value, { tags });
    await eventually(async () => {
      await warm(one, 'shared');
      expect(await warm(two, 'shared')).toBe('shared');
      expect(two.stats().hits).toBeGreaterThan(0);
    });
    await one.invalidate(tags);
    await eventually(() => expect(two.peek('product', 'k')).toBeUndefined());
    expect(await warm(two, 'new')).toBe('new');
  });

  it('leaves the client open and the given subscriber too', async () => {
    const [given, subscriber] = [connect(), connect()];
    const store = new RedisCacheStore({ client: given, subscriber, prefix: randomUUID() });
    const cache = createForecastCache({ store });
    await store.ready();
    await cache.close();
    expect(await given.ping()).toBe('PONG');
    expect(await subscriber.ping()).toBe('PONG');
  });
});
