import { describe, expect, it } from 'vitest';
import { MemoryArtifactStore } from '../../../src/storage/memory/memory-artifact-store.js';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('MemoryArtifactStore', () => {
  it('counts versions and checks what it reads', async () => {
    const store = new MemoryArtifactStore();
    // SHA-256 of "abc": FIPS 180-2, appendix B.1.
    expect(await store.put('models/retail', bytes('abc'))).toEqual({
      name: 'models/retail',
      version: 1,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      size: 3,
    });
    expect((await store.put('models/retail', bytes('abc'))).version).toBe(1);
    expect((await store.put('models/retail', bytes('abd'))).version).toBe(2);
    expect((await store.get('models/retail')).content).toEqual(bytes('abd'));
    expect((await store.get('models/retail', 1)).content).toEqual(bytes('abc'));
    expect(await store.names('models/')).toEqual(['models/retail']);
  });

  it('never gives a number again', async () => {
    const store = new MemoryArtifactStore();
    await store.put('a', bytes('1'));
    await store.put('a', bytes('2'));
    await store.delete('a', 2);
    await expect(store.get('a', 2)).rejects.toMatchObject({ code: 'not-found', path: ['a', 2] });
    expect((await store.get('a')).artifact.version).toBe(1);
    expect((await store.put('a', bytes('2'))).version).toBe(3);
    expect((await store.versions('a')).map((artifact) => artifact.version)).toEqual([1, 3]);
    await store.delete('a', 1);
    await store.delete('a', 3);
    expect(await store.names()).toEqual([]);
  });
});
