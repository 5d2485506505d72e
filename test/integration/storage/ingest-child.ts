import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { BATCHES, batchOf } from './ingest-batches.js';

/** Writes batches one after the other, and says so after each, until it is killed. */
const [target, schema, first] = process.argv.slice(2);
const storage = target.startsWith('postgres')
  ? new PostgresStorage({ pool: new pg.Pool({ connectionString: target }), schema, totals: 'manual' })
  : new PostgresStorage({ pglite: await PGlite.create(target), schema, totals: 'manual' });
await storage.migrate();
console.log('ready');
for (let batch = Number(first); batch < BATCHES; batch++) {
  await storage.write(batchOf(batch));
  console.log(`wrote ${batch}`);
}
// Nothing left to write: wait for the kill.
setInterval(() => undefined, 60_000);
