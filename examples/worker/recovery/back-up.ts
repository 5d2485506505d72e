import { mkdir, readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { ForecastError } from 'commerce-forecast';
import { BackupFiles } from './backup-files.js';
import { type BackupKeys, newDataKey } from './encryption.js';
import { type Installation, runPostgresTool } from './installation.js';
import { type Manifest, writeManifest } from './manifest.js';

export interface BackupOptions {
  /** Keys that encrypt it. Default: it is not encrypted. */
  readonly keys?: BackupKeys | undefined;
  readonly now?: Date;
}

/**
 * Copies everything that an installation keeps into a new folder while it goes on working: the database (sales, registry,
 * keys) as of one moment, then the registry folder, then the artifacts. In this order every version that the registry knows
 * is among the artifacts, because artifacts are only ever added.
 *
 * @throws ForecastError `invalid-option` if the folder is not empty.
 */
export async function backUp(
  installation: Installation,
  folder: string,
  { keys, now = new Date() }: BackupOptions = {},
): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new ForecastError('invalid-option', `${folder} is not empty`, { path: ['folder'] });
  }
  const key = keys && { dataKey: newDataKey(), keys };
  const backup = new BackupFiles(folder, key?.dataKey);
  const { database, artifacts, registry } = installation;
  if ('url' in database) {
    await runPostgresTool('pg_dump', ['--format=custom', '--no-owner'], database.url, {
      output: (dump) => backup.write('database.dump', dump),
    });
  } else if ('pglite' in database) {
    const dump = await database.pglite.dumpDataDir('gzip');
    await backup.write('database.tar.gz', Readable.fromWeb(dump.stream() as ReadableStream));
  } else {
    throw new ForecastError('invalid-option', 'Open the embedded database to back it up', {
      path: ['database'],
    });
  }
  if (registry) await backup.writeFolder('registry', registry);
  await backup.writeFolder('artifacts', artifacts);
  const about = {
    createdAt: now.toISOString(),
    database: 'url' in database ? 'postgres' : 'pglite',
  } as const;
  return writeManifest(folder, about, key);
}
