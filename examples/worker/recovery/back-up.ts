import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForecastError } from 'commerce-forecast';
import { type Installation, runPostgresTool } from './installation.js';
import { type Manifest, writeManifest } from './manifest.js';

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
  now = new Date(),
): Promise<Manifest> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new ForecastError('invalid-option', `${folder} is not empty`, { path: ['folder'] });
  }
  const { database, artifacts, registry } = installation;
  if ('url' in database) {
    const file = join(folder, 'database.dump');
    await runPostgresTool('pg_dump', ['--format=custom', '--no-owner', `--file=${file}`, database.url]);
  } else if ('pglite' in database) {
    const dump = await database.pglite.dumpDataDir('gzip');
    await writeFile(join(folder, 'database.tar.gz'), new Uint8Array(await dump.arrayBuffer()));
  } else {
    throw new ForecastError('invalid-option', 'Open the embedded database to back it up', {
      path: ['database'],
    });
  }
  if (registry) await cp(registry, join(folder, 'registry'), { recursive: true });
  await cp(artifacts, join(folder, 'artifacts'), { recursive: true });
  return writeManifest(folder, {
    createdAt: now.toISOString(),
    database: 'url' in database ? 'postgres' : 'pglite',
  });
}
