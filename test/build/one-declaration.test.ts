import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { passOnDeclarations } from '../../build/one-declaration';

function inFolder(names: readonly string[], check: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    for (const name of names) writeFileSync(join(folder, name), `export declare const file: '${name}';\n`);
    check(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('entries pass on the declarations of CommonJS, and what only they imported is gone', () => {
  inFolder(['index.d.ts', 'index.d.cts', 'day-a1.d.ts', 'day-b2.d.cts', 'index.js'], (folder) => {
    passOnDeclarations(folder, ['index']);
    expect(readdirSync(folder).sort()).toEqual(['day-b2.d.cts', 'index.d.cts', 'index.d.ts', 'index.js']);
    expect(readFileSync(join(folder, 'index.d.ts'), 'utf8')).toBe("export * from './index.cjs';\n");
    expect(readFileSync(join(folder, 'index.d.cts'), 'utf8')).toContain('index.d.cts');
  });
});

it('an entry without declarations is named, and nothing is removed', () => {
  inFolder(['index.d.ts', 'index.d.cts', 'csv.d.ts'], (folder) => {
    expect(() => passOnDeclarations(folder, ['index', 'csv'])).toThrow('CommonJS for csv');
    expect(readdirSync(folder)).toHaveLength(3);
  });
});
