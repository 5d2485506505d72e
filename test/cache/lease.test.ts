import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createForecastCache } from '../../src/cache/forecast-cache.js';
import { MemoryCacheStore } from '../../src/cache/memory-cache-store.js';

/** A store in memory that knows leases, each with its end, as one shared by processes does. */
class LeasingStore extends MemoryCacheStore {
  readonly #ends = new Map<string, number>();

  async acquireLease(key: string, leaseMs: number) {
    if ((this.#ends.get(key) ?? 0) > Date.now()) return undefined;
    this.#ends.set(key, Date.now() + leaseMs);
    return {
      renew: async () => {
        if ((this.#ends.get(key) ?? 0) <= Date.now()) return false;
        this.#ends.set(key, Date.now() + leaseMs);
        return true;
      },
      release: async () => void this.#ends.delete(key),
    };
  }
}

const LEASE_MS = 1_000;

describe('a lease', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Two processes ask for a value that takes so long; how often it is computed. */
  async function computationsOf(computationMs: number): Promise<number> {
    const store = new LeasingStore();
    const compute = vi.fn(() => new Promise((resolve) => setTimeout(() => resolve('value'), computationMs)));
    const asked = [1, 2].map(() =>
      createForecastCache({ store, leaseMs: LEASE_MS }).getOrCompute('product', 'k', compute),
    );
    await vi.advanceTimersByTimeAsync(2 * computationMs);
    expect(await Promise.all(asked)).toEqual(['value', 'value']);
    return compute.mock.calls.length;
  }

  it.each([0.5, 1.5, 4, 11])('is renewed while a computation of %d lease times goes on', async (leases) => {
    expect(await computationsOf(leases * LEASE_MS)).toBe(1);
  });

  it('is lost after 12 lease times, as the computation may hang', async () => {
    expect(await computationsOf(20 * LEASE_MS)).toBe(2);
  });
});
