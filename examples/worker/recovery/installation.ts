import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { PGlite } from '@electric-sql/pglite';

/** Everything that an installation keeps. */
export interface Installation {
  /** Connection string of a PostgreSQL database, or an open PGlite (for a restore: the folder of a new one). */
  readonly database: { readonly url: string } | { readonly pglite: PGlite } | { readonly folder: string };
  /** Folder of the artifact store. */
  readonly artifacts: string;
  /** Folder of a `FileDocumentStore`; none where the registry is in the database. */
  readonly registry?: string;
}

const run = promisify(execFile);

/** Runs a program of PostgreSQL; found on the PATH, or in the folder `PG_BIN`. */
export async function runPostgresTool(name: string, args: readonly string[]): Promise<void> {
  const folder = process.env['PG_BIN'];
  await run(folder ? `${folder}/${name}` : name, [...args], { maxBuffer: 64 * 1024 * 1024 });
}
