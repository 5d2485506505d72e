import { describe, it } from 'vitest';
import { MemoryArtifactStore } from '../../../src/storage/memory/memory-artifact-store.js';
import { MemorySalesStorage } from '../../../src/storage/memory/memory-sales-storage.js';
import { artifactStoreChecks } from '../../../src/testing/check-artifact-store.js';
import { salesStorageChecks } from '../../../src/testing/check-sales-storage.js';

describe('MemorySalesStorage keeps the contract', () => {
  for (const { name, run } of salesStorageChecks(async () => new MemorySalesStorage())) it(name, run);
});

describe('MemoryArtifactStore keeps the contract', () => {
  for (const { name, run } of artifactStoreChecks(async () => new MemoryArtifactStore())) it(name, run);
});

describe('MemoryArtifactStore with encryption keeps the contract', () => {
  const encryption = { currentKeyId: 'one', keys: { one: new Uint8Array(32).fill(7) } };
  for (const { name, run } of artifactStoreChecks(async () => new MemoryArtifactStore({ encryption }))) {
    it(name, run);
  }
});
