import { cp, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { ForecastError } from 'commerce-forecast';
import { type Installation, runPostgresTool } from './installation.js';
import { type Manifest, verifyBackup } from './manifest.js';
import { restoreTenants } from './tenants.js';

/**
 * Puts a backup onto an empty machine: an empty database (or a folder for a new embedded one) and empty folders. Tenants get their roles
 * and what they own back, whatever the name of the database.
 *
 * @throws ForecastError `invalid-data` if the backup is damaged, before anything is written; `invalid-option` if the target
 * is not empty or of the other kind of database.
 */
export async function restore(folder: string, target: Installation): Promise<Manifest> {
  const manifest = await verifyBackup(folder);
  const { database, artifacts, registry } = target;
  const kind = 'url' in database ? 'postgres' : 'pglite';
  if (kind !== manifest.database) {
    throw new ForecastError('invalid-option', `The backup is one of ${manifest.database}, not of ${kind}`, {
      path: ['database'],
    });
  }
  await requireEmpty(artifacts);
  if (registry) await requireEmpty(registry);
  await cp(join(folder, 'artifacts'), artifacts, { recursive: true });
  if (registry) await cp(join(folder, 'registry'), registry, { recursive: true });
  if ('url' in database) {
    const file = join(folder, 'database.dump');
    const options = ['--exit-on-error', '--single-transaction', '--no-owner'];
    await runPostgresTool('pg_restore', [...options, `--dbname=${database.url}`, file]);
    await restoreTenants(database.url);
  } else if ('folder' in database) {
    await requireEmpty(database.folder);
    const loadDataDir = new Blob([new Uint8Array(await readFile(join(folder, 'database.tar.gz')))]);
    const restored = await PGlite.create({ dataDir: database.folder, loadDataDir });
    await restored.close();
  } else {
    throw new ForecastError('invalid-option', 'Name the folder of the new embedded database', {
      path: ['database'],
    });
  }
  return manifest;
}

async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new ForecastError('invalid-option', `${folder} is not empty`, {
      path: [folder],
      hint: 'Restore to an empty machine, compare, and then switch over.',
    });
  }
}
