import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../../../examples/express-server/logger.js';
import { keepCheckpoints } from '../../../examples/express-server/storage/checkpoints.js';
import { parseDay } from '../../../src/calendar/day.js';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { memoryDatabase } from '../../embedded-database.js';

const FIRST = parseDay('2024-03-04');

describe('the upkeep of an embedded database', () => {
  let database: PGlite;
  let storage: PostgresStorage;
  beforeAll(async () => {
    database = await memoryDatabase();
    storage = new PostgresStorage({ pglite: database, retentionDays: 10_000 });
    await storage.migrate();
  });
  afterAll(async () => {
    await storage.close();
    await database.close();
  });

  const rowsOf = (units: number) =>
    Array.from({ length: 2_000 }, (_, i) => ({
      day: FIRST + (i % 20),
      productId: `product-${Math.floor(i / 20)}`,
      category: 'Toys',
      units,
    }));
  /** Bytes of the log that a start after a crash would have to read. */
  async function logToRead(): Promise<number> {
    const { rows } = await database.query<{ bytes: number }>(
      'SELECT (pg_current_wal_lsn() - redo_lsn)::float8 AS bytes FROM pg_control_checkpoint()',
    );
    return rows[0].bytes;
  }
  async function sizeOfSales(): Promise<number> {
    const { rows } = await database.query<{ bytes: number }>(
      `SELECT pg_relation_size('sales_2024_03')::float8 AS bytes`,
    );
    return rows[0].bytes;
  }

  it('uses the space of rows that were replaced, and the log, again', async () => {
    await storage.write({ rows: rowsOf(1) });
    const sizes: number[] = [];
    for (let units = 2; units < 8; units++) {
      await storage.write({ rows: rowsOf(units), mode: 'replace' });
      expect(await logToRead()).toBeGreaterThan(100_000);
      await storage.maintain(FIRST + 20);
      expect(await logToRead()).toBeLessThan(50_000);
      sizes.push(await sizeOfSales());
    }
    expect(sizes.at(-1)).toBe(sizes[1]);
  });

  it('has a checkpoint from time to time, until the database is closed', async () => {
    await storage.write({ rows: rowsOf(9), mode: 'replace' });
    expect(await logToRead()).toBeGreaterThan(100_000);
    const end = keepCheckpoints(database, createLogger('silent'), 10);
    await expect.poll(logToRead).toBeLessThan(50_000);
    end();
  });
});
