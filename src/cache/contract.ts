/** The four levels of the forecast cache, each with its own time to live. */
export type CacheLevel = 'product' | 'category' | 'prediction' | 'indicator';

/** Times to live of the four levels, in milliseconds: 1 h, 30 min, 6 h and 24 h. */
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
  /**
   * State of the tags before the value was computed: the entry stays invisible if any was invalidated since.
   */
  readonly since?: TagMark;
}

/** Result of `markTags` of a store; opaque, plain JSON data. */
export type TagMark = Readonly<Record<string, string>>;

/** Message from one user of a store to all others, in any process. */
export type CacheInvalidation =
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'clear' }
  /** Invalidations may have been missed, e.g. while the connection was down: copies cannot be trusted. */
  | { readonly kind: 'resynchronized' };

/** The right to compute a key, held by one process at a time. */
export interface CacheLease {
  /** Prolongs the lease; false if it was lost. */
  renew(): Promise<boolean>;
  release(): Promise<void>;
}

/** A key-value store with expiry and tags: memory, Redis. Values are any JSON data. */
export interface CacheStore {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /** The value of a key, or `undefined`. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown, options: CacheSetOptions): Promise<void>;
  delete(key: string): Promise<void>;
  /** Removes every entry with one of the tags. */
  invalidateTags(tags: readonly string[]): Promise<void>;
  clear(): Promise<void>;
  close(): Promise<void>;
  /** For stores shared by processes: the current state of tags, for the option `since` of `set`. */
  markTags?(tags: readonly string[]): Promise<TagMark>;
  /**
   * For stores that can read both at once: `get` of a key and `markTags` of its tags. With `known`, an earlier
   * mark, only the value is read, as of that mark.
   */
  getMarked?(
    key: string,
    tags: readonly string[],
    known?: TagMark,
  ): Promise<{ readonly value: unknown; readonly mark: TagMark }>;
  /** Calls the listener for every invalidation, until the returned function is called. */
  subscribe?(listener: (invalidation: CacheInvalidation) => void): () => void;
  /** For stores shared by processes: the lease of a key, or `undefined` while another process holds it. */
  acquireLease?(key: string, leaseMs: number): Promise<CacheLease | undefined>;
  /**
   * True if a `get` or `getMarked` that is sent right after `acquireLease`, without awaiting its answer, takes
   * effect after it, as over a single connection. Default false.
   */
  readonly looksAfterLease?: boolean;
}

export interface ComputeOptions {
  /** Tags of the key; every caller must give the same ones. */
  readonly tags?: readonly string[];
  /** Aborting it rejects this caller; the computation continues for the others and for the cache. */
  readonly signal?: AbortSignal;
}

/** Cache of the forecaster: levels, single flight and invalidation on top of a {@link CacheStore}. */
export interface ForecastCache {
  /** Returns synchronously the fresh value that this process holds in memory, or `undefined`. */
  peek<T>(level: CacheLevel, key: string): T | undefined;
  /**
   * The cached value of a key, or `compute()`, which runs once for all concurrent callers of the key. A store
   * that fails or is slow never fails the call. The value is JSON data, shared between callers and frozen.
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
  /** Calls answered from memory or from the store. */
  readonly hits: number;
  /** Hits answered with a value past its time to live while it was being refreshed. */
  readonly staleHits: number;
  /** Calls that had to wait for a computation, their own or one under way. */
  readonly misses: number;
  /** Times that a `compute` function was run. */
  readonly computations: number;
  /** Reads or writes of the store that failed or took too long. */
  readonly storeFailures: number;
  /** True while the store is not used because it failed several times in a row. */
  readonly storeSuspended: boolean;
  /** Tags invalidated here that the store has not confirmed yet; sent again until it does. */
  readonly pendingInvalidations: number;
}
