import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServerProcess, startProcess } from '../../examples/express-server/processes.js';
import {
  post,
  startServer,
  type TestServer,
  trainSmallMerchant,
} from '../../examples/express-server/server-fixture.js';
import { type OwnPostgres, ownPostgres } from '../../own-postgres.js';
import { describeWithOwnRedis, type OwnRedis, ownRedis } from '../cache/redis-servers.js';
import { describeWithService } from '../services.js';
import { describeWithOwnPostgres } from './describe-with-own-postgres.js';

const FORECAST = '/api/v1/forecast/top-products?time_period=week';

describeWithOwnPostgres('PostgreSQL stopped and restarted', () => {
  let postgres: OwnPostgres;
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    postgres = await ownPostgres();
    // Redis of the environment is not used: only a server that hears revocations keeps keys in memory.
    server = await startServer({ DATABASE_URL: postgres.url });
    await trainSmallMerchant(server);
    key = await server.key('admin');
  });
  afterAll(async () => {
    await server.close();
    await postgres.remove();
  });

  it('answers with 503 and no details while the database is down, and recovers', async () => {
    expect((await server.send(FORECAST, { key })).status).toBe(200);
    await postgres.stop();
    for (const path of [FORECAST, '/api/v1/sales/summary']) {
      const answer = await server.send(path, { key });
      const text = await answer.text();
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('5');
      expect(text).not.toMatch(/ECONN|postgres|SELECT|5432/i);
    }
    const ready = await (await server.send('/health/ready')).json();
    expect(ready).toMatchObject({ status: 'ready', checks: { database: 'failing' } });
    await postgres.start();
    expect((await server.send(FORECAST, { key })).status).toBe(200);
    const delivery = post({ records: [{ date: '2024-03-04', product_id: 'tea', units: 1 }] });
    expect((await server.send('/api/v1/sales', { key, ...delivery })).status).toBe(200);
  });
});

describeWithOwnPostgres('PostgreSQL stopped with Redis there', () => {
  describeWithOwnRedis('and keys in memory', () => {
    let postgres: OwnPostgres;
    let redis: OwnRedis;
    let server: TestServer;
    let key: string;
    beforeAll(async () => {
      [postgres, redis] = await Promise.all([ownPostgres(), ownRedis()]);
      server = await startServer({
        DATABASE_URL: postgres.url,
        REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      });
      await trainSmallMerchant(server);
      key = await server.key('merchant');
    });
    afterAll(async () => {
      await server.close();
      await Promise.all([postgres.remove(), redis.remove()]);
    });

    it('goes on answering forecasts', async () => {
      expect((await server.send(FORECAST, { key })).status).toBe(200);
      await postgres.stop();
      const statuses = await Promise.all(
        ['week', 'month', 'year'].map(
          async (period) =>
            (await server.send(`/api/v1/forecast/top-products?time_period=${period}`, { key })).status,
        ),
      );
      expect(statuses).toEqual([200, 200, 200]);
      await postgres.start();
    });

    it('goes on answering without Redis too, and counts and hears again when it is back', async () => {
      await redis.stop();
      const answers = await Promise.all(Array.from({ length: 20 }, () => server.send(FORECAST, { key })));
      expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
      expect((await (await server.send('/health/ready')).json()).checks.redis).toBe('failing');
      await redis.start();
      await expect
        .poll(async () => (await (await server.send('/health/ready')).json()).checks.redis)
        .toBe('ok');
      expect((await server.send(FORECAST, { key })).status).toBe(200);
    });
  });
});

