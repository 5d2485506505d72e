import type { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { MemoryArtifactStore } from '../../../src/storage/memory/memory-artifact-store.js';
import type { DatabaseOptions } from '../../../src/storage/postgres/open-database.js';
import { PostgresDocumentStore } from '../../../src/storage/postgres/postgres-document-store.js';
import { documentStoreChecks } from '../../../src/testing/check-document-store.js';
import { memoryDatabase } from '../../embedded-database.js';
import { makeRegistry, registerVersions } from '../../registry/registry-fixtures.js';
import { DATABASE_URL, describeWithPostgres } from '../services.js';

type Connection = { pool: pg.Pool } | { pglite: PGlite };

/** Makes states in schemas of their own, which `drop` removes. */
function schemasOn(connection: Connection) {
  const client: { query(statement: string): Promise<unknown> } =
    'pool' in connection ? connection.pool : connection.pglite;
  const schemas = new Map<unknown, string>();
  const open = (schema: string): PostgresDocumentStore => {
    const state = new PostgresDocumentStore({ ...connection, schema } as DatabaseOptions);
    schemas.set(state, schema);
    return state;
  };
  const make = async (): Promise<PostgresDocumentStore> => {
    const state = open(`registry_${process.pid}_${schemas.size}`);
    await client.query(`CREATE SCHEMA ${schemas.get(state)}`);
    await state.migrate();
    return state;
  };
  const drop = async () => {
    for (const schema of new Set(schemas.values())) await client.query(`DROP SCHEMA ${schema} CASCADE`);
  };
  return { make, drop, reopen: async (state: unknown) => open(schemas.get(state)!) };
}

describe('PostgresDocumentStore on PGlite', async () => {
  const pglite = await memoryDatabase();
  afterAll(() => pglite.close());
  const { make, reopen } = schemasOn({ pglite });
  it.each(documentStoreChecks(make, { reopen }))('$name', ({ run }) => run());
});

describeWithPostgres('PostgresDocumentStore on PostgreSQL', () => {
  const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 }).setMaxListeners(100);
  const { make, reopen, drop } = schemasOn({ pool });
  afterAll(async () => {
    await drop();
    await pool.end();
  });
  it.each(documentStoreChecks(make, { reopen }))('$name', ({ run }) => run());

  it('migrates once for processes that start together', async () => {
    const state = await make();
    const others = await Promise.all(Array.from({ length: 5 }, () => reopen(state)));
    await Promise.all(others.map((other) => other.migrate()));
    expect(await state.names()).toEqual([]);
  });

  it('lets one of two promoters in different processes win', async () => {
    const state = await make();
    const artifacts = new MemoryArtifactStore();
    const here = makeRegistry({ artifacts, state });
    const there = makeRegistry({ artifacts, state: await reopen(state) });
    await registerVersions(here, 3);
    await here.promote(1);
    const results = await Promise.allSettled([here.promote(2), there.promote(3)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'conflict' },
    });
    await Promise.all([here.refresh(), there.refresh()]);
    expect(here.route('a').id).toBe(there.route('a').id);
  });

  it('says what to do while its table is missing', async () => {
    const state = new PostgresDocumentStore({ pool, schema: 'no_such_schema' });
    await expect(state.read('retail')).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringMatching(/migrate/),
    });
  });

  it('is unavailable while the server is', async () => {
    const dead = new pg.Pool({ host: '127.0.0.1', port: 1 });
    const state = new PostgresDocumentStore({ pool: dead });
    await expect(state.read('retail')).rejects.toMatchObject({ code: 'unavailable' });
    await dead.end();
  });

  it('refuses an invalid schema name', () => {
    expect(() => new PostgresDocumentStore({ pool, schema: 'a"; DROP' })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
