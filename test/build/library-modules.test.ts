import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'tsup';
import { expect, it } from 'vitest';
import { libraryModules } from '../../build/library-modules';

it('entries of the library are imported from where they are built to, and the rest is bundled', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'library-modules-'));
  try {
    await writeFile(join(folder, 'library.ts'), 'export const inLibrary = 1;\n');
    await writeFile(join(folder, 'own.ts'), 'export const ownPart = 2;\n');
    await writeFile(
      join(folder, 'main.ts'),
      "import { inLibrary } from './library.js';\nimport { ownPart } from './own.js';\nconsole.log(inLibrary, ownPart);\n",
    );
    await build({
      config: false,
      silent: true,
      entry: [join(folder, 'main.ts')],
      format: 'esm',
      outDir: join(folder, 'out'),
      esbuildPlugins: [libraryModules({ library: join(folder, 'library.ts') })],
    });
    const [file] = await readdir(join(folder, 'out'));
    const code = await readFile(join(folder, 'out', file), 'utf8');
    expect(code).toMatch(/import \{ ?inLibrary ?\} from ?['"]\.\/library\.js['"]/);
    expect(code).not.toContain('own.js');
    expect(code).toMatch(/ownPart = 2/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
