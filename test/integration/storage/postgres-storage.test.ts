import type { PostgresPool } from 'kysely';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import type { DailySale } from '../../../src/storage/contract.js';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { DATABASE_URL, describeWithPostgres } from '../services.js';
import { newSchema, postgresFixture } from './postgres-fixture.js';

const MONDAY = parseDay('2024-03-04');

function salesOf(products: number, days: number, units = 1): DailySale[] {
  return Array.from({ length: products * days }, (_, i) => ({
    day: MONDAY + (i % days),
    productId: `product-${Math.floor(i / days)}`,
    category: `category-${Math.floor(i / days) % 3}`,
    units,
    revenue: 2 * units,
  }));
}

async function countRows(storage: PostgresStorage): Promise<number> {
  let rows = 0;
  for await (const chunk of storage.read()) rows += chunk.length;
  return rows;
}

/** A pool whose connection is cut, as by the end of its process, in place of its n-th statement. */
function dyingPool(pool: pg.Pool, statement: number): PostgresPool {
  let count = 0;
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as (...given: unknown[]) => Promise<unknown>;
    client.query = ((...given: unknown[]) => {
      if (++count === statement) {
        (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      }
      return query(...given);
    }) as typeof client.query;
  });
  return pool;
}

describeWithPostgres('PostgresStorage', () => {
  const { pool, make, open, schemaOf } = postgresFixture();
  const ownPools: pg.Pool[] = [];
  const ownPool = (options: pg.PoolConfig): pg.Pool => {
    const own = new pg.Pool({ connectionString: DATABASE_URL, ...options });
    ownPools.push(own);
    return own;
  };
  afterAll(() => Promise.all(ownPools.map((own) => own.end())));

  const partitionsOf = async (storage: PostgresStorage): Promise<string[]> => {
    const { rows } = await pool.query(
      `SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
       WHERE nspname = $1 AND relkind = 'r' AND relname ~ '^sales_[0-9]' ORDER BY 1`,
      [schemaOf(storage)],
    );
    return rows.map((row) => row.relname);
  };

  it('migrates once, also when processes start together', async () => {
    const schema = newSchema();
    const storages = Array.from({ length: 4 }, () => open(schema));
    const runs = await Promise.all(storages.map((storage) => storage.migrate()));
    expect(runs.flat()).toEqual([
      '0001_sales',
      '0002_daily_category_totals',
      '0003_deliveries',
      '0004_removals',
      '0005_positions',
    ]);
    expect(await storages[0].migrate()).toEqual([]);
  });

  it('is migrated whole by the next process after one that was killed, wherever it was', async () => {
    const schema = newSchema();
    const killed: number[] = [];
    for (let statement = 1; ; statement += 7) {
      const storage = open(schema, { pool: dyingPool(ownPool({ max: 1 }), statement) });
      const outcome = await storage.migrate().catch((error: { code?: string }) => error.code);
      if (outcome !== 'unavailable') {
        expect(outcome).toHaveLength(5);
        break;
      }
      killed.push(statement);
      // What the killed process had run is rolled back with its connection.
      const { rows } = await pool.query('SELECT FROM pg_tables WHERE schemaname = $1 AND tablename ~ $2', [
        schema,
        '^sales',
      ]);
      expect(rows).toHaveLength(0);
    }
    expect(killed.length).toBeGreaterThan(4);
    const storage = open(schema);
    await storage.write({ rows: salesOf(2, 2) });
    expect(await countRows(storage)).toBe(4);
  });

  it('refuses a database of a newer version', async () => {
    const storage = await make();
    await pool.query(
      `INSERT INTO ${schemaOf(storage)}.commerce_forecast_migrations VALUES ('9999_future', '2999-01-01')`,
    );
    await expect(storage.migrate()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('says what to do before the first migration', async () => {
    const storage = open(newSchema());
    await expect(storage.summary()).rejects.toMatchObject({
      code: 'unavailable',
      hint: expect.stringContaining('migrate'),
    });
  });

  it.each(['', 'a b', 'pg_x', 'x"; DROP SCHEMA public', 'x'.repeat(41)])(
    'refuses the schema name %j',
    (schema) => {
      expect(() => new PostgresStorage({ pool, schema })).toThrow(
        expect.objectContaining({ code: 'invalid-option' }),
      );
    },
  );

  it('has the documented indexes on every partition', async () => {
    const storage = await make();
    await storage.write({ rows: salesOf(1, 1) });
    const { rows } = await pool.query(
      `SELECT indexdef FROM pg_indexes WHERE schemaname = $1 AND tablename = 'sales_2024_03'`,
      [schemaOf(storage)],
    );
    const columns = rows.map((row) => /\((.*)\)/.exec(row.indexdef)![1]).sort();
    expect(columns).toEqual(['category, day', 'day', 'product_id, location, day']);
  });

  it('creates partitions ahead and drops those that the retention lets go', async () => {
    const storage = await make({ retentionDays: 100, monthsAhead: 2 });
    await storage.write({ rows: salesOf(2, 150) });
    expect(await partitionsOf(storage)).toEqual([
      'sales_2024_03',
      'sales_2024_04',
      'sales_2024_05',
      'sales_2024_06',
      'sales_2024_07',
    ]);
    // 2024-03-04 + 150 days: the day before is July 31st. From it 100 days back is April 22nd.
    expect(await storage.maintain(parseDay('2024-07-31'))).toBe(2 * (parseDay('2024-04-22') - MONDAY));
    expect(await partitionsOf(storage)).toEqual([
      'sales_2024_04',
      'sales_2024_05',
      'sales_2024_06',
      'sales_2024_07',
      'sales_2024_08',
      'sales_2024_09',
    ]);
    expect((await storage.summary()).firstDay).toBe(parseDay('2024-04-22'));
  });

  it('creates the partition of yesterday on the first of a month', async () => {
    const storage = await make({ monthsAhead: 1 });
    await storage.maintain(parseDay('2024-08-02'));
    expect(await partitionsOf(storage)).toEqual(['sales_2024_08', 'sales_2024_09']);
    await storage.maintain(parseDay('2024-08-01'));
    expect(await partitionsOf(storage)).toEqual(['sales_2024_07', 'sales_2024_08', 'sales_2024_09']);
  });

  it('keeps other days when it is told to, also of the log of removals', async () => {
    const storage = await make({ retentionDays: 100 });
    await storage.write({ rows: salesOf(2, 150) });
    const today = parseDay('2024-07-31');
    const product = { productIds: ['product-0'] };
    await storage.delete({ ...product, from: today, to: today }, { reason: 'a test' });
    expect(await storage.maintain(today, { retentionDays: 120 })).toBe(2 * (parseDay('2024-04-02') - MONDAY));
    expect(await storage.removals(10)).toHaveLength(1);
    // The removal was today, whatever day that is.
    const now = Math.floor(Date.now() / 86_400_000);
    await storage.maintain(now, { retentionDays: 10_000, removalDays: 1 });
    expect(await storage.removals(10)).toHaveLength(1);
    await storage.maintain(now + 2, { retentionDays: 10_000, removalDays: 1 });
    expect(await storage.removals(10)).toEqual([]);
    expect((await storage.summary()).firstDay).toBe(parseDay('2024-04-02'));
    for (const wrong of [{ retentionDays: 0 }, { retentionDays: 1.5 }, { removalDays: -1 }, { days: 3 }]) {
      await expect(storage.maintain(today, wrong as never)).rejects.toMatchObject({ code: 'invalid-option' });
    }
  });

  it('writes to a month that another process has dropped', async () => {
    const storage = await make();
    const other = open(schemaOf(storage));
    await storage.write({ rows: salesOf(1, 10) });
    expect(await other.deleteBefore(MONDAY + 100)).toBe(10);
    expect((await storage.write({ rows: salesOf(1, 10) })).written).toBe(10);
    expect(await countRows(storage)).toBe(10);
  });

  it('drops months while a reader is open, without disturbing it', async () => {
    const storage = await make();
    await storage.write({ rows: salesOf(100, 90) });
    let rows = 0;
    let removing: Promise<number> | undefined;
    for await (const chunk of storage.read()) {
      removing ??= storage.deleteBefore(MONDAY + 1_000);
      // A new reader is not held up by the removal that waits for this one.
      await storage.summary();
      rows += chunk.length;
    }
    expect(rows).toBe(9_000);
    expect(await removing).toBe(9_000);
    expect(await countRows(storage)).toBe(0);
  });

  it('refreshes the daily totals after a write', async () => {
    const storage = await make();
    await storage.write({ rows: salesOf(6, 3, 5) });
    await storage.refreshDailyTotals();
    const totals = await storage.dailyTotals({ categories: ['category-1'], from: MONDAY + 1 });
    expect(totals).toEqual(
      [MONDAY + 1, MONDAY + 2].map((day) => ({
        day,
        category: 'category-1',
        units: 10,
        revenue: 20,
        rows: 2,
      })),
    );
    await storage.write({ rows: salesOf(6, 3, 1) });
    await storage.close();
    expect((await open(schemaOf(storage)).dailyTotals({ to: MONDAY }))[0].units).toBe(12);
  });

  it('lets readers of the totals go on during a refresh', async () => {
    const storage = await make({ totals: 'manual' });
    await storage.write({ rows: salesOf(6, 3) });
    await storage.refreshDailyTotals();
    const reader = await pool.connect();
    try {
      await reader.query('BEGIN');
      await reader.query(`SELECT count(*) FROM ${schemaOf(storage)}.daily_category_totals`);
      // The open transaction holds its lock on the view all the while: a refresh that needs it alone would wait.
      await storage.write({ rows: salesOf(6, 3) });
      await storage.refreshDailyTotals();
      expect((await storage.dailyTotals())[0].units).toBe(4);
    } finally {
      await reader.query('ROLLBACK');
      reader.release();
    }
  });

  it('fails clearly when all connections are in use, and recovers', async () => {
    const base = await make();
    const small = ownPool({ max: 2 });
    for (const limits of [
      { pool: small, maxConnections: 2 },
      { pool: small, maxConnections: 100 },
    ]) {
      const storage = new PostgresStorage({ schema: schemaOf(base), acquireTimeoutMs: 150, ...limits });
      const held = [await small.connect(), await small.connect()];
      await expect(storage.summary()).rejects.toMatchObject({
        code: 'limit-exceeded',
        message: expect.stringContaining('150 ms'),
      });
      for (const client of held) client.release();
      expect((await storage.summary()).rows).toBe(0);
    }
    const narrow = new PostgresStorage({
      pool,
      schema: schemaOf(base),
      acquireTimeoutMs: 150,
      maxConnections: 1,
    });
    await base.write({ rows: salesOf(100, 90) });
    for await (const chunk of narrow.read()) {
      expect(chunk.length).toBeGreaterThan(0);
      await expect(narrow.summary()).rejects.toMatchObject({ code: 'limit-exceeded' });
    }
    expect((await narrow.summary()).rows).toBe(9_000);
  });

  it('gives a connection back after a reading to its end, and ends one that stands in the middle of an answer', async () => {
    const own = ownPool({ max: 1 });
    const base = await make();
    await base.write({ rows: salesOf(300, 90) });
    const storage = new PostgresStorage({ pool: own, schema: schemaOf(base), totals: 'manual' });
    const pidOf = async () => (await own.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
    const first = await pidOf();
    let rows = 0;
    // Slower than the server, which has to wait.
    for await (const { length } of storage.readColumns()) {
      rows += length;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(rows).toBe(27_000);
    expect(await pidOf()).toBe(first);
    for await (const { length } of storage.readColumns()) if (length > 0) break;
    expect(await pidOf()).not.toBe(first);
    expect(await countRows(storage)).toBe(27_000);
  });

  it('reads through a cursor with clients that cannot copy', async () => {
    const base = await make();
    await base.write({ rows: salesOf(20, 30) });
    const plain = {
      connect: async () => {
        const client = await pool.connect();
        return {
          query: (text: string, parameters: unknown[]) => client.query(text, parameters),
          release: () => client.release(),
        };
      },
      end: async () => undefined,
    } as unknown as PostgresPool;
    const storage = new PostgresStorage({ pool: plain, schema: schemaOf(base), totals: 'manual' });
    const rowsIn = async (one: PostgresStorage) => {
      const rows: DailySale[] = [];
      for await (const chunk of one.read({ from: MONDAY + 3 })) rows.push(...chunk);
      return rows;
    };
    expect(await rowsIn(storage)).toEqual(await rowsIn(base));
    expect((await rowsIn(base)).length).toBeGreaterThan(100);
  });

  it('survives connections that the server ends, in use and idle', async () => {
    const application = newSchema();
    const own = ownPool({ application_name: application, max: 3 });
    const base = await make();
    // Long texts, some 30 MB: more than the buffers of a connection hold, so that the server has not sent all when it ends it.
    const [location, category] = ['茶'.repeat(400), '茶'.repeat(400)];
    const rows = salesOf(100, 90).map((row) => ({ ...row, location, category }));
    await base.write({ rows: rows.map((row) => ({ ...row, productId: row.productId.padEnd(300, '茶') })) });
    const storage = new PostgresStorage({ pool: own, schema: schemaOf(base), totals: 'manual' });
    const endAll = () =>
      pool.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
        application,
      ]);
    const reading = (async () => {
      for await (const chunk of storage.read()) if (chunk.length > 0) await endAll();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'unavailable' });
    expect(await countRows(storage)).toBe(9_000);
    await endAll();
    await expect.poll(() => own.idleCount).toBe(0);
    expect(await countRows(storage)).toBe(9_000);
    expect((await storage.write({ id: 'after', rows: salesOf(1, 1) })).written).toBe(1);
  });

  it('reads from the replica, writes to the primary, and reads from the primary while the replica is gone', async () => {
    const primaryName = newSchema();
    const replicaName = newSchema();
    const primary = ownPool({ application_name: primaryName });
    const replica = ownPool({ application_name: replicaName });
    let reads = 0;
    let writes = 0;
    replica.on('acquire', () => reads++);
    primary.on('acquire', () => writes++);
    const base = await make();
    const schema = schemaOf(base);
    const storage = new PostgresStorage({ primary, replica, schema, totals: 'manual' });
    await storage.write({ rows: salesOf(2, 5) });
    expect([reads, writes > 0]).toEqual([0, true]);
    writes = 0;
    expect(await countRows(storage)).toBe(10);
    expect((await storage.summary()).rows).toBe(10);
    await storage.dailyTotals();
    expect([reads, writes]).toEqual([3, 0]);

    const gone = ownPool({ connectionString: 'postgres://postgres@127.0.0.1:9/test' });
    const withoutReplica = new PostgresStorage({ primary, replica: gone, schema });
    expect(await countRows(withoutReplica)).toBe(10);
    expect((await withoutReplica.summary()).rows).toBe(10);
    const unreachable = new PostgresStorage({ pool: gone, schema });
    await expect(unreachable.write({ rows: salesOf(1, 1) })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('listens once to the errors of a pool that many storages share', () => {
    const shared = ownPool({});
    for (let i = 0; i < 20; i++) new PostgresStorage({ pool: shared, schema: `tenant_${i}` });
    expect(shared.listenerCount('error')).toBe(1);
  });

  it('refuses calls after it was closed, and leaves the pool open', async () => {
    const storage = await make();
    await storage.close();
    await expect(storage.summary()).rejects.toMatchObject({ code: 'unavailable' });
    await expect(storage.write({ rows: [] })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(countRows(storage)).rejects.toMatchObject({ code: 'unavailable' });
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
