import { describe, expect, it } from 'vitest';
import type { CacheSetOptions } from '../../src/cache/contract.js';
import { MemoryCacheStore } from '../../src/cache/memory-cache-store.js';
import { cacheStoreChecks, checkCacheStore } from '../../src/testing/check-cache-store.js';
import { failureOf } from './failure-of.js';

describe('checkCacheStore', () => {
  const clock = { time: 0 };
  const wait = async (ms: number) => {
    clock.time += ms;
  };
  for (const check of cacheStoreChecks(() => new MemoryCacheStore({ now: () => clock.time }), { wait })) {
    it(`passes the memory store: ${check.name}`, () => check.run());
  }
  it('passes the memory store by the real clock', () => checkCacheStore(() => new MemoryCacheStore()));

  class Forgetful extends MemoryCacheStore {
    override set(key: string, value: unknown): Promise<void> {
      return super.set(key, value, { ttlMs: 1e9 });
    }
  }
  class NoTags extends MemoryCacheStore {
    override set(key: string, value: unknown, { ttlMs }: CacheSetOptions): Promise<void> {
      return super.set(key, value, { ttlMs });
    }
  }
  class NoClear extends MemoryCacheStore {
    override async clear(): Promise<void> {}
  }
  class OneKey extends MemoryCacheStore {
    override set(key: string, value: unknown, options: CacheSetOptions): Promise<void> {
      return super.set(key.trim(), value, options);
    }
  }
  class SharedReferences extends MemoryCacheStore {
    private readonly kept = new Map<string, unknown>();
    override async set(key: string, value: unknown): Promise<void> {
      this.kept.set(key, value);
    }
    override async get(key: string): Promise<unknown> {
      return this.kept.get(key);
    }
  }
  class Silent extends MemoryCacheStore {
    override subscribe(): () => void {
      return () => {};
    }
  }
  class Truncating extends MemoryCacheStore {
    override set(key: string, value: unknown, options: CacheSetOptions): Promise<void> {
      const tooLarge = (JSON.stringify(value)?.length ?? 0) > 1e6;
      return tooLarge ? Promise.resolve() : super.set(key, value, options);
    }
  }
  class LooksTooEarly extends MemoryCacheStore {
    readonly looksAfterLease = true;
    private readonly held = new Set<string>();
    async acquireLease(key: string) {
      // The answer to the look that is sent after this call is given before this goes on.
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (this.held.has(key)) return undefined;
      this.held.add(key);
      return { renew: async () => true, release: async () => void this.held.delete(key) };
    }
    override async set(key: string, value: unknown, options: CacheSetOptions): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return super.set(key, value, options);
    }
  }

  it.each([
    [Forgetful, 'a later set wins, with its own time to live and tags'],
    [NoTags, 'a later set wins, with its own time to live and tags'],
    [NoClear, 'clear removes everything'],
    [OneKey, 'awkward keys, tags and values are kept apart and come back'],
    [SharedReferences, 'what a caller does to a value changes nothing in the store'],
    [Silent, 'subscribers hear of invalidations until they leave'],
    [Truncating, 'a value of some megabytes comes back'],
    [
      LooksTooEarly,
      'a new holder of a lease reads what the last one wrote, even if it sends the read right after the request',
    ],
  ])('fails the broken store %o', async (Broken, check) => {
    expect(
      await failureOf(
        cacheStoreChecks(() => new Broken()),
        check,
      ),
    ).toBeDefined();
  });

  it('lists every rule that is broken', async () => {
    await expect(checkCacheStore(() => new Truncating())).rejects.toThrow(
      '- a value of some megabytes comes back: ',
    );
  });
});
