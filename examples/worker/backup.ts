import { parseArgs } from 'node:util';
import { PGlite } from '@electric-sql/pglite';
import { backUp } from './recovery/back-up.js';

/**
 * npx tsx backup.ts --to FOLDER --artifacts FOLDER [--registry FOLDER] (--database postgres://... | --pglite FOLDER)
 *
 * An embedded database has one process: stop the server first.
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
if (!to || !artifacts || (!url && !folder)) {
  throw new Error('--to, --artifacts and one of --database and --pglite are needed');
}
const database = url ? { url } : { pglite: await PGlite.create(folder) };
const { files } = await backUp({ database, artifacts, registry }, to);
await database.pglite?.close();
console.log(`${Object.keys(files).length} files in ${to}`);
