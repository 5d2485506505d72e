import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { mergeChunks } from '../../build/merge-chunks.js';

/** As esbuild leaves them: the core and `light` share the first chunk, `wape` is in a chunk of its own, and `later` is loaded on demand. */
const FILES = {
  'chunk-A.js': 'export class Shared {}\n',
  'chunk-B.js': "import { Shared } from './chunk-A.js';\nexport class Big extends Shared {}\n",
  'chunk-C.js': 'export const wape = () => 1;\n',
  'chunk-D.js':
    "import { Big } from './chunk-B.js';\nimport { wape } from './chunk-C.js';\nexport const made = () => [new Big(), wape()];\n",
  'chunk-E.js': "import { Shared } from './chunk-A.js';\nexport class Other extends Shared {}\n",
  'chunk-F.js': "export const onDemand = () => import('./later-1.js');\n",
  'later-1.js': "export { made } from './chunk-D.js';\n",
  'index.js':
    "import { Shared } from './chunk-A.js';\nexport { Shared };\nexport { wape } from './chunk-C.js';\nimport { made } from './chunk-D.js';\nexport { made };\nexport { onDemand } from './chunk-F.js';\n",
  'light.js': "export { Shared } from './chunk-A.js';\n",
  'apart.js': "import { Other } from './chunk-E.js';\nexport { Other };\n",
};

let folder: string;
const folders: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'merge-chunks-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => {
  for (const made of folders) rmSync(made, { recursive: true });
});

async function merged(alone: readonly string[]) {
  await mergeChunks(folder, 'index', alone);
  const load = (name: string) => import(pathToFileURL(join(folder, name)).href);
  return { load, names: readdirSync(folder).filter((name) => name.endsWith('.js')) };
}

describe('mergeChunks', () => {
  it('leaves one chunk of the core for each set of things that are loaded without the rest', async () => {
    const { names, load } = await merged(['light', 'wape']);
    // What light loads, what wape is, what loads more on demand, and the rest; the chunk of one other entry has become part of it.
    expect(names.filter((name) => name.startsWith('chunk-'))).toHaveLength(4);
    expect(names).toEqual(expect.arrayContaining(['apart.js', 'index.js', 'later-1.js', 'light.js']));
    const light = readFileSync(join(folder, 'light.js'), 'utf8');
    const [, shared = ''] = /'\.\/(chunk-[^']+)'/.exec(light) ?? [];
    expect(readFileSync(join(folder, shared), 'utf8')).not.toContain('class Big');

    const [core, apart, lightly] = await Promise.all([load('index.js'), load('apart.js'), load('light.js')]);
    expect(core.made()).toEqual([expect.any(core.Shared), 1]);
    expect((await core.onDemand()).made).toBe(core.made);
    expect(new apart.Other()).toBeInstanceOf(lightly.Shared);
    expect(lightly.Shared).toBe(core.Shared);
  });

  it('makes two chunks of the core where nothing is loaded without it, of which one loads more on demand', async () => {
    const { names } = await merged([]);
    expect(names.filter((name) => name.startsWith('chunk-'))).toHaveLength(2);
  });

  it('refuses a name that is neither an entry nor an export, and leaves the folder as it is', async () => {
    await expect(mergeChunks(folder, 'index', ['unknown'])).rejects.toThrow(
      'unknown is neither an entry nor an export of index',
    );
    expect(readdirSync(folder)).toHaveLength(Object.keys(FILES).length + 1);
  });
});
