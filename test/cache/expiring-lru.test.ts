import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ExpiringLru } from '../../src/cache/expiring-lru.js';

describe('ExpiringLru', () => {
  it('is never over its limit, and drops only what was not used for long', () => {
    const scenario = fc.record({
      maxEntries: fc.integer({ min: 1, max: 40 }),
      keys: fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 400 }),
    });
    fc.assert(
      fc.property(scenario, ({ maxEntries, keys }) => {
        const lru = new ExpiringLru<number>(maxEntries, () => 0);
        const used: number[] = [];
        for (const key of keys) {
          const last = used.lastIndexOf(key);
          const othersSince = new Set(used.slice(last + 1)).size;
          const found = lru.get(String(key));
          if (last >= 0 && othersSince < (7 / 8) * maxEntries) expect(found).toBe(key);
          if (last < 0 || othersSince >= maxEntries * (9 / 8)) expect(found).toBeUndefined();
          if (found === undefined) lru.set(String(key), key, 1, []);
          used.push(key);
          expect(lru.size).toBeLessThanOrEqual(maxEntries);
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('drops the least recently used entry of a small map', () => {
    const lru = new ExpiringLru<string>(3, () => 0);
    for (const key of ['a', 'b', 'c']) lru.set(key, key, 1, []);
    lru.get('a');
    lru.set('d', 'd', 1, []);
    expect(['a', 'b', 'c', 'd'].filter((key) => lru.get(key) !== undefined)).toEqual(['a', 'c', 'd']);
  });
});
