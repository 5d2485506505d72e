import { describe, expect, it, vi } from 'vitest';
import { CACHE_TTL_MS, type CacheLevel, type CacheStore } from '../../src/cache/contract.js';
import { createForecastCache } from '../../src/cache/forecast-cache.js';
import { MemoryCacheStore } from '../../src/cache/memory-cache-store.js';

/** A computation that counts its runs and finishes when told. */
function manualComputation<T>() {
  const waiting: { resolve: (value: T) => void; reject: (error: unknown) => void }[] = [];
  const compute = vi.fn(() => new Promise<T>((resolve, reject) => waiting.push({ resolve, reject })));
  return { compute, waiting };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
const value = (result: unknown) => vi.fn(async () => result);

describe('createForecastCache', () => {
  it.each(Object.entries(CACHE_TTL_MS) as [CacheLevel, number][])(
    'keeps level %s for its documented %i ms and no longer',
    async (level, ttlMs) => {
      const clock = { time: 0 };
      const now = () => clock.time;
      for (const store of [undefined, new MemoryCacheStore({ now })]) {
        clock.time = 0;
        const cache = createForecastCache({ store, now });
        const compute = value('first');
        await cache.getOrCompute(level, 'k', compute);
        clock.time = ttlMs - 1;
        expect(await cache.getOrCompute(level, 'k', compute)).toBe('first');
        expect(compute).toHaveBeenCalledTimes(1);
        clock.time = ttlMs;
        await cache.getOrCompute(level, 'k', compute);
        expect(compute).toHaveBeenCalledTimes(2);
      }
    },
  );

  it('has the times to live of the system document', () => {
    // "L1 product 1 hour, L2 category 30 minutes, L3 model predictions 6 hours, L4 external indicators 24 hours"
    expect(CACHE_TTL_MS).toEqual({
      product: 60 * 60_000,
      category: 30 * 60_000,
      prediction: 6 * 60 * 60_000,
      indicator: 24 * 60 * 60_000,
    });
  });

  it('keeps levels apart', async () => {
    const cache = createForecastCache();
    await cache.getOrCompute('product', 'k', value(1));
    expect(await cache.getOrCompute('category', 'k', value(2))).toBe(2);
    expect(cache.peek('product', 'k')).toBe(1);
    expect(cache.peek('prediction', 'k')).toBeUndefined();
  });

  it('computes a cold key once for 1,000 concurrent callers', async () => {
    const cache = createForecastCache({ store: new MemoryCacheStore() });
    const compute = vi.fn(async () => {
      await turn();
      return { units: [1, 2, 3] };
    });
    const results = await Promise.all(
      Array.from({ length: 1_000 }, () => cache.getOrCompute('product', 'k', compute)),
    );
    expect(compute).toHaveBeenCalledTimes(1);
    expect(new Set(results).size).toBe(1);
    expect(results[999]).toEqual({ units: [1, 2, 3] });
    expect(cache.stats()).toMatchObject({ hits: 0, misses: 1_000, computations: 1, storeFailures: 0 });
  });

  it('rejects every waiting caller with the error of the computation, caches nothing and tries again', async () => {
    const cache = createForecastCache({ store: new MemoryCacheStore() });
    const failure = new Error('no model');
    const compute = vi.fn(() => Promise.reject(failure));
    const results = await Promise.allSettled([
      cache.getOrCompute('product', 'k', compute),
      cache.getOrCompute('product', 'k', compute),
    ]);
    expect(results.map((result) => (result as PromiseRejectedResult).reason)).toEqual([failure, failure]);
    expect(compute).toHaveBeenCalledTimes(1);
    expect(await cache.getOrCompute('product', 'k', value('better'))).toBe('better');
  });

  it('caches null', async () => {
    const cache = createForecastCache({ store: new MemoryCacheStore() });
    const compute = value(null);
    await cache.getOrCompute('product', 'k', compute);
    expect(await cache.getOrCompute('product', 'k', compute)).toBeNull();
    expect(compute).toHaveBeenCalledTimes(1);
  });

  it('freezes what callers share', async () => {
    const cache = createForecastCache();
    const shared = await cache.getOrCompute('product', 'k', async () => ({ list: [{ units: 1 }] }));
    expect(() => shared.list.push({ units: 2 })).toThrow(TypeError);
    expect(() => Object.assign(shared.list[0]!, { units: 3 })).toThrow(TypeError);
  });

  it('finds in the store what another cache computed, then in its own memory', async () => {
    const store = new MemoryCacheStore();
    const [one, two] = [createForecastCache({ store }), createForecastCache({ store })];
    await one.getOrCompute('product', 'k', value('shared'));
    await turn();
    const get = vi.spyOn(store, 'get');
    const compute = value('own');
    expect(await two.getOrCompute('product', 'k', compute)).toBe('shared');
    expect(await two.getOrCompute('product', 'k', compute)).toBe('shared');
    expect(compute).not.toHaveBeenCalled();
    expect(get).toHaveBeenCalledTimes(1);
    expect(two.stats()).toMatchObject({ hits: 2, misses: 0 });
  });

  it('asks the store again after 60 s, or after the time given for l1', async () => {
    for (const [l1, ms] of [
      [undefined, 60_000],
      [{ ttlMs: 500 }, 500],
    ] as const) {
      const clock = { time: 0 };
      const now = () => clock.time;
      const store = new MemoryCacheStore({ now });
      const cache = createForecastCache({ store, now, l1 });
      await cache.getOrCompute('product', 'k', value(1));
      await turn();
      const get = vi.spyOn(store, 'get');
      clock.time = ms - 1;
      await cache.getOrCompute('product', 'k', value(2));
      expect(get).not.toHaveBeenCalled();
      clock.time = ms;
      expect(await cache.getOrCompute('product', 'k', value(2))).toBe(1);
      expect(get).toHaveBeenCalledTimes(1);
    }
  });

  it('works without L1 and bounds L1', async () => {
    const without = createForecastCache({ store: new MemoryCacheStore(), l1: false });
    await without.getOrCompute('product', 'k', value(1));
    await turn();
    expect(without.peek('product', 'k')).toBeUndefined();
    expect(await without.getOrCompute('product', 'k', value(2))).toBe(1);

    const small = createForecastCache({ l1: { maxEntries: 1 } });
    await small.getOrCompute('product', 'a', value(1));
    await small.getOrCompute('product', 'b', value(2));
    expect([small.peek('product', 'a'), small.peek('product', 'b')]).toEqual([undefined, 2]);
  });

  it.each([
    [{ ttlMs: { product: 0 } }, ['ttlMs', 'product']],
    [{ ttlMs: { page: 5 } as never }, ['ttlMs', 'page']],
    [{ staleWhileRevalidateMs: -1 }, ['staleWhileRevalidateMs']],
    [{ storeTimeoutMs: Number.NaN }, ['storeTimeoutMs']],
    [{ l1: { maxEntries: 0 } }, ['l1', 'maxEntries']],
    [{ leaseMs: 0 }, ['leaseMs']],
  ])('refuses the options %o', (options, path) => {
    expect(() => createForecastCache(options)).toThrow(
      expect.objectContaining({ code: 'invalid-option', path }),
    );
  });

  describe('abort', () => {
    it('rejects one caller and goes on for the others', async () => {
      const cache = createForecastCache({ store: new MemoryCacheStore() });
      const { compute, waiting } = manualComputation<number>();
      const controller = new AbortController();
      const aborted = cache.getOrCompute('product', 'k', compute, { signal: controller.signal });
      const patient = cache.getOrCompute('product', 'k', compute);
      await turn();
      controller.abort();
      await expect(aborted).rejects.toMatchObject({ code: 'aborted' });
      waiting[0]!.resolve(5);
      expect(await patient).toBe(5);
      expect(compute).toHaveBeenCalledTimes(1);
    });

    it('computes nothing for a signal that has fired already', async () => {
      const cache = createForecastCache();
      const compute = value(1);
      const call = cache.getOrCompute('product', 'k', compute, { signal: AbortSignal.abort() });
      await expect(call).rejects.toMatchObject({ code: 'aborted' });
      expect(compute).not.toHaveBeenCalled();
    });
  });

  describe('stale-while-revalidate', () => {
    function swrCache(store?: CacheStore) {
      const clock = { time: 0 };
      const cache = createForecastCache({
        store,
        ttlMs: { product: 100 },
        staleWhileRevalidateMs: 50,
        now: () => clock.time,
      });
      return { clock, cache };
    }

    it('serves the old value while it computes the new one once, and stops after the window', async () => {
      const { clock, cache } = swrCache();
      await cache.getOrCompute('product', 'k', value('old'));
      clock.time = 120;
      const { compute, waiting } = manualComputation<string>();
      expect(await cache.getOrCompute('product', 'k', compute)).toBe('old');
      expect(await cache.getOrCompute('product', 'k', compute)).toBe('old');
      expect(compute).toHaveBeenCalledTimes(1);
      waiting[0]!.resolve('new');
      await turn();
      expect(await cache.getOrCompute('product', 'k', compute)).toBe('new');
      expect(cache.stats()).toMatchObject({ hits: 3, staleHits: 2, misses: 1, computations: 2 });
      clock.time = 120 + 150;
      expect(await cache.getOrCompute('product', 'k', value('newest'))).toBe('newest');
    });

    it('keeps serving the old value within the window when the refresh fails', async () => {
      const { clock, cache } = swrCache();
      await cache.getOrCompute('product', 'k', value('old'));
      clock.time = 120;
      const failing = vi.fn(() => Promise.reject(new Error('down')));
      expect(await cache.getOrCompute('product', 'k', failing)).toBe('old');
      await turn();
      expect(await cache.getOrCompute('product', 'k', failing)).toBe('old');
      expect(failing).toHaveBeenCalledTimes(2);
    });

    it('closes while a refresh hangs', async () => {
      const { clock, cache } = swrCache(new MemoryCacheStore());
      await cache.getOrCompute('product', 'k', value('old'));
      clock.time = 120;
      await cache.getOrCompute('product', 'k', () => new Promise<string>(() => {}));
      await cache.close();
      expect(cache.peek('product', 'k')).toBeUndefined();
    });

    it('serves and refreshes a stale value found in the store', async () => {
      const clock = { time: 0 };
      const now = () => clock.time;
      const store = new MemoryCacheStore({ now });
      const options = { store, ttlMs: { product: 100 }, staleWhileRevalidateMs: 50, now };
      await createForecastCache(options).getOrCompute('product', 'k', value('old'));
      await turn();
      clock.time = 120;
      const cache = createForecastCache(options);
      const compute = value('new');
      expect(await cache.getOrCompute('product', 'k', compute)).toBe('old');
      await turn();
      expect(compute).toHaveBeenCalledTimes(1);
      expect(cache.peek('product', 'k')).toBe('new');
    });

    it('does not serve a stale value after its invalidation', async () => {
      const { clock, cache } = swrCache();
      await cache.getOrCompute('product', 'k', value('old'), { tags: ['t'] });
      clock.time = 120;
      await cache.invalidate(['t']);
      expect(await cache.getOrCompute('product', 'k', value('new'), { tags: ['t'] })).toBe('new');
    });
  });

  describe('invalidation', () => {
    it('removes exactly the tagged entries, in every cache of the store', async () => {
      const store = new MemoryCacheStore();
      const [one, two] = [createForecastCache({ store }), createForecastCache({ store })];
      for (const cache of [one, two]) {
        await cache.getOrCompute('product', 'a', value(1), { tags: ['sales', 'toys'] });
        await cache.getOrCompute('product', 'b', value(2), { tags: ['books'] });
        await turn();
      }
      await one.invalidate(['toys']);
      for (const cache of [one, two]) {
        expect([cache.peek('product', 'a'), cache.peek('product', 'b')]).toEqual([undefined, 2]);
      }
      expect(await two.getOrCompute('product', 'a', value('again'))).toBe('again');
      await one.clear();
      expect(two.peek('product', 'b')).toBeUndefined();
      expect(await store.get('product:b')).toBeUndefined();
    });

    it('does not cache what was being computed from the data of before', async () => {
      const store = new MemoryCacheStore();
      const cache = createForecastCache({ store });
      const { compute, waiting } = manualComputation<string>();
      const before = cache.getOrCompute('product', 'k', compute, { tags: ['sales'] });
      await turn();
      await cache.invalidate(['sales']);
      const after = cache.getOrCompute('product', 'k', compute, { tags: ['sales'] });
      await turn();
      expect(compute).toHaveBeenCalledTimes(2);
      waiting[1]!.resolve('new');
      expect(await after).toBe('new');
      waiting[0]!.resolve('old');
      expect(await before).toBe('old');
      await turn();
      expect(cache.peek('product', 'k')).toBe('new');
      expect(await store.get('product:k')).toMatchObject({ value: 'new' });
    });

    it('forgets copies after a lost connection, but not the store', async () => {
      const store = new MemoryCacheStore();
      let tell: Parameters<NonNullable<CacheStore['subscribe']>>[0] = () => {};
      vi.spyOn(store, 'subscribe').mockImplementation((listener) => {
        tell = listener;
        return () => {};
      });
      const cache = createForecastCache({ store });
      await cache.getOrCompute('product', 'k', value(1));
      await turn();
      tell({ kind: 'resynchronized' });
      expect(cache.peek('product', 'k')).toBeUndefined();
      expect(await cache.getOrCompute('product', 'k', value(2))).toBe(1);
    });
  });
});
