import { parseArgs } from 'node:util';
import { ConfigError } from '../express-server/config.js';
import { tellFailure } from '../express-server/tell-failure.js';
import { restoreTenants } from './recovery/tenants.js';

/**
 * npx tsx restore-tenants.ts --database postgres://...
 *
 * Gives the tenants of a database that was restored with other tools, or whose restore ended before this, their roles and tables back.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { database: { type: 'string' } } });
  if (!values.database) throw new ConfigError('--database is needed');
  console.log(`${await restoreTenants(values.database)} tenants have what is theirs`);
}

await main().catch(tellFailure);