describeWithOwnPostgres('a process that is killed', () => {
  let postgres: OwnPostgres;
  let directory: string;
  const servers: ServerProcess[] = [];
  beforeAll(async () => {
    postgres = await ownPostgres();
    directory = mkdtempSync(join(tmpdir(), 'killed-'));
  });
  afterAll(async () => {
    for (const server of servers) await server.end('SIGKILL');
    await postgres.remove();
    rmSync(directory, { recursive: true, force: true });
  });
  const start = async () => {
    const server = await startProcess({
      DATABASE_URL: postgres.url,
      DATA_DIR: directory,
      DEMO_DATA: 'true',
      MODEL: 'seasonal-trend',
    });
    servers.push(server);
    return server;
  };

  it('during an ingest loses and doubles nothing once the delivery is repeated', async () => {
    const first = await start();
    const key = first.key()!;
    const headers = { authorization: `Bearer ${key}` };
    const before = await (await fetch(`${first.url}/api/v1/sales/summary`, { headers })).json();
    const rows = 100_000;
    const lines = Array.from({ length: rows }, (_, i) => {
      const day = new Date(Date.UTC(2025, 0, 1 + (i % 500))).toISOString().slice(0, 10);
      return `${day},killed-${Math.floor(i / 500)},1`;
    });
    const csv = `date,product_id,units\n${lines.join('\n')}\n`;
    const deliver = (url: string) =>
      fetch(`${url}/api/v1/sales`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'text/csv', 'idempotency-key': 'killed' },
        body: csv,
      });
    const delivery = deliver(first.url).catch(() => 'cut off');
    const stored = async (url: string) =>
      (await (await fetch(`${url}/api/v1/sales/summary`, { headers })).json()).rows - before.rows;
    // In the middle of it, or just after it on a fast machine: a delivery is stored whole or not at all.
    await new Promise((resolve) => setTimeout(resolve, 400));
    await first.end('SIGKILL');
    await delivery;

    const second = await start();
    const found = await stored(second.url);
    expect([0, rows]).toContain(found);
    const report = await (await deliver(second.url)).json();
    expect(report.written).toBe(rows - found);
    expect(report.already_written).toBe(found);
    expect(await stored(second.url)).toBe(rows);
    await second.end('SIGTERM');
  });

  it('during a training leaves the old model in use, and the next training runs after the lease', async () => {
    const first = await start();
    const headers = { authorization: `Bearer ${servers[0].key()!}` };
    const model = async (url: string) =>
      (await (await fetch(`${url}/api/v1/model`, { headers })).json()).model_version;
    const old = await model(first.url);
    const train = (url: string) => fetch(`${url}/api/v1/model/train`, { method: 'POST', headers });
    expect((await train(first.url)).status).toBe(202);
    await first.end('SIGKILL');

    const second = await start();
    expect(await model(second.url)).toBe(old);
    expect((await train(second.url)).status).toBe(409);
    await expect
      .poll(async () => (await train(second.url)).status, { timeout: 120_000, interval: 2_000 })
      .toBe(202);
    const latest = async () =>
      (await fetch(`${second.url}/api/v1/model/trainings/latest`, { headers })).json();
    await expect.poll(async () => (await latest()).status, { timeout: 120_000 }).toBe('succeeded');
    expect(await second.end('SIGTERM')).toBe(0);
  }, 400_000);
});

const mountPoint = mkdtempSync(join(tmpdir(), 'small-disk-'));
const canMount = tryMount();

/** Writes until there is no space. */
function fillDisk(file: string): void {
  for (const size of [65_536, 4_096]) {
    try {
      for (;;) appendFileSync(file, new Uint8Array(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

function tryMount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mountPoint], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describeWithService('mount', canMount, 'run as root', 'a full disk', () => {
  let server: TestServer;
  beforeAll(async () => {
    const artifacts = join(mountPoint, 'artifacts');
    mkdirSync(artifacts);
    server = await startServer({ ARTIFACT_DIR: artifacts });
  });
  afterAll(async () => {
    await server.close();
    execFileSync('umount', [mountPoint]);
    rmSync(mountPoint, { recursive: true, force: true });
  });

  it('fails the training that cannot be stored, keeps the model in use, and heals with space', async () => {
    const { models, trainings } = server.composed.dependencies;
    await trainSmallMerchant(server);
    const inUse = models.production();
    expect(inUse?.version.version).toBe(1);

    const key = await server.key('admin');
    const delivery = post({
      records: [{ date: '2024-03-03', product_id: 'tea', category: 'Toys', units: 5 }],
    });
    expect((await server.send('/api/v1/sales', { key, ...delivery })).status).toBe(200);
    fillDisk(join(mountPoint, 'full'));
    await trainings.start();
    await trainings.settled();
    const failed = await (await server.send('/api/v1/model/trainings/latest', { key })).json();
    expect(failed).toMatchObject({ status: 'failed', failure: 'unavailable' });
    expect(models.production()).toBe(inUse);
    expect((await server.send(FORECAST, { key })).status).toBe(200);

    rmSync(join(mountPoint, 'full'));
    await trainings.start();
    await trainings.settled();
    await models.registry.promote(2);
    expect(models.production()!.model.snapshot.modelVersion).not.toBe(inUse!.model.snapshot.modelVersion);
  });
});

describe('a clock that jumps', () => {
  it('drops no sales, and limits and keys still work', async () => {
    let clock = Date.parse('2024-03-05T12:00:00Z');
    const server = await startServer({}, () => new Date(clock));
    try {
      await trainSmallMerchant(server);
      const key = await server.key('merchant');
      const { storage } = server.composed.dependencies.forecaster;
      const { rows } = await storage.summary();
      clock = Date.parse('2090-01-01T00:00:00Z');
      await server.composed.maintenance.run();
      expect((await storage.summary()).rows).toBe(rows);
      expect(server.log()).toContain('retention skipped');
      expect((await server.send(FORECAST, { key })).status).toBe(401);
      clock = Date.parse('2001-01-01T00:00:00Z');
      expect((await server.send(FORECAST, { key })).status).toBe(200);
      await server.composed.maintenance.run();
      expect((await storage.summary()).rows).toBe(rows);
      clock = Date.parse('2024-03-05T12:00:00Z');
      expect((await server.send(FORECAST, { key })).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
