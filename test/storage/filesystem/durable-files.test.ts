import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasCode, syncDirectory, writeDurably } from '../../../src/storage/filesystem/durable-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durable-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('writeDurably', () => {
  it('writes text or bytes to a new file, with the permissions asked for', async () => {
    await writeDurably(join(folder, 'text'), 'äöü', { mode: 0o600 });
    expect(await readFile(join(folder, 'text'), 'utf8')).toBe('äöü');
    expect((await stat(join(folder, 'text'))).mode & 0o777).toBe(0o600);
    await writeDurably(join(folder, 'bytes'), Uint8Array.of(1, 2, 3));
    expect([...(await readFile(join(folder, 'bytes')))]).toEqual([1, 2, 3]);
    await syncDirectory(folder);
  });

  it('overwrites nothing', async () => {
    await writeDurably(join(folder, 'taken'), 'first');
    const error = await writeDurably(join(folder, 'taken'), 'second').catch((caught) => caught);
    expect(hasCode(error, 'EEXIST')).toBe(true);
    expect(hasCode(error, 'ENOENT')).toBe(false);
    expect(await readFile(join(folder, 'taken'), 'utf8')).toBe('first');
  });

  it('writes nothing for a signal that has fired', async () => {
    await expect(
      writeDurably(join(folder, 'aborted'), 'text', { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('syncDirectory', () => {
  it('passes over a folder that cannot be opened', async () => {
    await expect(syncDirectory(join(folder, 'missing'))).resolves.toBeUndefined();
  });
});
