import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Types of the platform in signatures, which the libraries of DOM and Node declare, with their parameters. */
const TYPES: Readonly<Record<string, string>> = {
  AbortSignal: '',
  Blob: '',
  ReadableStream: '<R = any>',
  URL: '',
};

/**
 * Declares the types of the platform that a declaration file names, as empty interfaces: they merge with those of DOM or
 * Node where there are some, and let programs without either compile.
 */
export function declarePlatformTypes(declarations: string): string {
  const code = declarations.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const named = Object.entries(TYPES).filter(([type]) => new RegExp(`\\b${type}\\b`).test(code));
  if (named.length === 0) return declarations;
  const lines = named.map(([type, parameters]) => `  interface ${type}${parameters} {}`);
  return `${declarations}\ndeclare global {\n${lines.join('\n')}\n}\n`;
}

/** Rewrites the declaration files of a folder. */
export function declareInFolder(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!/\.d\.c?ts$/.test(name)) continue;
    const path = join(folder, name);
    writeFileSync(path, declarePlatformTypes(readFileSync(path, 'utf8')));
  }
}
