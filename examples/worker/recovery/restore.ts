import { mkdir, readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { PGlite } from '@electric-sql/pglite';
import { ForecastError } from 'commerce-forecast';
import { useDatabase } from '../../express-server/storage/use-database.js';
import { BackupFiles } from './backup-files.js';
import type { BackupKeys } from './encryption.js';
import { type Installation, runPostgresTool } from './installation.js';
import { type Manifest, verifyBackup } from './manifest.js';
import { restoreTenants } from './tenants.js';

/**
 * Puts a backup onto an empty machine: an empty database (or a folder for a new embedded one) and empty folders. Tenants get their roles
 * and what they own back, whatever the name of the database.
 *
 * @param keys of an encrypted backup
 * @throws ForecastError `invalid-data` if the backup is damaged, before anything is written; `unavailable` without its key; `invalid-option` if the target
 * is not empty, of the other kind of database, or without a folder for the registry that the backup holds.
 */
export async function restore(folder: string, target: Installation, keys?: BackupKeys): Promise<Manifest> {
  const { manifest, dataKey } = await verifyBackup(folder, keys);
  const backup = new BackupFiles(folder, dataKey);
  const { database, artifacts, registry } = target;
  const kind = 'url' in database ? 'postgres' : 'pglite';
  if (kind !== manifest.database) {
    throw new ForecastError('invalid-option', `The backup is one of ${manifest.database}, not of ${kind}`, {
      path: ['database'],
    });
  }
  if (!registry && Object.keys(manifest.files).some((path) => path.startsWith('registry/'))) {
    throw new ForecastError('invalid-option', 'The backup holds the folder of a registry', {
      path: ['registry'],
      hint: 'Name an empty folder for it.',
    });
  }
  await requireEmpty(artifacts);
  if (registry) await requireEmpty(registry);
  if ('folder' in database) await requireEmpty(database.folder);
  if ('url' in database) await requireEmptyDatabase(database.url);
  await backup.readFolder('artifacts', artifacts);
  if (registry) await backup.readFolder('registry', registry);
  if ('url' in database) {
    const options = ['--exit-on-error', '--single-transaction', '--no-owner'];
    await runPostgresTool('pg_restore', options, database.url, {
      input: backup.read('database.dump'),
    });
    await restoreTenants(database.url);
  } else if ('folder' in database) {
    const loadDataDir = new Blob([new Uint8Array(await buffer(backup.read('database.tar.gz')))]);
    const restored = await PGlite.create({ dataDir: database.folder, loadDataDir });
    await restored.close();
  } else {
    throw new ForecastError('invalid-option', 'Name the folder of the new embedded database', {
      path: ['database'],
    });
  }
  return manifest;
}

/** A relation that is there, other than those of extensions. */
const RELATIONS = `
  SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND NOT EXISTS (
    SELECT 1 FROM pg_depend AS d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
  LIMIT 1`;

async function requireEmptyDatabase(url: string): Promise<void> {
  const { rows } = await useDatabase(url, (database) => database.query<{ relname: string }>(RELATIONS));
  if (rows[0]) throw notEmpty(`The database, in which there is ${rows[0].relname},`, 'database');
}

async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw notEmpty(folder, folder);
  }
}

function notEmpty(what: string, path: string): ForecastError {
  return new ForecastError('invalid-option', `${what} is not empty`, {
    path: [path],
    hint: 'Restore to an empty machine, compare, and then switch over.',
  });
}
