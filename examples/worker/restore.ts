import { parseArgs } from 'node:util';
import { ConfigError } from '../express-server/config.js';
import { tellFailure } from '../express-server/tell-failure.js';
import { backupKeys } from './recovery/backup-keys.js';
import { restore } from './recovery/restore.js';

/**
 * npx tsx restore.ts --from FOLDER --artifacts FOLDER [--registry FOLDER] (--database postgres://... | --pglite FOLDER)
 *
 * BACKUP_KEYS=id:hex,... holds the key of an encrypted backup.
 *
 * The database and all folders but the first must be empty.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      from: { type: 'string' },
      artifacts: { type: 'string' },
      registry: { type: 'string' },
      database: { type: 'string' },
      pglite: { type: 'string' },
    },
  });
  const { from, artifacts, registry, database: url, pglite: folder } = values;
  const database = url ? { url } : folder ? { folder } : undefined;
  if (!from || !artifacts || !database) {
    throw new ConfigError('--from, --artifacts and one of --database and --pglite are needed');
  }
  const { createdAt } = await restore(from, { database, artifacts, registry }, backupKeys());
  console.log(`Restored the backup of ${createdAt}`);
}

await main().catch(tellFailure);
