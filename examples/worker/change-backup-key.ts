import { ConfigError } from '../express-server/config.js';
import { tellFailure } from '../express-server/tell-failure.js';
import { backupKeys } from './recovery/backup-keys.js';
import { changeKey } from './recovery/manifest.js';

/**
 * npx tsx change-backup-key.ts FOLDER...
 *
 * Encrypts the keys of backups with the first key of BACKUP_KEYS; the ones before are needed among the others for this once more.
 */
async function main(folders: readonly string[]): Promise<void> {
  const keys = backupKeys();
  if (!keys || folders.length === 0) throw new ConfigError('BACKUP_KEYS and folders of backups are needed');
  for (const folder of folders) {
    console.log(`${folder}: ${await changeKey(folder, keys)} -> ${keys.currentKeyId}`);
  }
}

await main(process.argv.slice(2)).catch(tellFailure);
