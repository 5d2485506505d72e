import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CacheStore } from '../../src/cache/contract.js';
import { createForecastCache } from '../../src/cache/forecast-cache.js';
import { MemoryCacheStore } from '../../src/cache/memory-cache-store.js';

type Fault = 'none' | 'rejects' | 'throws' | 'hangs';

/** A memory store whose every call fails in a chosen way, and which counts the calls that reach it. */
function faultyStore(now: () => number) {
  const store = new MemoryCacheStore({ now });
  const control = { fault: 'none' as Fault, calls: 0 };
  const proxy = new Proxy(store, {
    get(target, property) {
      const member = Reflect.get(target, property);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        if (property === 'subscribe') return () => {};
        control.calls++;
        if (control.fault === 'throws') throw new Error('store threw');
        if (control.fault === 'rejects') return Promise.reject(new Error('store rejected'));
        if (control.fault === 'hangs') return new Promise(() => {});
        return member.apply(target, args);
      };
    },
  }) as CacheStore;
  return { store: proxy, inner: store, control };
}

describe('a cache whose store fails', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const settle = (ms: number) => vi.advanceTimersByTimeAsync(ms);

  it.each(['rejects', 'throws', 'hangs'] as const)(
    'computes when the store %s, and uses it again when it is back',
    async (fault) => {
      const { store, control } = faultyStore(Date.now);
      const cache = createForecastCache({ store, l1: false, storeTimeoutMs: 50 });
      control.fault = fault;
      const compute = vi.fn(async () => 'computed');
      for (let i = 0; i < 5; i++) {
        const call = cache.getOrCompute('product', `k${i}`, compute);
        await settle(60);
        expect(await call).toBe('computed');
        await settle(60);
      }
      expect(compute).toHaveBeenCalledTimes(5);
      expect(cache.stats().storeFailures).toBeGreaterThanOrEqual(3);
      expect(cache.stats().storeSuspended).toBe(true);
      const callsWhileSuspended = control.calls;
      await cache.getOrCompute('product', 'spared', compute);
      expect(control.calls).toBe(callsWhileSuspended);

      control.fault = 'none';
      await settle(1_000);
      await cache.getOrCompute('product', 'k', compute);
      await settle(10);
      expect(cache.stats().storeSuspended).toBe(false);
      compute.mockClear();
      expect(await cache.getOrCompute('product', 'k', compute)).toBe('computed');
      expect(compute).not.toHaveBeenCalled();
    },
  );

  it('keeps callers of a hanging store no longer than its time limit', async () => {
    const { store, control } = faultyStore(Date.now);
    const cache = createForecastCache({ store, storeTimeoutMs: 50 });
    control.fault = 'hangs';
    const answered = vi.fn();
    void cache.getOrCompute('product', 'k', async () => 1).then(answered);
    await settle(49);
    expect(answered).not.toHaveBeenCalled();
    await settle(2);
    expect(answered).toHaveBeenCalledWith(1);
  });

  it('answers from memory while the store is down', async () => {
    const { store, control } = faultyStore(Date.now);
    const cache = createForecastCache({ store });
    await cache.getOrCompute('product', 'k', async () => 1);
    await settle(1);
    control.fault = 'rejects';
    expect(await cache.getOrCompute('product', 'k', async () => 2)).toBe(1);
  });

  it('repeats an invalidation until the store took it, and reads nothing of before meanwhile', async () => {
    const { store, inner, control } = faultyStore(Date.now);
    const cache = createForecastCache({ store });
    const tags = ['sales'];
    await cache.getOrCompute('product', 'k', async () => 'old', { tags });
    await settle(1);
    control.fault = 'rejects';
    await cache.invalidate(tags);
    expect(cache.stats().pendingInvalidations).toBe(1);
    expect(await inner.get('product:k')).toMatchObject({ value: 'old' });
    control.fault = 'none';
    expect(await cache.getOrCompute('product', 'k', async () => 'new', { tags })).toBe('new');
    expect(cache.stats().pendingInvalidations).toBe(0);
  });

  it('retries an invalidation without a new request', async () => {
    const { store, inner, control } = faultyStore(Date.now);
    const cache = createForecastCache({ store });
    await cache.getOrCompute('product', 'k', async () => 'old', { tags: ['sales'] });
    await settle(1);
    control.fault = 'rejects';
    await cache.invalidate(['sales']);
    await settle(5_000);
    control.fault = 'none';
    await settle(2_000);
    expect(await inner.get('product:k')).toBeUndefined();
    expect(cache.stats().pendingInvalidations).toBe(0);
  });

  it('clears the store instead of remembering more than 10,000 tags', async () => {
    const { store, inner, control } = faultyStore(Date.now);
    const cache = createForecastCache({ store });
    await cache.getOrCompute('product', 'k', async () => 'old', { tags: ['unrelated'] });
    await settle(1);
    control.fault = 'rejects';
    await cache.invalidate(Array.from({ length: 10_001 }, (_, i) => `product:${i}`));
    expect(cache.stats().pendingInvalidations).toBe(1);
    control.fault = 'none';
    await settle(1_000);
    expect(await inner.get('product:k')).toBeUndefined();
  });

  it('ignores what it did not write itself', async () => {
    const { store, inner } = faultyStore(Date.now);
    const cache = createForecastCache({ store });
    for (const [i, alien] of ['text', null, 5, [], { value: 1 }, { freshUntil: 'x', tags: [] }].entries()) {
      await inner.set(`product:${i}`, alien, { ttlMs: 1_000 });
      expect(await cache.getOrCompute('product', `${i}`, async () => 'computed')).toBe('computed');
    }
  });

  it('returns a value that is not JSON data although it cannot be stored', async () => {
    const { store } = faultyStore(Date.now);
    const cache = createForecastCache({ store });
    expect(await cache.getOrCompute('product', 'k', async () => 10n)).toBe(10n);
    await settle(1);
    expect(cache.stats().storeFailures).toBe(1);
  });

  it('closes within the time limit of a hanging store', async () => {
    const { store, control } = faultyStore(Date.now);
    const cache = createForecastCache({ store, storeTimeoutMs: 50 });
    control.fault = 'hangs';
    const closed = vi.fn();
    void cache.close().then(closed);
    await settle(60);
    expect(closed).toHaveBeenCalled();
  });
});
