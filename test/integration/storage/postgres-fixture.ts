import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll } from 'vitest';
import { PostgresStorage, type PostgresStorageOptions } from '../../../src/storage/postgres/index.js';
import { DATABASE_URL } from '../services.js';

/** Storages in schemas of their own over one pool; all schemas are dropped after the tests of the file. */
export function postgresFixture(max = 20) {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max });
  const schemas = new Map<PostgresStorage, string>();
  afterAll(async () => {
    for (const schema of new Set(schemas.values()))
      await pool.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    await pool.end();
  });
  const open = (schema: string, options: Partial<PostgresStorageOptions> = {}): PostgresStorage => {
    const storage = new PostgresStorage({ pool, schema, ...options });
    schemas.set(storage, schema);
    return storage;
  };
  return {
    pool,
    open,
    schemaOf: (storage: PostgresStorage): string => schemas.get(storage)!,
    make: async (options: Partial<PostgresStorageOptions> = {}): Promise<PostgresStorage> => {
      const storage = open(newSchema(), options);
      await storage.migrate();
      return storage;
    },
  };
}

export function newSchema(): string {
  return `test_storage_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
}
