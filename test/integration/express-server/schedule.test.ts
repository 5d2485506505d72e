import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatDay } from 'commerce-forecast';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startProcess } from '../../examples/express-server/processes.js';
import {
  DATABASE_URL,
  describeWithPostgres,
  describeWithRedis,
  dropSchemas,
  REDIS_URL,
} from '../services.js';

const directory = mkdtempSync(join(tmpdir(), 'schedule-'));
const servers: ServerProcess[] = [];
afterAll(async () => {
  for (const server of servers) await server.end('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

async function start(environment: Record<string, string>) {
  const server = await startProcess({ DATA_DIR: join(directory, randomUUID()), ...environment });
  servers.push(server);
  const headers = { authorization: `Bearer ${server.key()}` };
  const ask = async (path: string) => (await fetch(`${server.url}/api/v1${path}`, { headers })).json();
  return { server, ask };
}

describe('a server alone, on its embedded database', () => {
  it('collects the sales of the night and trains on them by itself', async () => {
    const sales = join(directory, 'sales');
    mkdirSync(sales);
    const yesterday = Math.floor(Date.now() / 86_400_000) - 1;
    for (const day of [yesterday, yesterday + 1]) {
      const csv = `date,productId,category,units\n${formatDay(yesterday)},night-owl,Birds,7\n`;
      writeFileSync(join(sales, `${formatDay(day)}.csv`), csv);
    }
    const { server, ask } = await start({
      SALES_DIR: sales,
      COLLECTION_CRON: '*/2 * * * * *',
      TRAINING_CRON: '*/3 * * * * *',
    });
    const versions = async () => (await ask('/model/versions')).versions;
    await expect.poll(async () => (await ask('/sales/summary')).categories).toContain('Birds');
    await expect.poll(async () => (await versions()).length, { timeout: 120_000 }).toBeGreaterThan(1);
    const { status } = await ask('/model/trainings/latest');
    expect(['running', 'succeeded']).toContain(status);
    expect(await server.end('SIGTERM')).toBe(0);
  });
});

describeWithPostgres('a cluster of processes', () => {
  describeWithRedis('with one database', () => {
    it('has its chores done, by one of the processes', async () => {
      const name = `test_chores_${randomUUID().slice(0, 8)}`;
      const { server, ask } = await start({
        DATABASE_URL,
        REDIS_URL,
        DATABASE_SCHEMA: name,
        REDIS_PREFIX: name,
        CLUSTER_WORKERS: '2',
        DEMO_DATA: 'true',
        RETENTION_DAYS: '60',
      });
      const before = Math.floor(Date.now() / 86_400_000) - 120;
      await expect
        .poll(async () => Date.parse((await ask('/sales/summary')).first_day) / 86_400_000)
        .toBeGreaterThan(before);
      // The log is written once a second.
      await expect.poll(() => server.output()).toContain('beyond the retention');
      expect(server.output().match(/beyond the retention/g)).toHaveLength(1);
      await server.end('SIGTERM');
      await dropSchemas(name);
    });
  });
});

describeWithPostgres('a database that a newer server has used', () => {
  it('is refused with what to do', async () => {
    const name = `test_newer_${randomUUID().slice(0, 8)}`;
    const client = new pg.Client({ connectionString: DATABASE_URL });
    await client.connect();
    await client.query(`CREATE SCHEMA ${name}`);
    await client.query(`CREATE TABLE ${name}.server_tables (version integer PRIMARY KEY)`);
    await client.query(`INSERT INTO ${name}.server_tables VALUES (1000)`);
    const message = await start({ DATABASE_URL, DATABASE_SCHEMA: name }).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(message).toMatch(/tables of the server are of version 1000.*\n.*newer one/);
    expect(message).not.toContain('    at ');
    await client.query(`DROP SCHEMA ${name} CASCADE`);
    await client.end();
  });

  it('is refused when newer tables of sales are in it, too', async () => {
    const name = `test_newer_${randomUUID().slice(0, 8)}`;
    const { server } = await start({ DATABASE_URL, DATABASE_SCHEMA: name, DEMO_DATA: 'true' });
    await server.end('SIGTERM');
    const client = new pg.Client({ connectionString: DATABASE_URL });
    await client.connect();
    await client.query(
      `INSERT INTO ${name}.commerce_forecast_migrations VALUES ('9999_of_tomorrow', now()::text)`,
    );
    const message = await start({ DATABASE_URL, DATABASE_SCHEMA: name }).then(
      () => 'started',
      (error: Error) => error.message,
    );
    expect(message).toMatch(/does not fit this version.*9999_of_tomorrow.*\n.*newer one/);
    expect(message).not.toContain('    at ');
    await client.query(`DROP SCHEMA ${name} CASCADE`);
    await client.end();
  });
});
