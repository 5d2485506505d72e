import { parseArgs } from 'node:util';
import { openPglite } from '../express-server/storage/open-pglite.js';
import { backUp } from './recovery/back-up.js';
import { backupKeys } from './recovery/backup-keys.js';

/**
 * npx tsx backup.ts --to FOLDER --artifacts FOLDER [--registry FOLDER] (--database postgres://... | --pglite FOLDER)
 *
 * BACKUP_KEYS=id:hex,... encrypts it; the first key is the current one.
 *
 * An embedded database has one process: stop the server first. A backup beside it is refused.
 */
const { values } = parseArgs({
  options: {
    to: { type: 'string' },
    artifacts: { type: 'string' },
    registry: { type: 'string' },
    database: { type: 'string' },
    pglite: { type: 'string' },
  },
});
const { to, artifacts, registry, database: url, pglite: folder } = values;
const opened = folder && !url ? await openPglite(folder) : undefined;
const database = url ? { url } : opened;
if (!to || !artifacts || !database) {
  throw new Error('--to, --artifacts and one of --database and --pglite are needed');
}
const { files } = await backUp({ database, artifacts, registry }, to, { keys: backupKeys() }).finally(() =>
  opened?.close(),
);
console.log(`${Object.keys(files).length} files in ${to}`);
