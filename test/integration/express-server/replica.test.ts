import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PostgresStorage } from '../../../src/storage/postgres/index.js';
import { post, startServer, type TestServer } from '../../examples/express-server/server-fixture.js';
import { type OwnPostgres, ownPostgres, ownReplica } from '../../own-postgres.js';
import { describeWithOwnPostgres } from './describe-with-own-postgres.js';

const CATCH_UP = { timeout: 20_000, interval: 50 };
const sale = (productId: string) => ({ day: 19_783, productId, category: 'Drinks', units: 1 });

async function withClient<T>({ url }: OwnPostgres, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Holds up what a standby replays, once it has replayed all that its primary has written so far. */
async function pauseReplay(replica: OwnPostgres, primary: OwnPostgres): Promise<void> {
  const written = await withClient(primary, (client) => client.query('SELECT pg_current_wal_lsn() AS lsn'));
  await withClient(replica, async (client) => {
    const behind = async () =>
      (
        await client.query('SELECT pg_wal_lsn_diff($1, pg_last_wal_replay_lsn())::int AS bytes', [
          written.rows[0].lsn,
        ])
      ).rows[0].bytes;
    await expect.poll(behind, CATCH_UP).toBeLessThanOrEqual(0);
    await client.query('SELECT pg_wal_replay_pause()');
    const state = async () =>
      (await client.query('SELECT pg_get_wal_replay_pause_state() AS state')).rows[0].state;
    await expect.poll(state, CATCH_UP).toBe('paused');
  });
}

async function resumeReplay(replica: OwnPostgres): Promise<void> {
  await withClient(replica, (client) => client.query('SELECT pg_wal_replay_resume()'));
}

describeWithOwnPostgres('a streaming replica', () => {
  let primary: OwnPostgres;
  let replica: OwnPostgres;
  beforeAll(async () => {
    primary = await ownPostgres();
    replica = await ownReplica(primary);
  });
  afterAll(async () => {
    await replica.remove();
    await primary.remove();
  });

  it('of a storage serves the reads, with its lag, and the primary does while it is away', async () => {
    const pools = [primary, replica].map(({ url }) => new pg.Pool({ connectionString: url, max: 4 }));
    const storage = new PostgresStorage({ primary: pools[0], replica: pools[1], schema: 'routed' });
    const readProducts = async () => {
      const products: string[] = [];
      for await (const rows of storage.read()) products.push(...rows.map((row) => row.productId));
      return products;
    };
    try {
      await storage.migrate();
      await storage.write({ id: 'first', rows: [sale('a')] });
      // The write asks for totals in the background; the replica must have them before it is held up.
      await storage.refreshDailyTotals();
      await expect.poll(readProducts, CATCH_UP).toEqual(['a']);

      await pauseReplay(replica, primary);
      await storage.write({ id: 'second', rows: [sale('b')] });
      await storage.refreshDailyTotals();
      expect(await readProducts()).toEqual(['a']);
      expect((await storage.summary()).rows).toBe(1);
      expect((await storage.dailyTotals())[0].rows).toBe(1);
      await resumeReplay(replica);
      await expect.poll(readProducts, CATCH_UP).toEqual(['a', 'b']);

      await replica.stop();
      await storage.write({ id: 'third', rows: [sale('c')] });
      await storage.refreshDailyTotals();
      expect(await readProducts()).toEqual(['a', 'b', 'c']);
      expect((await storage.summary()).rows).toBe(3);
      expect((await storage.dailyTotals())[0].rows).toBe(3);

      await replica.start();
      await expect.poll(readProducts, CATCH_UP).toEqual(['a', 'b', 'c']);
      await pauseReplay(replica, primary);
      await storage.write({ id: 'fourth', rows: [sale('d')] });
      expect(await readProducts()).toEqual(['a', 'b', 'c']);
      await resumeReplay(replica);
      await expect.poll(readProducts, CATCH_UP).toEqual(['a', 'b', 'c', 'd']);
    } finally {
      await storage.close();
      await Promise.all(pools.map((pool) => pool.end()));
    }
  });

  it('of a server answers for the sales, and the server goes on without it', async () => {
    let server: TestServer | undefined;
    try {
      server = await startServer({ DATABASE_URL: primary.url, DATABASE_REPLICA_URL: replica.url });
      const key = await server.key('admin');
      const deliver = async (product_id: string) => {
        const delivery = post({ records: [{ date: '2024-03-04', product_id, units: 1 }] });
        expect((await server!.send('/api/v1/sales', { key, ...delivery })).status).toBe(200);
      };
      const rows = async () => (await (await server!.send('/api/v1/sales/summary', { key })).json()).rows;
      await deliver('a');
      await expect.poll(rows, CATCH_UP).toBe(1);
      await pauseReplay(replica, primary);
      await deliver('b');
      expect(await rows()).toBe(1);
      await replica.stop();
      expect(await rows()).toBe(2);
      await replica.start();
      await expect.poll(rows, CATCH_UP).toBe(2);
    } finally {
      await server?.close();
    }
  });
});
