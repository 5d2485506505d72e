import type { CacheStore } from '../cache/contract.js';
import { createForecastCache } from '../cache/forecast-cache.js';
import { expectEqual, expectRejection, expectTrue } from './named-checks.js';

/** Stores on which a rule is checked. */
export interface CacheStoreContext {
  /** A new, empty store. */
  readonly store: CacheStore;
  /** Another store of the same namespace; the same one where stores are not shared. */
  readonly peer: CacheStore;
  readonly wait: (ms: number) => Promise<void>;
}

export type CacheStoreRule = (context: CacheStoreContext) => Promise<void>;

const LONG = { ttlMs: 60_000 };
const SHORT_MS = 80;

/** Keys, tags and strings that are known to break caches. */
const AWKWARD_TEXTS = [
  '',
  ' ',
  'ключ',
  '商品:🧸',
  'e\u0301',
  '\u0000\n\r\t',
  '*',
  '?[a-z]',
  'a:b::c',
  '{slot}a',
  '__proto__',
  'constructor',
  '\r\nFLUSHALL\r\n',
  "'; DROP TABLE cache; --",
  '../../etc/passwd',
  '%00%0d%0a',
  '"}],"value":1,"x":"',
];

export const cacheStoreRules: Readonly<Record<string, CacheStoreRule>> = {
  'a missing key is undefined': async ({ store }) => {
    same(await store.get('missing'), undefined);
    await store.delete('missing');
    await store.invalidateTags(['missing']);
    await store.invalidateTags([]);
  },
  'values come back as JSON data': async ({ store, peer }) => {
    const values = [
      null,
      false,
      0,
      -1.5e300,
      '',
      'text',
      [],
      {},
      [1, [2, { a: null }]],
      { a: { b: [true] } },
    ];
    for (const [i, value] of values.entries()) await store.set(`value${i}`, value, LONG);
    for (const [i, value] of values.entries()) same(await peer.get(`value${i}`), value);
  },
  'what a caller does to a value changes nothing in the store': async ({ store }) => {
    const value = { list: [1] };
    await store.set('k', value, LONG);
    value.list.push(2);
    ((await store.get('k')) as typeof value).list.push(3);
    same(await store.get('k'), { list: [1] });
  },
  'a later set wins, with its own time to live and tags': async ({ store, wait }) => {
    await store.set('k', 1, { ttlMs: SHORT_MS, tags: ['first'] });
    await store.set('k', 2, { ...LONG, tags: ['second'] });
    await store.invalidateTags(['first']);
    await wait(2 * SHORT_MS);
    same(await store.get('k'), 2);
    await store.invalidateTags(['second']);
    same(await store.get('k'), undefined);
  },
  'delete removes one key': async ({ store, peer }) => {
    await store.set('a', 1, LONG);
    await store.set('b', 2, LONG);
    await store.delete('a');
    same([await peer.get('a'), await peer.get('b')], [undefined, 2]);
  },
  'an entry expires': async ({ store, peer, wait }) => {
    await store.set('short', 1, { ttlMs: SHORT_MS });
    await store.set('long', 2, LONG);
    await wait(2 * SHORT_MS);
    same(
      [await store.get('short'), await peer.get('short'), await peer.get('long')],
      [undefined, undefined, 2],
    );
  },
  'invalidating a tag removes the entries that have it, and no other': async ({ store, peer }) => {
    await store.set('both', 1, { ...LONG, tags: ['x', 'y'] });
    await store.set('one', 2, { ...LONG, tags: ['y'] });
    await store.set('none', 3, LONG);
    await peer.invalidateTags(['x']);
    same([await store.get('both'), await store.get('one'), await store.get('none')], [undefined, 2, 3]);
    await store.set('both', 4, { ...LONG, tags: ['x'] });
    same(await peer.get('both'), 4);
  },
  'many tags are invalidated in one call': async ({ store }) => {
    const tags = Array.from({ length: 3_000 }, (_, i) => `product:${i}`);
    for (let i = 0; i < 50; i++)
      await store.set(`k${i}`, i, { ...LONG, tags: tags.slice(i * 60, i * 60 + 1) });
    await store.invalidateTags(tags);
    for (let i = 0; i < 50; i++) same(await store.get(`k${i}`), undefined);
  },
  'clear removes everything': async ({ store, peer }) => {
    await store.set('a', 1, { ...LONG, tags: ['x'] });
    await store.set('b', 2, LONG);
    await peer.clear();
    same([await store.get('a'), await store.get('b')], [undefined, undefined]);
    await store.set('a', 3, LONG);
    same(await peer.get('a'), 3);
  },
  'awkward keys, tags and values are kept apart and come back': async ({ store, peer }) => {
    for (const text of AWKWARD_TEXTS) await store.set(text, { [text]: text }, { ...LONG, tags: [text] });
    for (const text of AWKWARD_TEXTS) same(await peer.get(text), { [text]: text });
    for (const [i, text] of AWKWARD_TEXTS.entries()) {
      await store.invalidateTags([text]);
      same(await peer.get(text), undefined);
      for (const other of AWKWARD_TEXTS.slice(i + 1)) same(await peer.get(other), { [other]: other });
    }
  },
  'a value of some megabytes comes back': async ({ store, peer }) => {
    const value = { units: Array.from({ length: 300_000 }, (_, i) => i / 7), note: '🧸'.repeat(100_000) };
    await store.set('large', value, LONG);
    same(await peer.get('large'), value);
  },
  'a long key and a long tag work': async ({ store, peer }) => {
    const long = 'k'.repeat(10_000);
    await store.set(long, 1, { ...LONG, tags: [long] });
    same(await peer.get(long), 1);
    await store.invalidateTags([long]);
    same(await peer.get(long), undefined);
  },
  'a value that is not JSON data is refused': async ({ store }) => {
    for (const value of [undefined, () => 1, 10n]) {
      await expectRejection(store.set('k', value, LONG), 'invalid-data', String(value));
    }
    same(await store.get('k'), undefined);
  },
  'readers see one of the values of two writers, whole': async ({ store, peer }) => {
    const written = (writer: number, round: number) => ({ writer, round, body: Array(500).fill(writer) });
    const write = async (target: CacheStore, writer: number) => {
      for (let round = 0; round < 40; round++) await target.set('k', written(writer, round), LONG);
    };
    const read = async (target: CacheStore) => {
      for (let i = 0; i < 80; i++) {
        const value = (await target.get('k')) as ReturnType<typeof written> | undefined;
        if (value) same(value, written(value.writer, value.round));
      }
    };
    await Promise.all([write(store, 1), write(peer, 2), read(store), read(peer)]);
    same((await store.get('k')) !== undefined, true);
  },
  'a value computed before an invalidation stays invisible': async ({ store, peer }) => {
    if (!store.markTags) return;
    const since = await store.markTags(['sales', 'other']);
    await peer.invalidateTags(['sales']);
    await store.set('old', 1, { ...LONG, tags: ['sales', 'other'], since });
    same([await store.get('old'), await peer.get('old')], [undefined, undefined]);
    await store.set('new', 2, { ...LONG, tags: ['sales'], since: await store.markTags(['sales']) });
    same(await peer.get('new'), 2);
  },
  'a value read together with the state of its tags is what both are by themselves': async ({
    store,
    peer,
  }) => {
    if (!store.getMarked || !store.markTags || !peer.getMarked) return;
    const tags = ['sales', 'other'];
    const missing = await store.getMarked('k', tags);
    same([missing.value, missing.mark], [undefined, await store.markTags(tags)]);
    await store.set('k', { a: 1 }, { ...LONG, tags, since: missing.mark });
    const found = await peer.getMarked('k', tags);
    same([found.value, found.mark], [{ a: 1 }, missing.mark]);
    same((await peer.getMarked('k', tags, missing.mark)).value, { a: 1 });
    await peer.invalidateTags(['sales']);
    const gone = await store.getMarked('k', tags);
    same(gone.value, undefined);
    same(JSON.stringify(gone.mark) === JSON.stringify(missing.mark), false);
    await store.set('k', { a: 2 }, { ...LONG, tags, since: gone.mark });
    same((await store.getMarked('k', tags, missing.mark)).value, undefined);
  },
  'one holder at a time has the lease of a key': async ({ store, peer, wait }) => {
    if (!store.acquireLease || !peer.acquireLease) return;
    const lease = await store.acquireLease('k', 60_000);
    same([lease !== undefined, await peer.acquireLease('k', 60_000)], [true, undefined]);
    same(await lease?.renew(), true);
    await lease?.release();
    const short = await peer.acquireLease('k', SHORT_MS);
    same(short !== undefined, true);
    await wait(2 * SHORT_MS);
    const next = await store.acquireLease('k', 60_000);
    same(next !== undefined, true);
    same(await short?.renew(), false);
    await short?.release();
    same(await peer.acquireLease('k', 60_000), undefined);
    await next?.release();
  },
  'a new holder of a lease reads what the last one wrote, even if it sends the read right after the request':
    async ({ store, peer }) => {
      if (!store.looksAfterLease || !store.acquireLease || !peer.acquireLease) return;
      for (let round = 0; round < 30; round++) {
        const key = `k${round}`;
        const held = await peer.acquireLease(key, 60_000);
        const delivered = peer.set(key, round, LONG).then(() => held?.release());
        for (let isWaiting = true; isWaiting; ) {
          const requested = store.acquireLease(key, 60_000);
          const look = store.get(key);
          const [lease, value] = await Promise.all([requested, look]);
          if (!lease) continue;
          same(value, round);
          await lease.release();
          isWaiting = false;
        }
        await delivered;
      }
    },
  'subscribers hear of invalidations until they leave': async ({ store, peer, wait }) => {
    if (!store.subscribe) return;
    const heard: string[] = [];
    const leave = store.subscribe((event) => {
      if (event.kind === 'tags') heard.push(...event.tags);
    });
    await untilTrue(async () => {
      await peer.invalidateTags(['x', '商品']);
      return heard.includes('商品');
    });
    same(heard.includes('x'), true);
    leave();
    await wait(SHORT_MS);
    heard.length = 0;
    await store.invalidateTags(['x']);
    await wait(SHORT_MS);
    same(heard, []);
  },
  'a cache on the store computes once, and an aborted caller does not disturb the others': async ({
    store,
    peer,
  }) => {
    // Long timeouts, so that on a busy machine no cache computes for itself.
    const cacheOn = (each: CacheStore) => createForecastCache({ store: each, storeTimeoutMs: 30_000 });
    const [first, second] = [cacheOn(store), cacheOn(peer)] as const;
    let computations = 0;
    const compute = async () => {
      computations++;
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { units: [1, 2, 3] };
    };
    const controller = new AbortController();
    const aborted = first.getOrCompute('product', 'k', compute, { signal: controller.signal });
    const calls = Array.from({ length: 200 }, (_, i) =>
      (i % 2 === 0 ? first : second).getOrCompute('product', 'k', compute),
    );
    controller.abort();
    await expectRejection(aborted, 'aborted', 'aborted caller');
    for (const value of await Promise.all(calls)) same(value, { units: [1, 2, 3] });
    // Without leases each of the two caches computes for itself.
    const allowed = store.acquireLease ? 1 : 2;
    expectTrue(computations <= allowed, `${computations} computations instead of ${allowed}`);
  },
};

/** Compares JSON data in which `undefined` and null differ. */
function same(actual: unknown, expected: unknown): void {
  expectEqual(withoutUndefined(actual), withoutUndefined(expected), 'value');
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  return value === undefined ? '<undefined>' : value;
}

async function untilTrue(condition: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the expected notification did not arrive');
}
