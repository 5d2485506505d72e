import type { DocumentStore, StoredDocument } from '../document-contract.js';

/**
 * Registry state in memory: for tests and for single processes that train at start.
 *
 * ```ts
 * import { MemoryArtifactStore, MemoryDocumentStore } from 'commerce-forecast';
 * import { createModelRegistry } from 'commerce-forecast/registry';
 *
 * const registry = createModelRegistry({
 *   name: 'retail',
 *   artifacts: new MemoryArtifactStore(),
 *   state: new MemoryDocumentStore(),
 *   load: (content) => JSON.parse(new TextDecoder().decode(content)),
 * });
 * ```
 */
export class MemoryDocumentStore implements DocumentStore {
  readonly specificationVersion = 'v1';
  readonly name = 'memory';
  /** The documents as JSON text, so that no caller can change what is stored. */
  readonly #documents = new Map<string, { readonly revision: number; readonly text: string }>();

  async read(modelName: string): Promise<StoredDocument> {
    const stored = this.#documents.get(modelName);
    return stored === undefined
      ? { revision: 0, document: undefined }
      : { revision: stored.revision, document: JSON.parse(stored.text) };
  }

  async compareAndSet(modelName: string, revision: number, document: unknown): Promise<boolean> {
    if ((this.#documents.get(modelName)?.revision ?? 0) !== revision) return false;
    this.#documents.set(modelName, { revision: revision + 1, text: JSON.stringify(document) });
    return true;
  }

  async names(): Promise<readonly string[]> {
    return [...this.#documents.keys()].sort();
  }
}
