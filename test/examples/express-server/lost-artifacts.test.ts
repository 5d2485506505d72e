import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatDay } from 'commerce-forecast';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { post, startServer, type TestServer, trainSmallMerchant } from './server-fixture.js';

const FORECAST = '/api/v1/forecast/top-products?time_period=week';

/** Deletes the content of an artifact, as a disk or an operator may. */
async function lose({ composed, directory }: TestServer, version: number): Promise<void> {
  const { artifact } = await composed.dependencies.models.registry.get(version);
  rmSync(join(directory, 'artifacts', 'objects', artifact.sha256), { recursive: true });
}

describe('a server whose version in production is lost', () => {
  let before: TestServer;
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    before = await startServer();
    await trainSmallMerchant(before);
    const { forecaster, trainings, models } = before.composed.dependencies;
    await forecaster.ingest([{ date: '2024-03-03', productId: 'tea', category: 'Tea', units: 3 }]);
    await trainings.start();
    await trainings.settled();
    await models.registry.promote(2);
    await lose(before, 2);
    await before.composed.close();
    server = await startServer({ DATA_DIR: before.directory });
    await server.composed.dependencies.models.refresh();
    key = await server.key('admin');
  });
  afterAll(async () => {
    await server.close();
    rmSync(before.directory, { recursive: true, force: true });
  });

  it('answers with the version before, and says so in health, metrics and log', async () => {
    const answer = await server.send(FORECAST, { key });
    expect(answer.status).toBe(200);
    expect((await answer.json()).model_version).toMatch(/@1$/);
    const ready = await server.send('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      checks: { model: 'degraded' },
      model: { unloadable: [2], answering: 1 },
    });
    expect(await (await server.send('/metrics', { key })).text()).toContain('model_unloadable_versions 1');
    expect(server.log()).toContain('lost or damaged');
  });

  it('heals with the next training', async () => {
    const run = await (await server.send('/api/v1/model/train', { key, method: 'POST' })).json();
    await server.composed.dependencies.trainings.settled();
    const done = await (await server.send(`/api/v1/model/trainings/${run.id}`, { key })).json();
    expect(done).toMatchObject({ status: 'succeeded', decision: 'promoted' });
    expect(done.explanation).toContain('version 2 is lost or damaged');
    const ready = await (await server.send('/health/ready')).json();
    expect(ready).toMatchObject({ checks: { model: 'ok' } });
  });
});

describe('a record dated in the future', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it('is left out and reported, and nothing of it is stored', async () => {
    const key = await server.key('admin');
    const today = Math.floor(Date.now() / 86_400_000);
    const records = [today - 1, today, today + 400].map((day) => ({
      date: formatDay(day),
      product_id: 'tea',
      units: 1,
    }));
    const report = await (await server.send('/api/v1/sales', { key, ...post({ records }) })).json();
    expect(report).toMatchObject({ accepted: 2, rejected: 1, findings: [{ code: 'future-day', count: 1 }] });
    const summary = await (await server.send('/api/v1/sales/summary', { key })).json();
    expect(summary.last_day).toBe(formatDay(today));
  });
});
