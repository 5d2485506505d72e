import { checkWholeNumber, ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import type { CacheInvalidation, CacheSetOptions, CacheStore } from './contract.js';
import { ExpiringLru } from './expiring-lru.js';

export interface MemoryCacheStoreOptions {
  /** Largest number of entries; one that was not used for long is dropped first. Default 10,000. */
  readonly maxEntries?: number;
  /** Clock in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

const MEMORY_CACHE_OPTIONS: OptionTable<MemoryCacheStoreOptions> = { maxEntries: 1, now: 1 };

/**
 * A cache store in the memory of this process. It keeps values as JSON text, so that they come back exactly as
 * from a shared store and no caller can change another's copy.
 *
 * ```ts
 * import { createForecastCache, MemoryCacheStore } from 'commerce-forecast';
 *
 * const cache = createForecastCache({ store: new MemoryCacheStore({ maxEntries: 50_000 }) });
 * ```
 *
 * @throws ForecastError `invalid-option` if `maxEntries` is not a whole number of at least 1.
 */
export class MemoryCacheStore implements CacheStore {
  readonly specificationVersion = 'v1';
  readonly name = 'memory';
  private readonly now: () => number;
  private readonly entries: ExpiringLru<string>;
  private readonly listeners = new Set<(invalidation: CacheInvalidation) => void>();

  constructor(options: MemoryCacheStoreOptions = {}) {
    refuseUnknown(options, MEMORY_CACHE_OPTIONS);
    const maxEntries = options.maxEntries ?? 10_000;
    checkWholeNumber('maxEntries', maxEntries);
    this.now = options.now ?? Date.now;
    this.entries = new ExpiringLru(maxEntries, this.now);
  }

  async get(key: string): Promise<unknown> {
    const text = this.entries.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async set(key: string, value: unknown, options: CacheSetOptions): Promise<void> {
    this.entries.set(key, encodeCacheValue(value), this.now() + options.ttlMs, options.tags ?? []);
  }

  async delete(key: string): Promise<void> {
    this.entries.delete(key);
  }

  async invalidateTags(tags: readonly string[]): Promise<void> {
    this.entries.deleteTags(tags);
    this.tell({ kind: 'tags', tags });
  }

  async clear(): Promise<void> {
    this.entries.clear();
    this.tell({ kind: 'clear' });
  }

  async close(): Promise<void> {
    this.entries.clear();
    this.listeners.clear();
  }

  subscribe(listener: (invalidation: CacheInvalidation) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private tell(invalidation: CacheInvalidation): void {
    for (const listener of [...this.listeners]) listener(invalidation);
  }
}

/**
 * JSON text of a value for a store.
 *
 * @throws ForecastError `invalid-data` if the value is not JSON data: a cycle, a bigint, a function, undefined.
 */
export function encodeCacheValue(value: unknown): string {
  let text: string | undefined;
  let cause: unknown;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    cause = error;
  }
  if (text === undefined) {
    throw new ForecastError('invalid-data', 'A cached value must be JSON data', {
      path: ['value'],
      hint: 'Cache plain objects, arrays, strings, finite numbers, booleans and null.',
      cause,
    });
  }
  return text;
}
