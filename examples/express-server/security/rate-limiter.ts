import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { SharedCalls } from './shared-calls.js';

/** Verdict on a request, and the requests left in the present window. */
export interface Allowance {
  readonly allowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Seconds until the window ends. */
  readonly resetSeconds: number;
}

export interface RateLimiterOptions {
  /** Requests of one key in a window, over all instances. */
  readonly limit: number;
  readonly windowSeconds: number;
  /** Redis in which instances count together; without it, or while it is unreachable, each counts for itself. */
  readonly redis?: Redis;
  readonly prefix: string;
}

/** Requests that an instance has taken from the window and not used yet. */
interface Reserve {
  left: number;
  /** Requests left in the window beyond the reserves of all instances. */
  beyond: number;
  endsAt: number;
}

/** A window is taken from in this many parts at most, so that Redis is asked for a few requests in a hundred. */
const PARTS = 50;
const MAX_RESERVES = 10_000;

/**
 * Limits the requests of a key. An instance takes small blocks of the window from the shared counter and spends them
 * by itself: the limit is never exceeded, and most requests cost no round trip.
 */
export class RateLimiter {
  readonly #options: RateLimiterOptions;
  readonly #counter: RateLimiterAbstract;
  readonly #block: number;
  readonly #reserves = new Map<string, Reserve>();
  readonly #refills = new SharedCalls<void>();

  constructor(options: RateLimiterOptions) {
    this.#options = options;
    this.#block = Math.max(1, Math.floor(options.limit / PARTS));
    this.#counter = createCounter(options);
  }

  /** Counts one request. Not a promise where the reserve of this instance suffices. */
  consume(key: string): Allowance | Promise<Allowance> {
    const reserve = this.#reserves.get(key);
    const now = performance.now();
    if (reserve && reserve.endsAt > now) {
      if (reserve.left > 0) {
        reserve.left--;
        return this.#allowance(true, reserve, now);
      }
      if (reserve.beyond <= 0) return this.#allowance(false, reserve, now);
    }
    return this.#consumeAfterRefill(key);
  }

  /** Tells, without counting, whether this instance knows that the limit of a key is used up. */
  isExhausted(key: string): boolean {
    const reserve = this.#reserves.get(key);
    return reserve !== undefined && reserve.endsAt > performance.now() && reserve.left + reserve.beyond <= 0;
  }

  async #consumeAfterRefill(key: string): Promise<Allowance> {
    await this.#refills.run(key, () => this.#refill(key));
    return this.consume(key);
  }

  async #refill(key: string): Promise<void> {
    const before = this.#reserves.get(key);
    const block =
      before && before.endsAt > performance.now() ? Math.min(this.#block, before.beyond) : this.#block;
    const counted = await this.#counter.consume(key, block).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused;
      throw refused;
    });
    if (this.#reserves.size >= MAX_RESERVES) this.#reserves.clear();
    // Of a block that goes beyond the limit, the part below it may be used.
    const excess = Math.max(0, counted.consumedPoints - this.#options.limit);
    this.#reserves.set(key, {
      left: Math.max(0, block - excess),
      beyond: counted.remainingPoints,
      endsAt: performance.now() + Math.max(1, counted.msBeforeNext),
    });
  }

  #allowance(allowed: boolean, reserve: Reserve, now: number): Allowance {
    return {
      allowed,
      limit: this.#options.limit,
      remaining: reserve.left + reserve.beyond,
      resetSeconds: Math.max(1, Math.ceil((reserve.endsAt - now) / 1_000)),
    };
  }
}

function createCounter({ limit, windowSeconds, redis, prefix }: RateLimiterOptions): RateLimiterAbstract {
  const settings = { keyPrefix: prefix, points: limit, duration: windowSeconds };
  const alone = new RateLimiterMemory(settings);
  if (!redis) return alone;
  return new RateLimiterRedis({
    ...settings,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: alone,
  });
}
