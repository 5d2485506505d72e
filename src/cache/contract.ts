/** The four levels of the forecast cache, each with its own time to live. */
export type CacheLevel = 'product' | 'category' | 'prediction' | 'indicator';

/** Documented times to live in milliseconds: 1 h, 30 min, 6 h and 24 h. */
export const CACHE_TTL_MS: Readonly<Record<CacheLevel, number>> = {
  product: 3_600_000,
  category: 1_800_000,
  prediction: 21_600_000,
  indicator: 86_400_000,
};

export interface CacheSetOptions {
  /** Time to live in milliseconds. */
  readonly ttlMs: number;
  /** Invalidating any of these tags removes the entry. */
  readonly tags?: readonly string[];
}

/** A key-value store with expiry and tags: memory, Redis. Values are any JSON data. */
export interface CacheStore {
  readonly specificationVersion: 'v1';
  readonly name: string;
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options: CacheSetOptions): Promise<void>;
  delete(key: string): Promise<void>;
  /** Removes every entry with one of the tags. */
  invalidateTags(tags: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
}

export interface ComputeOptions {
  readonly tags?: readonly string[];
}

/** What the forecaster talks to: levels, single flight and invalidation on top of a {@link CacheStore}. */
export interface ForecastCache {
  /**
   * The cached value of a key, or `compute()`, which runs once however many callers ask for the key at the same
   * time. A store that fails or is slow never fails the call.
   */
  getOrCompute<T>(
    level: CacheLevel,
    key: string,
    compute: () => Promise<T>,
    options?: ComputeOptions,
  ): Promise<T>;
  /** Removes the entries with one of the tags, here and in every process that shares the store. */
  invalidate(tags: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  /** Counts since the cache was made. */
  stats(): CacheStats;
  close(): Promise<void>;
}

export interface CacheStats {
  readonly hits: number;
  readonly misses: number;
  /** Reads or writes of the store that failed or took too long. */
  readonly storeFailures: number;
}
