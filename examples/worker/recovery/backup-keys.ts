import { ConfigError, encryptionKeys } from '../../express-server/config.js';
import type { BackupKeys } from './encryption.js';

/**
 * Keys of backups from the environment, written as those of artifacts are; undefined if there are none.
 *
 * @throws ConfigError if `BACKUP_KEYS` holds something else; the message does not hold it.
 */
export function backupKeys(environment = process.env): BackupKeys | undefined {
  const text = environment['BACKUP_KEYS'];
  if (!text) return undefined;
  const { data } = encryptionKeys.safeParse(text);
  if (!data)
    throw new ConfigError('BACKUP_KEYS: expected id:hex pairs with keys of 32 bytes, the current one first');
  return data;
}
