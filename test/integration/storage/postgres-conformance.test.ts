import { it } from 'vitest';
import type { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { salesStorageChecks } from '../../../src/testing/check-sales-storage.js';
import { describeWithPostgres } from '../services.js';
import { postgresFixture } from './postgres-fixture.js';

describeWithPostgres('PostgresStorage on PostgreSQL keeps the contract', () => {
  const { make, open, schemaOf } = postgresFixture();
  const checks = salesStorageChecks(() => make(), {
    reopen: async (storage) => open(schemaOf(storage as PostgresStorage)),
  });
  for (const { name, run } of checks) it(name, run);
});
