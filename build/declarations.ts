import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import ts from 'typescript';

const SOURCES = 'src';

/**
 * Writes the declarations of some entries to a folder, bundled. There is one copy of the types: the declarations of ES modules
 * pass on those of CommonJS, which is allowed in this direction only.
 *
 * The compiler declares each source file first, as a bundler that reads sources makes a program for each entry.
 *
 * @param entries - source files by the names of their entries
 * @throws Error with the messages of the compiler for what cannot be declared.
 */
export async function bundleDeclarations(
  folder: string,
  entries: Readonly<Record<string, string>>,
): Promise<void> {
  // In this folder packages are found as from the sources.
  const unbundled = mkdtempSync('.declarations-');
  try {
    declareSources(Object.values(entries), unbundled);
    const input = Object.entries(entries).map(([name, file]) => [
      name,
      join(unbundled, relative(SOURCES, file).replace(/\.ts$/, '.d.ts')),
    ]);
    const bundle = await rollup({ input: Object.fromEntries(input), plugins: [dts()], onwarn: refuse });
    await bundle.write({
      dir: folder,
      entryFileNames: '[name].d.cts',
      chunkFileNames: ({ name }) => `${name.replace(/\.d$/, '')}-[hash].d.cts`,
    });
    await bundle.close();
  } finally {
    rmSync(unbundled, { recursive: true });
  }
  for (const entry of Object.keys(entries)) {
    writeFileSync(join(folder, `${entry}.d.ts`), `export * from './${entry}.cjs';\n`);
  }
}

function declareSources(files: readonly string[], folder: string): void {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, '.');
  const program = ts.createProgram(files, {
    ...options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: resolve(folder),
    rootDir: resolve(SOURCES),
  });
  const { diagnostics } = program.emit();
  if (diagnostics.length === 0) return;
  throw new Error(
    ts.formatDiagnostics(diagnostics, {
      getCanonicalFileName: (name) => name,
      getCurrentDirectory: () => process.cwd(),
      getNewLine: () => '\n',
    }),
  );
}

function refuse({ message }: { readonly message: string }): never {
  throw new Error(message);
}
