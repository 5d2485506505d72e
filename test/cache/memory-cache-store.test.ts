import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryCacheStore } from '../../src/cache/memory-cache-store.js';
import { ForecastError } from '../../src/errors.js';

function storeWithClock(maxEntries = 100) {
  const clock = { time: 1_000 };
  return { clock, store: new MemoryCacheStore({ maxEntries, now: () => clock.time }) };
}

describe('MemoryCacheStore', () => {
  it('expires an entry exactly at the end of its time to live', async () => {
    const { clock, store } = storeWithClock();
    await store.set('a', 1, { ttlMs: 10 });
    clock.time += 9;
    expect(await store.get('a')).toBe(1);
    clock.time += 1;
    expect(await store.get('a')).toBeUndefined();
  });

  it('drops the least recently used entry first', async () => {
    const { store } = storeWithClock(2);
    await store.set('a', 1, { ttlMs: 10 });
    await store.set('b', 2, { ttlMs: 10 });
    await store.get('a');
    await store.set('c', 3, { ttlMs: 10 });
    expect([await store.get('a'), await store.get('b'), await store.get('c')]).toEqual([1, undefined, 3]);
  });

  it('forgets the tags of an entry that is overwritten', async () => {
    const { store } = storeWithClock();
    await store.set('a', 1, { ttlMs: 10, tags: ['old'] });
    await store.set('a', 2, { ttlMs: 10, tags: ['new'] });
    await store.invalidateTags(['old']);
    expect(await store.get('a')).toBe(2);
    await store.invalidateTags(['new']);
    expect(await store.get('a')).toBeUndefined();
  });

  it('gives every caller its own copy', async () => {
    const { store } = storeWithClock();
    const value = { list: [1, 2] };
    await store.set('a', value, { ttlMs: 10 });
    value.list.push(3);
    ((await store.get('a')) as typeof value).list.push(4);
    expect(await store.get('a')).toEqual({ list: [1, 2] });
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %s entries', (maxEntries) => {
    expect(() => new MemoryCacheStore({ maxEntries })).toThrow(
      expect.objectContaining({ code: 'invalid-option', path: ['maxEntries'] }),
    );
  });

  it.each([[undefined], [() => 1], [10n]])('refuses %s, which is not JSON data', async (value) => {
    const error = await storeWithClock()
      .store.set('a', value, { ttlMs: 10 })
      .catch((thrown) => thrown);
    expect(ForecastError.is(error) && error.code).toBe('invalid-data');
  });

  it('agrees with a plain model of an expiring, tagged LRU', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const tag = fc.constantFrom('x', 'y', 'z');
    const command = fc.oneof(
      fc.record({
        type: fc.constant('set' as const),
        key,
        ttl: fc.integer({ min: 1, max: 5 }),
        tags: fc.array(tag),
      }),
      fc.record({ type: fc.constant('get' as const), key }),
      fc.record({ type: fc.constant('delete' as const), key }),
      fc.record({ type: fc.constant('invalidate' as const), tags: fc.array(tag) }),
      fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 3 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 60 }), async (commands) => {
        const { clock, store } = storeWithClock(3);
        let model: { key: string; value: number; expires: number; tags: string[] }[] = [];
        for (const [step, c] of commands.entries()) {
          if (c.type === 'wait') clock.time += c.ms;
          else if (c.type === 'set') {
            await store.set(c.key, step, { ttlMs: c.ttl, tags: c.tags });
            model = model.filter((entry) => entry.key !== c.key);
            model.push({ key: c.key, value: step, expires: clock.time + c.ttl, tags: c.tags });
            if (model.length > 3) model.shift();
          } else if (c.type === 'delete') {
            await store.delete(c.key);
            model = model.filter((entry) => entry.key !== c.key);
          } else if (c.type === 'invalidate') {
            await store.invalidateTags(c.tags);
            model = model.filter((entry) => !entry.tags.some((t) => c.tags.includes(t as 'x')));
          } else {
            const entry = model.find((candidate) => candidate.key === c.key);
            const alive = entry && entry.expires > clock.time ? entry : undefined;
            expect(await store.get(c.key)).toBe(alive?.value);
            model = model.filter((candidate) => candidate !== entry);
            if (alive) model.push(alive);
          }
        }
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
