import { throwIfAborted } from '../../long-call.js';
import type { ObjectBackend, SignalOption } from '../artifacts/object-backend.js';
import { type ArtifactStoreOptions, VersionedArtifactStore } from '../artifacts/versioned-artifact-store.js';
import { compareText } from '../daily-sales.js';

/**
 * Artifacts kept in memory: for tests and for processes without persistence.
 *
 * ```ts
 * import { MemoryArtifactStore } from 'commerce-forecast';
 *
 * const store = new MemoryArtifactStore();
 * const { version } = await store.put('models/retail', new TextEncoder().encode('{}'));
 * const { content } = await store.get('models/retail', version);
 * ```
 */
export class MemoryArtifactStore extends VersionedArtifactStore {
  constructor(options: ArtifactStoreOptions = {}) {
    super('memory', new MemoryObjects(), options);
  }
}

class MemoryObjects implements ObjectBackend {
  readonly #objects = new Map<string, Uint8Array>();

  async create(key: string, content: Uint8Array, options: SignalOption = {}): Promise<boolean> {
    throwIfAborted(options.signal);
    if (this.#objects.has(key)) return false;
    this.#objects.set(key, new Uint8Array(content));
    return true;
  }

  async replace(key: string, content: Uint8Array, options: SignalOption = {}): Promise<void> {
    throwIfAborted(options.signal);
    this.#objects.set(key, new Uint8Array(content));
  }

  async read(key: string, options: SignalOption = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(options.signal);
    const content = this.#objects.get(key);
    return content && new Uint8Array(content);
  }

  async *list(prefix: string): AsyncIterable<string> {
    yield* [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort(compareText);
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(key);
  }
}
