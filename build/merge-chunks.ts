import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rollup } from 'rollup';

/** An import or export that loads another file of the folder together with the one that it is in. */
const LOADS = /(?:\bfrom|^import)\s*["']\.\/([^"']+)["']/gm;

/**
 * Merges the chunks that the core consists of in a folder of ES modules. esbuild makes one for each set of entries that share code, and
 * loading 81 files takes Node as long as running them. One is left for each set of the things in `alone`, which are loaded without
 * the rest: entries, or exports of the core; and another one if some of it loads more on demand.
 *
 * Chunks are merged that the same of these things load. What such a chunk imports is loaded by at least the same ones, so that no two of the
 * files that are left import each other.
 *
 * @throws Error for what is not there, and for what rollup warns of.
 */
export async function mergeChunks(folder: string, core: string, alone: readonly string[]): Promise<void> {
  const texts = new Map(
    readdirSync(folder)
      .filter((name) => name.endsWith('.js'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  const loaded = closureOf(`${core}.js`, texts);
  const parts = alone.map((name) => closureOf(fileOf(name, core, texts), texts));
  // What loads more on demand stays apart: a bundler that takes one function of a file emits all that the file may load.
  const leadsOn = new Set(
    [...texts.keys()].filter((name) => [...closureOf(name, texts)].some((file) => loadsMore(file, texts))),
  );
  const isChunk = (name: string) => name.startsWith('chunk-');
  const bundle = await rollup({
    input: [...texts.keys()].filter((name) => !isChunk(name)).map((name) => join(folder, name)),
    external: /^[^./]/,
    treeshake: false,
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  for (const name of texts.keys()) rmSync(join(folder, name));
  await bundle.write({
    dir: folder,
    chunkFileNames: 'chunk-[hash].js',
    hoistTransitiveImports: false,
    manualChunks: (path) => {
      const name = path.slice(resolve(folder).length + 1);
      if (!isChunk(name) || !loaded.has(name)) return undefined;
      const sets = parts.flatMap((part, i) => (part.has(name) ? [i] : []));
      return `core of ${sets.join()}${leadsOn.has(name) ? ' that leads on' : ''}`;
    },
  });
  await bundle.close();
}

/** The file of an entry, or the one that an export of the core comes from. */
function fileOf(name: string, core: string, texts: ReadonlyMap<string, string>): string {
  const entry = `${name}.js`;
  if (texts.has(entry)) return entry;
  const [, file] =
    new RegExp(`\\b${name}\\b[^}]*} from '\\./([^']+)'`).exec(texts.get(`${core}.js`) ?? '') ?? [];
  if (file === undefined) throw new Error(`${name} is neither an entry nor an export of ${core}`);
  return file;
}

function loadsMore(name: string, texts: ReadonlyMap<string, string>): boolean {
  return /\bimport\(["']\.\//.test(texts.get(name) ?? '');
}

/** Files that are loaded with a file, itself included. */
function closureOf(file: string, texts: ReadonlyMap<string, string>): ReadonlySet<string> {
  const closure = new Set<string>();
  const visit = (name: string) => {
    if (closure.has(name)) return;
    closure.add(name);
    for (const [, next] of (texts.get(name) ?? '').matchAll(LOADS)) if (next !== undefined) visit(next);
  };
  visit(file);
  return closure;
}
