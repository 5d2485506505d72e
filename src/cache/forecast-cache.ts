import { isRecord } from '../checked-json.js';
import { abortError, untilAborted } from '../long-call.js';
import type {
  CacheInvalidation,
  CacheLevel,
  CacheStats,
  ComputeOptions,
  ForecastCache,
  TagMark,
} from './contract.js';
import { ExpiringLru } from './expiring-lru.js';
import {
  type CacheSettings,
  type ForecastCacheOptions,
  resolveCacheSettings,
} from './forecast-cache-options.js';
import { freezeJson } from './freeze.js';
import { GuardedStore, UNAVAILABLE } from './guarded-store.js';
import { shareAcrossProcesses } from './lease.js';

/**
 * Makes the cache of a forecaster: four levels with their times to live, a memory level (L1) in front of the
 * store, and one computation per key for all concurrent callers. Without a store it is a memory cache.
 *
 * ```ts
 * import { createForecastCache, MemoryCacheStore } from 'commerce-forecast';
 *
 * const cache = createForecastCache({
 *   store: new MemoryCacheStore(),
 *   staleWhileRevalidateMs: 60_000,
 * });
 * const top = await cache.getOrCompute('category', 'top:toys:week', async () => ['ball'], { tags: ['sales'] });
 * await cache.invalidate(['sales']);
 * ```
 *
 * @throws ForecastError `invalid-option` for a time or size that is not a positive number.
 */
export function createForecastCache(options: ForecastCacheOptions = {}): ForecastCache {
  return new LevelledCache(resolveCacheSettings(options));
}

/** Entry under a key, in L1 and in the store. */
interface Envelope {
  readonly value: unknown;
  /** Clock time in milliseconds from which the value counts as stale. */
  readonly freshUntil: number;
  readonly tags: readonly string[];
}

/** A key that is being read or computed. */
interface Flight {
  readonly level: CacheLevel;
  readonly key: string;
  readonly tags: readonly string[];
  readonly compute: () => Promise<unknown>;
  /** True for the refresh of a stale value that is served meanwhile: no caller waits for it. */
  readonly isRefresh: boolean;
  callers: number;
  /** Cleared by an invalidation meanwhile: the result then goes to the callers only. */
  mayShare: boolean;
  mayKeep: boolean;
  result: Promise<unknown>;
}

class LevelledCache implements ForecastCache {
  private readonly settings: CacheSettings;
  private readonly store: GuardedStore | undefined;
  private readonly l1: ExpiringLru<Envelope> | undefined;
  private readonly flights = new Map<string, Flight>();
  private readonly refreshes = new Map<string, Flight>();
  private readonly background = new Set<Promise<unknown>>();
  private readonly unsubscribe: (() => void) | undefined;
  private hits = 0;
  private staleHits = 0;
  private misses = 0;
  private computations = 0;

  constructor(settings: CacheSettings) {
    this.settings = settings;
    const { store, l1, now } = settings;
    this.store = store && new GuardedStore(store, settings.storeTimeoutMs, now);
    this.l1 = l1 && new ExpiringLru(l1.maxEntries, now);
    this.unsubscribe = store?.subscribe?.((invalidation) => this.forget(invalidation));
  }

  peek<T>(level: CacheLevel, key: string): T | undefined {
    const envelope = this.l1?.get(`${level}:${key}`);
    if (envelope === undefined || envelope.freshUntil <= this.settings.now()) return undefined;
    this.hits++;
    return envelope.value as T;
  }

  // Not an async function: a hit in memory costs one look-up and one resolved promise.
  getOrCompute<T>(
    level: CacheLevel,
    key: string,
    compute: () => Promise<T>,
    options: ComputeOptions = {},
  ): Promise<T> {
    if (options.signal?.aborted) return Promise.reject(abortError(options.signal.reason));
    const fullKey = `${level}:${key}`;
    const envelope = this.l1?.get(fullKey);
    if (envelope !== undefined) {
      this.hits++;
      if (envelope.freshUntil <= this.settings.now()) {
        this.staleHits++;
        this.refresh(level, fullKey, compute, envelope.tags);
      }
      return Promise.resolve(envelope.value as T);
    }
    let flight = this.flights.get(fullKey);
    if (flight) flight.callers++;
    else flight = this.launch(this.flights, level, fullKey, compute, options.tags ?? []);
    return untilAborted(flight.result as Promise<T>, options.signal);
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    if (tags.length === 0) return;
    this.forget({ kind: 'tags', tags });
    await this.store?.invalidate(tags);
  }

  async clear(): Promise<void> {
    this.forget({ kind: 'clear' });
    await this.store?.clear();
  }

  stats(): CacheStats {
    return {
      hits: this.hits,
      staleHits: this.staleHits,
      misses: this.misses,
      computations: this.computations,
      storeFailures: this.store?.failures ?? 0,
      storeSuspended: this.store?.suspended ?? false,
      pendingInvalidations: this.store?.pendingInvalidations ?? 0,
    };
  }

  async close(): Promise<void> {
    this.unsubscribe?.();
    while (this.background.size > 0) await Promise.all(this.background);
    this.l1?.clear();
    await this.store?.close();
  }

