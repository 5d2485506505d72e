import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { DocumentStore } from '../../src/storage/document-contract.js';
import { FileDocumentStore } from '../../src/storage/filesystem/file-document-store.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';
import { checkDocumentStore, documentStoreChecks } from '../../src/testing/check-document-store.js';

const root = await mkdtemp(join(tmpdir(), 'registry-state-'));
const directories = new Map<DocumentStore, string>();
let made = 0;

async function makeFileState(): Promise<FileDocumentStore> {
  const directory = join(root, `state-${made++}`);
  const state = new FileDocumentStore({ directory });
  directories.set(state, directory);
  return state;
}

afterAll(() => rm(root, { recursive: true, force: true }));

describe('MemoryDocumentStore', () => {
  it.each(documentStoreChecks(async () => new MemoryDocumentStore()))('$name', ({ run }) => run());
});

describe('FileDocumentStore', () => {
  const reopen = async (state: DocumentStore) =>
    new FileDocumentStore({ directory: directories.get(state)! });
  it.each(documentStoreChecks(makeFileState, { reopen }))('$name', ({ run }) => run());

  it('leaves no drafts behind and keeps the latest hundred revisions', async () => {
    const state = await makeFileState();
    for (let revision = 0; revision < 120; revision++)
      await state.compareAndSet('retail', revision, { revision });
    const files = await readdir(join(directories.get(state)!, 'retail'));
    expect(files.every((file) => file.endsWith('.json'))).toBe(true);
    expect(files.length).toBeLessThanOrEqual(101);
    expect(await state.read('retail')).toEqual({ revision: 120, document: { revision: 119 } });
  });

  it('ignores what a crash left and other files', async () => {
    const state = await makeFileState();
    await state.compareAndSet('retail', 0, 'good');
    const directory = join(directories.get(state)!, 'retail');
    await writeFile(join(directory, 'half.draft'), '{"cut');
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await mkdir(join(directories.get(state)!, 'empty'));
    expect(await state.read('retail')).toEqual({ revision: 1, document: 'good' });
    expect(await state.names()).toEqual(['retail']);
  });

  it('reports a damaged document', async () => {
    const state = await makeFileState();
    await state.compareAndSet('retail', 0, 'good');
    await writeFile(join(directories.get(state)!, 'retail', '0000000001.json'), '{"cut');
    await expect(state.read('retail')).rejects.toMatchObject({ code: 'invalid-data', path: ['retail', 1] });
  });

  it('is unavailable where it cannot write', async () => {
    const file = join(root, 'a-file');
    await writeFile(file, '');
    const state = new FileDocumentStore({ directory: file });
    await expect(state.compareAndSet('retail', 0, 1)).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('checkDocumentStore', () => {
  it('finds a store that does not compare', async () => {
    class Careless extends MemoryDocumentStore {
      override async compareAndSet(
        modelName: string,
        _revision: number,
        document: unknown,
      ): Promise<boolean> {
        return super.compareAndSet(modelName, (await this.read(modelName)).revision, document);
      }
    }
    await expect(checkDocumentStore(async () => new Careless())).rejects.toThrow(
      /a write needs the stored revision/,
    );
  });
});
