import type { PGlite } from '@electric-sql/pglite';
import type pg from 'pg';
import type { DatabaseOptions } from '../../../src/storage/postgres/open-database.js';
import { PostgresDocumentStore } from '../../../src/storage/postgres/postgres-document-store.js';

type Connection = { pool: pg.Pool } | { pglite: PGlite };

/** Makes states in schemas of their own, which `drop` removes. */
export function schemasOn(connection: Connection) {
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