  /** Drops copies in memory, and prevents running computations from being cached. */
  private forget(invalidation: CacheInvalidation): void {
    if (invalidation.kind === 'tags') this.l1?.deleteTags(invalidation.tags);
    else this.l1?.clear();
    for (const flights of [this.flights, this.refreshes]) {
      for (const flight of [...flights.values()]) {
        if (invalidation.kind === 'tags' && !flight.tags.some((tag) => invalidation.tags.includes(tag)))
          continue;
        flight.mayKeep = false;
        // After a lost connection the store itself detects outdated results by their marks.
        if (invalidation.kind === 'resynchronized') continue;
        flight.mayShare = false;
        flights.delete(flight.key);
      }
    }
  }

  private launch(
    flights: Map<string, Flight>,
    level: CacheLevel,
    key: string,
    compute: () => Promise<unknown>,
    tags: readonly string[],
  ): Flight {
    const flight: Flight = {
      level,
      key,
      tags,
      compute,
      isRefresh: flights === this.refreshes,
      callers: 1,
      mayShare: true,
      mayKeep: true,
      result: Promise.resolve(),
    };
    flights.set(key, flight);
    flight.result = this.load(flight).finally(() => {
      if (flights.get(key) === flight) flights.delete(key);
    });
    return flight;
  }

  private refresh(
    level: CacheLevel,
    key: string,
    compute: () => Promise<unknown>,
    tags: readonly string[],
  ): void {
    if (this.refreshes.has(key)) return;
    // A failed refresh leaves the stale value in place; the next stale hit tries again.
    this.launch(this.refreshes, level, key, compute, tags).result.catch(() => undefined);
  }

  private async load(flight: Flight): Promise<unknown> {
    const { store } = this;
    if (!store) return this.compute(flight, undefined);
    const read = await store.read(flight.key, flight.tags);
    if (read === UNAVAILABLE) return this.compute(flight, undefined);
    const found = this.accept(flight, read.value);
    if (found) return found.value;
    return shareAcrossProcesses<unknown>({
      store,
      // The name includes the state of the tags, so that a computation from old data does not block a newer
      // one.
      leaseKey: [flight.key, ...Object.values(read.mark ?? {})].join(' '),
      leaseMs: this.settings.leaseMs,
      tryRead: async () => {
        const again = await store.read(flight.key, flight.tags, read.mark);
        return again === UNAVAILABLE ? undefined : this.accept(flight, again.value);
      },
      compute: (written) => this.compute(flight, read.mark, written),
      inBackground: (task) => this.inBackground(task),
    });
  }

  /** Accepts a stored value if it may be used; a stale one only if this is not a refresh. */
  private accept(flight: Flight, stored: unknown): Envelope | undefined {
    const now = this.settings.now();
    if (!isEnvelope(stored) || stored.freshUntil + this.settings.staleWhileRevalidateMs <= now)
      return undefined;
    const isStale = stored.freshUntil <= now;
    if (isStale && flight.isRefresh) return undefined;
    freezeJson(stored.value);
    this.keep(flight, stored);
    if (!flight.isRefresh) this.hits += flight.callers;
    if (isStale) {
      this.staleHits += flight.callers;
      this.refresh(flight.level, flight.key, flight.compute, flight.tags);
    }
    return stored;
  }

  private async compute(
    flight: Flight,
    mark: TagMark | undefined,
    written: (write: Promise<void>) => void = () => {},
  ): Promise<unknown> {
    this.computations++;
    let value: unknown;
    try {
      value = await flight.compute();
    } finally {
      if (!flight.isRefresh) this.misses += flight.callers;
    }
    const freshUntil = this.settings.now() + this.settings.ttlMs[flight.level];
    const envelope: Envelope = { value: freezeJson(value), freshUntil, tags: flight.tags };
    this.keep(flight, envelope);
    if (this.store && flight.mayShare && (flight.mayKeep || mark)) {
      const ttlMs = this.settings.ttlMs[flight.level] + this.settings.staleWhileRevalidateMs;
      const write = this.store.write(flight.key, envelope, ttlMs, flight.tags, mark);
      this.inBackground(write);
      written(write);
    }
    return value;
  }

  private keep(flight: Flight, envelope: Envelope): void {
    const { now, l1, staleWhileRevalidateMs } = this.settings;
    if (!this.l1 || !l1 || !flight.mayKeep) return;
    const expiresAt = Math.min(envelope.freshUntil + staleWhileRevalidateMs, now() + l1.ttlMs);
    this.l1.set(flight.key, envelope, expiresAt, envelope.tags);
  }

  private inBackground(task: Promise<unknown>): void {
    const settled: Promise<unknown> = task
      .catch(() => {
        // Reported elsewhere: to the callers of the flight, or in the count of store failures.
      })
      .finally(() => this.background.delete(settled));
    this.background.add(settled);
  }
}

function isEnvelope(stored: unknown): stored is Envelope {
  return (
    isRecord(stored) &&
    'value' in stored &&
    typeof stored['freshUntil'] === 'number' &&
    Array.isArray(stored['tags']) &&
    stored['tags'].every((tag) => typeof tag === 'string')
  );
}
