import { PGlite } from '@electric-sql/pglite';
import { afterAll, describe, expect, it } from 'vitest';
import { PostgresDocumentStore } from '../../../src/storage/postgres/postgres-document-store.js';
import { documentStoreChecks } from '../../../src/testing/check-document-store.js';
import { schemasOn } from './document-store-schemas.js';

describe('PostgresDocumentStore on PGlite', async () => {
  const pglite = await PGlite.create();
  afterAll(() => pglite.close());
  const { make, reopen } = schemasOn({ pglite });
  it.each(documentStoreChecks(make, { reopen }))('$name', ({ run }) => run());

  it('refuses a schema name that is none', () => {
    expect(() => new PostgresDocumentStore({ pglite, schema: 'a"; DROP' })).toThrow(
      expect.objectContaining({ code: 'invalid-option' }),
    );
  });
});
