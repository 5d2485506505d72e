import { isRecord } from '../../checked-json.js';
import { ForecastError } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { CacheInvalidation, CacheLease, CacheSetOptions, CacheStore, TagMark } from '../contract.js';
import { encodeCacheValue } from '../memory-cache-store.js';
import { encodeMessage, InvalidationChannel } from './invalidation-channel.js';
import type { RedisClient, RedisSubscriber } from './redis-client.js';

export interface RedisCacheStoreOptions {
  /** A connected ioredis `Redis` or `Cluster`; it stays yours to close. */
  readonly client: RedisClient;
  /** Start of every key and name of the channel. Default `commerce-forecast`. */
  readonly prefix?: string;
  /** A connection for subscriptions, yours to close. Default: a duplicate of `client`, closed with the store. */
  readonly subscriber?: RedisSubscriber;
}

const REDIS_CACHE_OPTIONS: OptionTable<RedisCacheStoreOptions> = { client: 1, prefix: 1, subscriber: 1 };

interface Entry {
  readonly stamp: TagMark;
  readonly value: unknown;
}

/** Token of all entries, besides those of the tags. */
const ALL = 'all';
/** Longer than any entry lives. A missing token, expired or evicted, only makes entries invisible. */
const TOKEN_TTL_MS = 30 * 86_400_000;
/** States of a connection in which a command would only wait in a queue. */
const DISCONNECTED = new Set(['reconnecting', 'close', 'end']);
const TAGS_PER_BATCH = 1_000;

