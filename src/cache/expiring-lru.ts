interface Entry<V> {
  readonly value: V;
  readonly expiresAt: number;
  readonly tags: readonly string[];
  /** Number of the move that made it the most recent entry. */
  movedAt: number;
}

/** Share of the entries, the most recently used ones, among which the order of use is not kept. */
const UNORDERED_SHARE = 1 / 8;

/**
 * A bounded map with expiry and tags that approximates LRU: when full, it drops an entry since whose last use
 * at least 7/8 of `maxEntries` other uses or additions happened. A small map is exactly LRU.
 */
export class ExpiringLru<V> {
  private readonly maxEntries: number;
  private readonly now: () => number;
  /** A Map iterates in insertion order, so the first key is the least recently used one. */
  private readonly entries = new Map<string, Entry<V>>();
  private moves = 0;
  private readonly keysByTag = new Map<string, Set<string>>();

  constructor(maxEntries: number, now: () => number) {
    this.maxEntries = maxEntries;
    this.now = now;
  }

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.expiresAt <= this.now()) {
      this.delete(key);
      return undefined;
    }
    // Moving an entry of a big map to the end costs more than the rest of a look-up.
    if (this.moves - entry.movedAt > this.maxEntries * UNORDERED_SHARE) {
      this.entries.delete(key);
      this.entries.set(key, entry);
      entry.movedAt = ++this.moves;
    }
    return entry.value;
  }

  set(key: string, value: V, expiresAt: number, tags: readonly string[]): void {
    this.delete(key);
    if (expiresAt <= this.now()) return;
    this.entries.set(key, { value, expiresAt, tags, movedAt: ++this.moves });
    for (const tag of tags) {
      const keys = this.keysByTag.get(tag);
      if (keys) keys.add(key);
      else this.keysByTag.set(tag, new Set([key]));
    }
    if (this.entries.size <= this.maxEntries) return;
    const [oldest] = this.entries.keys();
    if (oldest !== undefined) this.delete(oldest);
  }

  delete(key: string): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.entries.delete(key);
    for (const tag of entry.tags) {
      const keys = this.keysByTag.get(tag);
      keys?.delete(key);
      if (keys?.size === 0) this.keysByTag.delete(tag);
    }
  }

  deleteTags(tags: readonly string[]): void {
    for (const tag of tags) {
      for (const key of [...(this.keysByTag.get(tag) ?? [])]) this.delete(key);
    }
  }

  clear(): void {
    this.entries.clear();
    this.keysByTag.clear();
  }
}
