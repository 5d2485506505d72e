import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Leaves one copy of the types in a folder: the declarations of ES modules pass on those of CommonJS, which is allowed in this
 * direction only. The two are the same but for the names of the files that they import.
 *
 * @throws Error if an entry has no declaration of CommonJS.
 */
export function passOnDeclarations(folder: string, entries: readonly string[]): void {
  const names = readdirSync(folder);
  const missing = entries.filter((entry) => !names.includes(`${entry}.d.cts`));
  if (missing.length > 0) throw new Error(`No declarations of CommonJS for ${missing.join(', ')}`);
  for (const name of names) if (name.endsWith('.d.ts')) rmSync(join(folder, name));
  for (const entry of entries)
    writeFileSync(join(folder, `${entry}.d.ts`), `export * from './${entry}.cjs';\n`);
}