const RELEASE_LEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;
const RENEW_LEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('pexpire', KEYS[1], ARGV[2]) end return 0`;

/**
 * A cache store in Redis 6 or later, single or Cluster, shared by any number of processes. Invalidations reach the
 * memory of the other processes by pub/sub.
 *
 * Every tag has a token, and an entry is visible while the tokens that it was written with are current.
 * Invalidating replaces a token: one small write for any number of entries, without a scan, and without
 * operations across slots of a Cluster. Invisible entries are removed by expiry.
 *
 * ```ts
 * import { createForecastCache } from 'commerce-forecast';
 * import { RedisCacheStore } from 'commerce-forecast/redis';
 * import { Redis } from 'ioredis';
 *
 * const client = new Redis('redis://127.0.0.1:6379');
 * const cache = createForecastCache({ store: new RedisCacheStore({ client, prefix: 'shop' }) });
 * ```
 */
export class RedisCacheStore implements CacheStore {
  readonly specificationVersion = 'v1';
  readonly name = 'redis';
  private readonly client: RedisClient;
  private readonly subscriber: RedisSubscriber | undefined;
  private readonly prefix: string;
  private readonly id = crypto.randomUUID();
  private readonly listeners = new Set<(invalidation: CacheInvalidation) => void>();
  private channel: InvalidationChannel | undefined;

  constructor(options: RedisCacheStoreOptions) {
    refuseUnknown(options, REDIS_CACHE_OPTIONS);
    this.client = options.client;
    this.subscriber = options.subscriber;
    this.prefix = options.prefix ?? 'commerce-forecast';
  }

  /** Commands to one server share a connection; the nodes of a Cluster have one each. */
  get looksAfterLease(): boolean {
    return !this.client.isCluster;
  }

  async get(key: string): Promise<unknown> {
    const [text] = await this.texts([this.entryKey(key)]);
    const entry = text === undefined ? undefined : parseEntry(text);
    if (!entry) return undefined;
    const stamp = Object.entries(entry.stamp);
    const present = await this.texts(stamp.map(([name]) => this.tokenKey(name)));
    return stamp.every(([, token], i) => token === present[i]) ? entry.value : undefined;
  }

  /** Reads in one round trip, and with one command where all keys are on one node. */
  async getMarked(
    key: string,
    tags: readonly string[],
    known?: TagMark,
  ): Promise<{ readonly value: unknown; readonly mark: TagMark }> {
    const names = known ? [] : tokenNames(tags);
    const [text, ...tokens] = await this.texts([
      this.entryKey(key),
      ...names.map((name) => this.tokenKey(name)),
    ]);
    const mark = known ?? (await this.completeMark(names, tokens));
    const entry = text === undefined ? undefined : parseEntry(text);
    const isVisible = entry && Object.entries(entry.stamp).every(([name, token]) => token === mark[name]);
    return { value: isVisible ? entry.value : undefined, mark };
  }

  async set(key: string, value: unknown, options: CacheSetOptions): Promise<void> {
    const stamp = options.since ?? (await this.markTags(options.tags ?? []));
    const text = `{"stamp":${JSON.stringify(stamp)},"value":${encodeCacheValue(value)}}`;
    await this.command('set', this.entryKey(key), text, 'PX', Math.max(1, Math.ceil(options.ttlMs)));
  }

  async delete(key: string): Promise<void> {
    await this.command('del', this.entryKey(key));
  }

  async invalidateTags(tags: readonly string[]): Promise<void> {
    for (let first = 0; first < tags.length; first += TAGS_PER_BATCH) {
      const batch = tags.slice(first, first + TAGS_PER_BATCH);
      await Promise.all(batch.map((tag) => this.replaceToken(tagToken(tag))));
      await this.tellEverybody({ kind: 'tags', tags: batch });
    }
  }

  /** Makes every entry of the prefix invisible; the memory is freed as they expire. */
  async clear(): Promise<void> {
    await this.replaceToken(ALL);
    await this.tellEverybody({ kind: 'clear' });
  }

  async close(): Promise<void> {
    this.listeners.clear();
    await this.channel?.close();
    this.channel = undefined;
  }

  async markTags(tags: readonly string[]): Promise<TagMark> {
    const names = tokenNames(tags);
    return this.completeMark(names, await this.texts(names.map((name) => this.tokenKey(name))));
  }

  subscribe(listener: (invalidation: CacheInvalidation) => void): () => void {
    this.channel ??= new InvalidationChannel({
      channel: this.channelName,
      ownId: this.id,
      subscriber: this.subscriber ?? this.client.duplicate(),
      ownsSubscriber: this.subscriber === undefined,
      tell: (invalidation) => this.tellListeners(invalidation),
    });
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when invalidations of other processes are received; at once without a subscription. */
  async ready(): Promise<void> {
    await this.channel?.ready();
  }

  async acquireLease(key: string, leaseMs: number): Promise<CacheLease | undefined> {
    const leaseKey = `${this.prefix}:lease:${key}`;
    const owner = crypto.randomUUID();
    const duration = Math.max(1, Math.ceil(leaseMs));
    let heldSince = performance.now();
    const answer = await this.command('set', leaseKey, owner, 'PX', duration, 'NX');
    if (answer !== 'OK') return undefined;
    return {
      renew: async () => {
        const now = performance.now();
        const isHeld = (await this.command('eval', RENEW_LEASE, 1, leaseKey, owner, duration)) === 1;
        if (isHeld) heldSince = now;
        return isHeld;
      },
      release: async () => {
        // Long before its end the lease is certainly still ours, and a script costs Redis ten times as much as
        // a command.
        if (performance.now() - heldSince < duration / 2) await this.command('del', leaseKey);
        else await this.command('eval', RELEASE_LEASE, 1, leaseKey, owner);
      },
    };
  }

  private get channelName(): string {
    return `${this.prefix}:invalidations`;
  }

  private entryKey(key: string): string {
    return `${this.prefix}:entry:${key}`;
  }

  private tokenKey(name: string): string {
    return `${this.prefix}:token:${name}`;
  }

  /** The values of keys, undefined where there is none. */
  private async texts(keys: readonly string[]): Promise<(string | undefined)[]> {
    const found =
      this.client.isCluster || keys.length === 1
        ? await Promise.all(keys.map((key) => this.command('get', key)))
        : await this.command('mget', ...keys);
    return asList(found).map((text) => (typeof text === 'string' ? text : undefined));
  }

  /** Completes the mark: missing tokens are replaced by new ones. */
  private async completeMark(
    names: readonly string[],
    found: readonly (string | undefined)[],
  ): Promise<TagMark> {
    const entries = names.map(async (name, i) => [name, found[i] ?? (await this.newToken(name))] as const);
    return Object.fromEntries(await Promise.all(entries));
  }

  /** Creates a token unless another process was faster, and reads back the stored one. */
  private async newToken(name: string): Promise<string> {
    const key = this.tokenKey(name);
    await this.command('set', key, crypto.randomUUID(), 'PX', TOKEN_TTL_MS, 'NX');
    return String((await this.command('get', key)) ?? '');
  }

  private async replaceToken(name: string): Promise<void> {
    await this.command('set', this.tokenKey(name), crypto.randomUUID(), 'PX', TOKEN_TTL_MS);
  }

  private async tellEverybody(invalidation: CacheInvalidation): Promise<void> {
    this.tellListeners(invalidation);
    await this.command('publish', this.channelName, encodeMessage(this.id, invalidation));
  }

  private tellListeners(invalidation: CacheInvalidation): void {
    for (const listener of [...this.listeners]) listener(invalidation);
  }

  private async command(name: string, ...args: (string | number)[]): Promise<unknown> {
    if (DISCONNECTED.has(this.client.status)) {
      throw new ForecastError('unavailable', 'The connection to Redis is down');
    }
    return this.client.call(name, ...args);
  }
}

/** The answer to a command that returns a list. */
function asList(answer: unknown): readonly unknown[] {
  return Array.isArray(answer) ? answer : [];
}

function tokenNames(tags: readonly string[]): string[] {
  return [ALL, ...tags.map(tagToken)];
}

function tagToken(tag: string): string {
  return `tag:${tag}`;
}

/** Parses an entry; `undefined` for anything else under its key. */
function parseEntry(text: string): Entry | undefined {
  try {
    const entry: unknown = JSON.parse(text);
    return isEntry(entry) ? entry : undefined;
  } catch {
    return undefined;
  }
}

function isEntry(entry: unknown): entry is Entry {
  return (
    isRecord(entry) &&
    'value' in entry &&
    isRecord(entry['stamp']) &&
    Object.values(entry['stamp']).every((token) => typeof token === 'string')
  );
}
