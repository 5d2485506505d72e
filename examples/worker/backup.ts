import { parseArgs } from 'node:util';
import { ConfigError } from '../express-server/config.js';
import { openPglite } from '../express-server/storage/open-pglite.js';
import { tellFailure } from '../express-server/tell-failure.js';
import { backUp } from './recovery/back-up.js';
import { backupKeys } from './recovery/backup-keys.js';

/**
 * npx tsx backup.ts --to FOLDER --artifacts FOLDER [--registry FOLDER] (--database postgres://... | --pglite FOLDER)
 *
 * BACKUP_KEYS=id:hex,... encrypts it; the first key is the current one.
 *
 * An embedded database has one process: stop the server first. A backup beside it is refused.
 */
async function main(): Promise<void> {
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
  if (!to || !artifacts || !(url || folder)) {
    throw new ConfigError('--to, --artifacts and one of --database and --pglite are needed');
  }
  const keys = backupKeys();
  const opened = folder && !url ? await openPglite(folder) : undefined;
  try {
    const database = opened ?? { url: url ?? '' };
    const { files } = await backUp({ database, artifacts, registry }, to, { keys });
    console.log(`${Object.keys(files).length} files in ${to}`);
  } finally {
    await opened?.close();
  }
}

await main().catch(tellFailure);
