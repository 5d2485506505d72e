import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ArtifactStore, ArtifactVersion } from '../../../src/storage/artifact-contract.js';
import {
  FileSystemArtifactStore,
  type FileSystemArtifactStoreOptions,
} from '../../../src/storage/filesystem/index.js';
import { artifactStoreChecks } from '../../../src/testing/check-artifact-store.js';

const folders = new Map<ArtifactStore, string>();
const bytes = (text: string) => new TextEncoder().encode(text);
const encryption = { currentKeyId: 'one', keys: { one: new Uint8Array(32).fill(7) } };

async function makeStore(options: Partial<FileSystemArtifactStoreOptions> = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'artifact-store-'));
  const store = new FileSystemArtifactStore({ directory, ...options });
  folders.set(store, directory);
  return store;
}

async function contentFile(store: ArtifactStore, { sha256 }: ArtifactVersion): Promise<string> {
  const folder = join(folders.get(store)!, 'objects', sha256);
  const [file] = await readdir(folder);
  return join(folder, file);
}

async function damage(store: ArtifactStore, artifact: ArtifactVersion): Promise<void> {
  const file = await contentFile(store, artifact);
  const content = await readFile(file);
  content[content.length - 1] ^= 1;
  await writeFile(file, content);
}

afterAll(async () => {
  for (const folder of folders.values()) await rm(folder, { recursive: true });
});

describe('FileSystemArtifactStore keeps the contract', () => {
  const reopen = async (store: ArtifactStore) =>
    new FileSystemArtifactStore({ directory: folders.get(store)! });
  for (const { name, run } of artifactStoreChecks(() => makeStore(), { reopen, damage })) it(name, run);
});

describe('FileSystemArtifactStore with encryption keeps the contract', () => {
  for (const { name, run } of artifactStoreChecks(() => makeStore({ encryption }), { damage })) it(name, run);
});

