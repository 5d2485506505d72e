import { afterAll, describe, it } from 'vitest';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { salesStorageChecks } from '../../../src/testing/check-sales-storage.js';
import { memoryDatabase } from '../../embedded-database.js';

describe('PostgresStorage on PGlite keeps the contract', async () => {
  const pglite = await memoryDatabase();
  afterAll(() => pglite.close());
  const schemas = new Map<unknown, string>();
  const open = (schema: string): PostgresStorage => {
    const storage = new PostgresStorage({ pglite, schema });
    schemas.set(storage, schema);
    return storage;
  };
  const make = async (): Promise<PostgresStorage> => {
    const storage = open(`test_${schemas.size}`);
    await storage.migrate();
    return storage;
  };
  for (const { name, run } of salesStorageChecks(make)) it(name, run);
});
