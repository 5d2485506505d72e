import type { CacheStore } from '../cache/contract.js';
import { type CacheStoreRule, cacheStoreRules } from './cache-store-rules.js';
import { type NamedCheck, runChecks } from './named-checks.js';

/**
 * Makes a store for the conformance kit. Stores with the same namespace share their entries if processes can
 * share the store; different namespaces never do.
 */
export type MakeCacheStore = (namespace: string) => CacheStore | Promise<CacheStore>;

export interface CheckCacheStoreOptions {
  /** True if two stores of one namespace share their entries, as two processes would. Default false. */
  readonly shared?: boolean;
  /** Waits until entries expire. Default: real time; pass it along with a clock of your own. */
  readonly wait?: (ms: number) => Promise<void>;
}

/**
 * Runs the rules of {@link CacheStore} against an implementation, each on a new, empty store: values, expiry, tags,
 * concurrency, large values, awkward texts, and leases and notifications where the store has them.
 *
 * ```ts
 * import { MemoryCacheStore } from 'commerce-forecast';
 * import { checkCacheStore } from 'commerce-forecast/testing';
 *
 * await checkCacheStore(() => new MemoryCacheStore());
 * ```
 *
 * @throws AggregateError that lists every broken rule.
 */
export async function checkCacheStore(
  makeStore: MakeCacheStore,
  options: CheckCacheStoreOptions = {},
): Promise<void> {
  await runChecks('checkCacheStore', cacheStoreChecks(makeStore, options));
}

/** The same rules one by one, for a test framework. */
export function cacheStoreChecks(
  makeStore: MakeCacheStore,
  options: CheckCacheStoreOptions = {},
): readonly NamedCheck[] {
  return Object.entries(cacheStoreRules).map(([name, rule]) => ({
    name,
    run: () => runRule(rule, makeStore, options),
  }));
}

async function runRule(
  rule: CacheStoreRule,
  makeStore: MakeCacheStore,
  options: CheckCacheStoreOptions,
): Promise<void> {
  const wait = options.wait ?? ((ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)));
  const namespace = `check-${crypto.randomUUID()}`;
  const store = await makeStore(namespace);
  const peer = options.shared ? await makeStore(namespace) : store;
  try {
    await rule({ store, peer, wait });
  } finally {
    await store.close();
    if (peer !== store) await peer.close();
  }
}