describe('FileSystemArtifactStore', () => {
  it('leaves no temporary file behind', async () => {
    const store = await makeStore();
    await store.put('a', bytes('one'));
    await expect(store.put('a', bytes('two'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'aborted',
    });
    expect(await readdir(join(folders.get(store)!, '.writing'))).toEqual([]);
  });

  it('goes on with the next version behind a damaged manifest, and deletes it', async () => {
    const store = await makeStore();
    await store.put('a', bytes('one'));
    await store.put('a', bytes('two'));
    const manifests = join(folders.get(store)!, 'names', 'a', '@');
    const newest = join(manifests, (await readdir(manifests)).sort()[0]);
    await writeFile(newest, 'not a manifest');
    await expect(store.get('a')).rejects.toMatchObject({ code: 'invalid-data' });
    expect((await store.versions('a')).map(({ version }) => version)).toEqual([1]);
    expect(await store.put('a', bytes('two'))).toMatchObject({ version: 3 });
    expect(new TextDecoder().decode((await store.get('a')).content)).toBe('two');
    await store.delete('a', 2);
    await expect(store.get('a', 2)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('stores content again whose copy is damaged', async () => {
    const store = await makeStore();
    const first = await store.put('a', bytes('one'));
    await damage(store, first);
    expect(await store.put('a', bytes('one'))).toMatchObject({ version: 2 });
    expect(new TextDecoder().decode((await store.get('a')).content)).toBe('one');
  });

  it('keeps encrypted contents unreadable, and reads old ones after a rotation of keys', async () => {
    const store = await makeStore({ encryption });
    const artifact = await store.put('secret', bytes('a secret that must not be on the disk'));
    expect((await readFile(await contentFile(store, artifact))).includes('secret')).toBe(false);

    const directory = folders.get(store)!;
    const keys = { ...encryption.keys, two: new Uint8Array(32).fill(9) };
    const rotated = new FileSystemArtifactStore({ directory, encryption: { currentKeyId: 'two', keys } });
    await rotated.put('secret', bytes('new'));
    expect((await rotated.get('secret', 1)).content).toEqual(bytes('a secret that must not be on the disk'));

    const onlyNew = { currentKeyId: 'two', keys: { two: keys.two } };
    const forgetful = new FileSystemArtifactStore({ directory, encryption: onlyNew });
    expect((await forgetful.get('secret', 2)).content).toEqual(bytes('new'));
    await expect(forgetful.get('secret', 1)).rejects.toMatchObject({ code: 'unavailable' });
    const withoutKeys = new FileSystemArtifactStore({ directory });
    await expect(withoutKeys.get('secret', 2)).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('encrypts old contents anew, beside readers, so that old keys are not needed any more', async () => {
    const plain = await makeStore();
    const directory = folders.get(plain)!;
    const content = new Uint8Array(200_000).fill(5);
    await plain.put('models/plain', content);
    const withOne = new FileSystemArtifactStore({ directory, encryption });
    await withOne.put('models/one', bytes('first'));
    await withOne.put('models/one', bytes('second'));
    await withOne.put('models/gone', bytes('deleted'));
    await withOne.delete('models/gone', 1);
    await damage(plain, await withOne.put('models/damaged', bytes('damaged')));
    const keys = { ...encryption.keys, two: new Uint8Array(32).fill(9) };
    const rotated = new FileSystemArtifactStore({ directory, encryption: { currentKeyId: 'two', keys } });
    await rotated.put('models/two', bytes('new'));

    let isDone = false;
    const reading = (async () => {
      let reads = 0;
      for (; !isDone; reads++) expect((await rotated.get('models/plain', 1)).content).toEqual(content);
      return reads;
    })();
    expect(await rotated.reencrypt()).toEqual({ changed: 3, lost: 1 });
    isDone = true;
    expect(await reading).toBeGreaterThan(0);
    expect(await rotated.reencrypt()).toEqual({ changed: 0, lost: 1 });

    const onlyNew = new FileSystemArtifactStore({
      directory,
      encryption: { currentKeyId: 'two', keys: { two: keys.two } },
    });
    expect((await onlyNew.get('models/one', 1)).content).toEqual(bytes('first'));
    expect((await onlyNew.get('models/one')).artifact).toMatchObject({ version: 2 });
    expect((await onlyNew.get('models/plain')).content).toEqual(content);
    await expect(onlyNew.get('models/gone', 1)).rejects.toMatchObject({ code: 'not-found' });
    // One copy of each content that is left: that of the damaged one with the old key.
    const copies = await readdir(join(directory, 'objects'), { recursive: true, withFileTypes: true });
    expect(copies.filter((entry) => entry.isFile())).toHaveLength(5);
    await expect(plain.reencrypt()).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('goes on encrypting after it was aborted', async () => {
    const store = await makeStore({ encryption });
    const directory = folders.get(store)!;
    for (const name of ['a', 'b', 'c']) await store.put(name, bytes(name));
    const keys = { ...encryption.keys, two: new Uint8Array(32).fill(9) };
    const rotated = new FileSystemArtifactStore({ directory, encryption: { currentKeyId: 'two', keys } });
    const controller = new AbortController();
    const cut = rotated.reencrypt({
      signal: controller.signal,
      onProgress: ({ done }) => done === 1 && controller.abort(),
    });
    await expect(cut).rejects.toMatchObject({ code: 'aborted' });
    for (const name of ['a', 'b', 'c']) expect((await rotated.get(name)).content).toEqual(bytes(name));
    expect(await rotated.reencrypt()).toEqual({ changed: 2, lost: 0 });
    for (const name of ['a', 'b', 'c']) expect((await rotated.get(name)).content).toEqual(bytes(name));
  });

  it('does not read a content that was swapped for another of the same key', async () => {
    const store = await makeStore({ encryption });
    const one = await store.put('a', bytes('one'));
    const two = await store.put('b', bytes('two'));
    await writeFile(await contentFile(store, one), await readFile(await contentFile(store, two)));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'invalid-data' });
  });

  it('reports a damaged manifest and a missing content', async () => {
    const store = await makeStore();
    const artifact = await store.put('a', bytes('one'));
    await rm(await contentFile(store, artifact));
    await expect(store.get('a')).rejects.toMatchObject({ code: 'invalid-data', path: ['a', 1] });
    const folder = join(folders.get(store)!, 'names/a/@');
    const [manifest] = await readdir(folder);
    await writeFile(join(folder, manifest), '{"format":');
    await expect(store.get('a')).rejects.toMatchObject({ code: 'invalid-data', path: ['a', 1] });
  });

  it('answers with `unavailable` where it cannot write', async () => {
    const store = await makeStore();
    const blocker = join(folders.get(store)!, 'blocker');
    await writeFile(blocker, '');
    await chmod(blocker, 0o400);
    const blocked = new FileSystemArtifactStore({ directory: join(blocker, 'store') });
    await expect(blocked.put('a', bytes('x'))).rejects.toMatchObject({ code: 'unavailable' });
    expect(await blocked.names()).toEqual([]);
  });

  it.each([
    ['directory', { directory: '' }],
    ['keys', { directory: 'x', encryption: { currentKeyId: 'a', keys: { a: new Uint8Array(16) } } }],
    ['currentKeyId', { directory: 'x', encryption: { currentKeyId: 'b', keys: {} } }],
  ])('refuses a wrong option %s', (_, options) => {
    expect(() => new FileSystemArtifactStore(options)).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
