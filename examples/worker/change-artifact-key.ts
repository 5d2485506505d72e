import { ConfigError, readConfig, type ServerConfig } from '../express-server/config.js';
import { openArtifacts } from '../express-server/storage/open-artifacts.js';
import { useDatabase } from '../express-server/storage/use-database.js';
import { tellFailure } from '../express-server/tell-failure.js';
import { tenantIds } from '../express-server/tenants/tenant-repository.js';

/**
 * ARTIFACT_KEYS=new:...,old:... npx tsx change-artifact-key.ts
 *
 * Encrypts the models of the shop, and of all tenants of its database, with the first key of ARTIFACT_KEYS, with the environment of
 * the server. Servers go on meanwhile, once they have the new key too; then the old one is not needed any more.
 */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  if (!config.ARTIFACT_KEYS) throw new ConfigError('ARTIFACT_KEYS is needed');
  for (const tenant of [undefined, ...(await tenantsOf(config))]) {
    const { store, close } = await openArtifacts(config, tenant);
    const { changed, lost } = await store.reencrypt();
    console.log(`${tenant ?? 'shop'}: ${changed} encrypted anew, ${lost} lost or damaged before`);
    if (lost > 0) process.exitCode = 1;
    close();
  }
}

/** The tenants of an installation; an embedded database has none. */
async function tenantsOf({ DATABASE_URL, DATABASE_SCHEMA }: ServerConfig): Promise<readonly string[]> {
  if (DATABASE_URL === undefined) return [];
  return useDatabase(DATABASE_URL, (database) => tenantIds(database, DATABASE_SCHEMA));
}

await main().catch(tellFailure);
