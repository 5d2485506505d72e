import { createModelRegistry } from '../../src/registry/model-registry.js';
import type { ModelLineage } from '../../src/registry/model-version.js';
import type { ModelRegistry, ModelRegistryOptions } from '../../src/registry/registry-contract.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';

export interface TestModel {
  readonly units: number;
}

export const lineage: ModelLineage = {
  dataFingerprint: 'f00d',
  firstDay: '2023-01-01',
  lastDay: '2024-03-01',
  model: { name: 'ensemble', options: { weights: [0.6, 0.4] } },
  parts: {},
  settings: {},
  seed: 7,
  packageVersion: '0.1.0',
};

export function contentOf(units: number): Uint8Array {
  return new TextEncoder().encode(JSON.stringify({ units }));
}

export function loadModel(content: Uint8Array): TestModel {
  return JSON.parse(new TextDecoder().decode(content));
}

export function makeRegistry(
  overrides: Partial<ModelRegistryOptions<TestModel>> = {},
): ModelRegistry<TestModel> {
  return createModelRegistry<TestModel>({
    name: 'retail',
    artifacts: new MemoryArtifactStore(),
    state: new MemoryDocumentStore(),
    load: loadModel,
    now: () => Date.UTC(2024, 2, 4),
    ...overrides,
  });
}

/** Registers models that sell `1..count` units, so that version and units are the same number. */
export async function registerVersions(registry: ModelRegistry<TestModel>, count: number): Promise<void> {
  for (let units = 1; units <= count; units++) {
    await registry.register(contentOf(units), { lineage, metrics: { wape: 0.2 / units } });
  }
}

export async function statesOf(registry: ModelRegistry<TestModel>): Promise<string[]> {
  return (await registry.status()).versions.map(({ state }) => state);
}
