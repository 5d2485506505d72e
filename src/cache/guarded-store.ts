import { CircuitBreaker } from '../circuit-breaker.js';
import { ForecastError } from '../errors.js';
import type { CacheLease, CacheStore, TagMark } from './contract.js';

/** Failures in a row after which the store is not used, and the time for which it is not. */
const FAILURE_THRESHOLD = 3;
const COOL_DOWN_MS = 1_000;
/** Beyond this many unconfirmed tags it is cheaper to clear the store when it comes back. */
const MAX_PENDING_TAGS = 10_000;

/** Result of a store operation if the store failed, was too slow or is suspended. */
export const UNAVAILABLE = Symbol('unavailable');

export interface StoreRead {
  readonly value: unknown;
  readonly mark: TagMark | undefined;
}

/**
 * A cache store that never fails and never blocks a caller for long: errors and slow answers become
 * {@link UNAVAILABLE}, and invalidations that did not reach the store are repeated until they do. Nothing is
 * read from the store before its outstanding invalidations are confirmed.
 */
export class GuardedStore {
  failures = 0;
  private readonly store: CacheStore;
  private readonly timeoutMs: number;
  private readonly breaker: CircuitBreaker;
  private readonly pendingTags = new Set<string>();
  private pendingClear = false;
  private flushing: Promise<boolean> | undefined;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(store: CacheStore, timeoutMs: number, now: () => number) {
    this.store = store;
    this.timeoutMs = timeoutMs;
    this.breaker = new CircuitBreaker({
      failureThreshold: FAILURE_THRESHOLD,
      coolDownMs: COOL_DOWN_MS,
      now,
    });
  }

  get suspended(): boolean {
    return this.breaker.isOpen;
  }

  get pendingInvalidations(): number {
    return this.pendingTags.size + (this.pendingClear ? 1 : 0);
  }

  /**
   * Reads a value and the state of its tags; `known` is the state from an earlier read, which is not read
   * again.
   */
  async read(key: string, tags: readonly string[], known?: TagMark): Promise<StoreRead | typeof UNAVAILABLE> {
    if (!(await this.flush())) return UNAVAILABLE;
    const { store } = this;
    return this.run(async () => {
      if (store.getMarked) return store.getMarked(key, tags, known);
      const [value, mark] = await Promise.all([store.get(key), store.markTags?.(tags)]);
      return { value, mark };
    });
  }

  async write(
    key: string,
    value: unknown,
    ttlMs: number,
    tags: readonly string[],
    since: TagMark | undefined,
  ): Promise<void> {
    if (await this.flush()) await this.run(() => this.store.set(key, value, { ttlMs, tags, since }));
  }

  get hasLeases(): boolean {
    return this.store.acquireLease !== undefined;
  }

  /** Acquires the lease of a key, if the store has leases; `undefined` while another process holds it. */
  acquireLease(key: string, leaseMs: number): Promise<CacheLease | undefined | typeof UNAVAILABLE> {
    return this.run(() => this.store.acquireLease?.(key, leaseMs) ?? Promise.resolve(undefined));
  }

  /** True if a read sent right after the request for a lease takes effect after it, without awaiting its answer. */
  get looksAfterLease(): boolean {
    return this.store.looksAfterLease === true;
  }

  /** Renews or releases a lease; false if it was lost or the store did not answer. */
  async useLease(action: () => Promise<unknown>): Promise<boolean> {
    const result = await this.run(action);
    return result !== UNAVAILABLE && result !== false;
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    for (const tag of tags) this.pendingTags.add(tag);
    if (this.pendingTags.size > MAX_PENDING_TAGS) {
      this.pendingTags.clear();
      this.pendingClear = true;
    }
    await this.flush();
  }

  async clear(): Promise<void> {
    this.pendingTags.clear();
    this.pendingClear = true;
    await this.flush();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.retryTimer);
    await this.run(() => this.store.close());
  }

  /** Sends the outstanding invalidations; false if the store did not take them. */
  private async flush(): Promise<boolean> {
    while (this.flushing || this.pendingInvalidations > 0) {
      this.flushing ??= this.sendPending().finally(() => {
        this.flushing = undefined;
      });
      if (!(await this.flushing)) return false;
    }
    return true;
  }

  private async sendPending(): Promise<boolean> {
    // Removed before sending: a tag that is invalidated again meanwhile must be sent again.
    const clear = this.pendingClear;
    const tags = [...this.pendingTags];
    this.pendingClear = false;
    this.pendingTags.clear();
    const result = await this.run(async () => {
      if (clear) await this.store.clear();
      if (tags.length > 0) await this.store.invalidateTags(tags);
    });
    if (result !== UNAVAILABLE) return true;
    this.pendingClear ||= clear;
    for (const tag of tags) this.pendingTags.add(tag);
    this.retryLater();
    return false;
  }

  private retryLater(): void {
    if (this.closed) return;
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => void this.flush(), COOL_DOWN_MS);
    // In Node a timer must not keep the process alive; browsers have plain numbers.
    (this.retryTimer as { unref?: () => void }).unref?.();
  }

  private async run<T>(operation: () => Promise<T>): Promise<T | typeof UNAVAILABLE> {
    if (!this.breaker.tryAcquire()) return UNAVAILABLE;
    try {
      const result = await withTimeout(operation(), this.timeoutMs);
      if (result !== UNAVAILABLE) {
        this.breaker.succeeded();
        return result;
      }
    } catch (error) {
      // The caller computes instead, and `failures` counts the error. A value that cannot be stored says
      // nothing about the health of the store.
      if (ForecastError.is(error) && error.code === 'invalid-data') {
        this.failures++;
        this.breaker.succeeded();
        return UNAVAILABLE;
      }
    }
    this.failures++;
    this.breaker.failed();
    return UNAVAILABLE;
  }
}

function withTimeout<T>(promise: Promise<T>, timeoutMs: number): Promise<T | typeof UNAVAILABLE> {
  return new Promise((resolve, reject) => {
    // After a busy event loop, the timer is due before an answer waiting in the socket has been read; one more
    // turn lets it arrive.
    let timer = setTimeout(() => {
      timer = setTimeout(resolve, 0, UNAVAILABLE);
    }, timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
