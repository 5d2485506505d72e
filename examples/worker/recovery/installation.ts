import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { PGlite } from '@electric-sql/pglite';
import { ForecastError } from 'commerce-forecast';

/** Everything that an installation keeps. */
export interface Installation {
  /** Connection string of a PostgreSQL database, or an open PGlite (for a restore: the folder of a new one). */
  readonly database: { readonly url: string } | { readonly pglite: PGlite } | { readonly folder: string };
  /** Folder of the artifact store. */
  readonly artifacts: string;
  /** Folder of a `FileDocumentStore`; none where the registry is in the database. */
  readonly registry?: string;
}

/** Most text of a failure that is kept. */
const MAX_MESSAGE = 16_384;

/**
 * Runs a program of PostgreSQL; found on the PATH, or in the folder `PG_BIN`.
 *
 * @param url of the database, which is given to it as the last argument, without the password: arguments of a program can be
 * seen by everybody on the machine
 * @param streams what it reads, or what takes what it writes: nothing has to be on the disk in between
 */
export async function runPostgresTool(
  name: string,
  args: readonly string[],
  url: string,
  streams: { readonly input: Readable } | { readonly output: (content: Readable) => Promise<void> },
): Promise<void> {
  const folder = process.env['PG_BIN'];
  const { argument, environment } = connectionOf(url);
  const child = spawn(folder ? `${folder}/${name}` : name, [...args, argument], {
    stdio: 'pipe',
    env: { ...process.env, ...environment },
  });
  let said = '';
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-MAX_MESSAGE);
  });
  const ended = once(child, 'close');
  // Its own words about a failure say more than that its pipe broke.
  const moved = (
    'input' in streams ? pipeline(streams.input, child.stdin) : streams.output(child.stdout)
  ).then(
    () => undefined,
    (error: unknown) => error,
  );
  if ('input' in streams) child.stdout.resume();
  else child.stdin.end();
  const [code] = await ended;
  const error = await moved;
  if (isOfStream(error)) throw error;
  if (code !== 0) throw new ForecastError('unavailable', `${name} failed with ${code}: ${said.trim()}`);
  if (error) throw error;
}

/** The address of a database for the programs of PostgreSQL, and the password beside it. */
function connectionOf(url: string) {
  const address = new URL(url);
  const password = decodeURIComponent(address.password);
  address.password = '';
  return { argument: `--dbname=${address.href}`, environment: password ? { PGPASSWORD: password } : {} };
}

/** Tells whether something was wrong with the content, and not only with the pipe to a program that has ended. */
function isOfStream(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return error !== undefined && code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE';
}
