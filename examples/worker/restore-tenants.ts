import { parseArgs } from 'node:util';
import { restoreTenants } from './recovery/tenants.js';

/**
 * npx tsx restore-tenants.ts --database postgres://...
 *
 * Gives the tenants of a database that was restored with other tools, or whose restore ended before this, their roles and tables back.
 */
const { values } = parseArgs({ options: { database: { type: 'string' } } });
if (!values.database) throw new Error('--database is needed');
console.log(`${await restoreTenants(values.database)} tenants have what is theirs`);
