import { ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { CACHE_TTL_MS, type CacheLevel, type CacheStore } from './contract.js';

export interface ForecastCacheOptions {
  /** Store for values behind the memory of this process; none by default. */
  readonly store?: CacheStore;
  /** Times to live in milliseconds, where they differ from {@link CACHE_TTL_MS}. */
  readonly ttlMs?: Partial<Record<CacheLevel, number>>;
  /**
   * Milliseconds after its time to live for which a value is still served while it is recomputed. Default 0:
   * never.
   */
  readonly staleWhileRevalidateMs?: number;
  /** Milliseconds after which an unanswered call of the store counts as failed. Default 250. */
  readonly storeTimeoutMs?: number;
  /**
   * The memory level in front of the store; `false` turns it off. `ttlMs` bounds how long a copy is used without
   * asking the store again: by default 60 s with a store, and the level's own time to live without one.
   */
  readonly l1?: { readonly maxEntries?: number; readonly ttlMs?: number } | false;
  /**
   * Milliseconds that other processes wait, with a shared store, for a process that died while computing a key.
   * Default 5,000.
   */
  readonly leaseMs?: number;
  /** Clock in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

const CACHE_OPTIONS: OptionTable<ForecastCacheOptions> = {
  store: 1,
  ttlMs: 1,
  staleWhileRevalidateMs: 1,
  storeTimeoutMs: 1,
  l1: { maxEntries: 1, ttlMs: 1 },
  leaseMs: 1,
  now: 1,
};

/** The options with defaults, checked. */
export interface CacheSettings {
  readonly store: CacheStore | undefined;
  readonly ttlMs: Readonly<Record<CacheLevel, number>>;
  readonly staleWhileRevalidateMs: number;
  readonly storeTimeoutMs: number;
  readonly l1: { readonly maxEntries: number; readonly ttlMs: number } | undefined;
  readonly leaseMs: number;
  readonly now: () => number;
}

const L1_TTL_WITH_STORE_MS = 60_000;

export function resolveCacheSettings(options: ForecastCacheOptions): CacheSettings {
  refuseUnknown(options, CACHE_OPTIONS);
  const { store } = options;
  const ttlMs = { ...CACHE_TTL_MS, ...options.ttlMs };
  for (const [level, ttl] of Object.entries(ttlMs)) {
    if (!Object.hasOwn(CACHE_TTL_MS, level)) {
      throw new ForecastError('invalid-option', `There is no cache level "${level}"`, {
        path: ['ttlMs', level],
      });
    }
    requirePositive(ttl, ['ttlMs', level]);
  }
  const { staleWhileRevalidateMs = 0, storeTimeoutMs = 250, leaseMs = 5_000, now = Date.now } = options;
  if (!(staleWhileRevalidateMs >= 0)) {
    throw new ForecastError('invalid-option', 'staleWhileRevalidateMs must not be negative', {
      path: ['staleWhileRevalidateMs'],
    });
  }
  requirePositive(storeTimeoutMs, ['storeTimeoutMs']);
  requirePositive(leaseMs, ['leaseMs']);
  let l1: CacheSettings['l1'];
  if (options.l1 !== false) {
    const { maxEntries = 10_000, ttlMs: l1TtlMs = store ? L1_TTL_WITH_STORE_MS : Number.POSITIVE_INFINITY } =
      options.l1 ?? {};
    requirePositive(maxEntries, ['l1', 'maxEntries']);
    requirePositive(l1TtlMs, ['l1', 'ttlMs']);
    l1 = { maxEntries, ttlMs: l1TtlMs };
  }
  return { store, ttlMs, staleWhileRevalidateMs, storeTimeoutMs, l1, leaseMs, now };
}

function requirePositive(value: number, path: string[]): void {
  if (!(value > 0)) {
    throw new ForecastError('invalid-option', `${path.join('.')} must be a positive number`, { path });
  }
}
