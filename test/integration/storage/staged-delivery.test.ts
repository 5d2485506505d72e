import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DailySale } from '../../../src/storage/contract.js';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { memoryDatabase } from '../../embedded-database.js';

const chunk = (first: number): DailySale[] =>
  Array.from({ length: 3_000 }, (_, i) => ({
    day: 19_700 + (i % 30),
    productId: `p${first + i}`,
    category: 'all',
    units: 1,
  }));

describe('a delivery that waits in the staging table', () => {
  let pglite: PGlite;
  let storage: PostgresStorage;
  beforeAll(async () => {
    pglite = await memoryDatabase();
    storage = new PostgresStorage({ pglite, totals: 'manual' });
    await storage.migrate();
  });
  afterAll(() => pglite.close());

  const count = async (table: string) => {
    const { rows } = await pglite.query<{ rows: number }>(`SELECT count(*)::integer AS rows FROM ${table}`);
    return rows[0].rows;
  };

  it('is refused whole if the database lost a part of it, as a crash empties an unlogged table', async () => {
    async function* rows() {
      yield chunk(0);
      yield chunk(3_000);
      yield chunk(6_000);
      await pglite.query('TRUNCATE sales_staging');
      yield chunk(9_000);
    }
    await expect(storage.write({ id: 'crashed', rows: rows() })).rejects.toMatchObject({
      code: 'unavailable',
      message: '9000 rows of the delivery were lost',
    });
    expect([await count('sales'), await count('sales_batches')]).toEqual([0, 0]);
  });

  it('leaves nothing there, neither when it was stored nor when it failed', async () => {
    async function* rows(fails: boolean) {
      yield chunk(0);
      yield chunk(3_000);
      yield chunk(6_000);
      if (fails) throw new Error('cut');
    }
    await storage.write({ rows: rows(false) });
    await storage.write({ rows: rows(true) }).catch(() => undefined);
    await expect.poll(() => count('sales_staging')).toBe(0);
    expect(await count('sales')).toBe(9_000);
  });

  it('is removed by the daily chore if its process was killed a day ago', async () => {
    for (const hours of [23, 25]) {
      await pglite.query(
        `INSERT INTO sales_staging (delivery, staged_at, day, product_id, location, category, units)
         VALUES (gen_random_uuid(), now() - $1::interval, '2024-01-01', 'p', '', 'all', 1)`,
        [`${hours} hours`],
      );
    }
    await storage.maintain(19_800);
    expect(await count('sales_staging')).toBe(1);
  });
});
