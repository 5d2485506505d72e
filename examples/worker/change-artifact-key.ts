import { readConfig } from '../express-server/config.js';
import { openArtifacts } from '../express-server/storage/open-artifacts.js';

/**
 * ARTIFACT_KEYS=new:...,old:... npx tsx change-artifact-key.ts [TENANT...]
 *
 * Encrypts the models of the shop, and of the tenants that are named, with the first key of ARTIFACT_KEYS, with the environment of the
 * server. Servers go on meanwhile, once they have the new key too; then the old one is not needed any more.
 */
const config = readConfig(process.env);
for (const tenant of [undefined, ...process.argv.slice(2)]) {
  const { store, close } = await openArtifacts(config, tenant);
  const { changed, lost } = await store.reencrypt();
  console.log(`${tenant ?? 'shop'}: ${changed} encrypted anew, ${lost} lost or damaged before`);
  if (lost > 0) process.exitCode = 1;
  close();
}
