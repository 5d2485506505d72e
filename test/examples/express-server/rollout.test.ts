import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stableFraction } from '../../../src/registry/stable-hash.js';
import { idOf, keyFor, registerTimes } from './rollout-fixture.js';
import { post, startServer, type TestServer } from './server-fixture.js';

const directory = mkdtempSync(join(tmpdir(), 'rollout-'));
const environment = { DATA_DIR: directory, JWT_SECRET: 'a secret for tests with 32 characters or more' };
let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await startServer(environment);
  admin = await server.key('admin');
  for (const factor of [1, 3]) await registerTimes(server, factor);
});
afterAll(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function json(path: string, init: RequestInit & { readonly key?: string } = {}) {
  const response = await server.send(path, { key: admin, ...init });
  return { status: response.status, body: await response.json() };
}
const change = (path: string) => json(`/api/v1/model/${path}`, { method: 'POST' });
const versionOf = (text: string) => Number(/@(\d+)$/.exec(text)![1]);
const versionFor = async (key: string) =>
  versionOf((await json('/api/v1/model', { key })).body.model_version);
describe('versions', () => {
  it('answer nothing before one is promoted', async () => {
    expect((await json('/api/v1/model')).status).toBe(503);
    expect((await change('rollback')).body).toMatchObject({ status: 409, code: 'conflict' });
    expect((await change('versions/2/canary')).status).toBe(409);
    expect((await change('versions/9/promote')).body).toMatchObject({ status: 404, code: 'not-found' });
    const { body } = await json('/api/v1/model/versions');
    expect(body.routes).toEqual({ routing: 0, production: null, rollback_to: null, split: null });
    expect(
      body.versions.map(({ version, state }: { version: number; state: string }) => [version, state]),
    ).toEqual([
      [2, 'candidate'],
      [1, 'candidate'],
    ]);
  });

  it('are promoted, and taken back in one call; the log says by whom', async () => {
    expect((await change('versions/1/promote')).body).toMatchObject({ production: 1, rollback_to: null });
    expect(await versionFor(admin)).toBe(1);
    const promoted = await change(`versions/2/promote?reason=${encodeURIComponent('looks better')}`);
    expect(promoted.body).toMatchObject({ production: 2, rollback_to: 1 });
    expect(await versionFor(admin)).toBe(2);
    expect((await change('rollback')).body).toMatchObject({ production: 1, rollback_to: null });
    expect(await versionFor(admin)).toBe(1);
    const { log, versions } = (await json('/api/v1/model/versions')).body;
    expect(log.slice(0, 2)).toMatchObject([
      { action: 'rolled-back', version: 1, reason: `by hand (key ${idOf(admin)})` },
      { action: 'promoted', version: 2, reason: `looks better (key ${idOf(admin)})` },
    ]);
    expect(versions[0]).toMatchObject({
      version: 2,
      state: 'archived',
      lineage: { data_fingerprint: 'times 3' },
    });
  });

  it('are changed by one of two who decide on the same routes', async () => {
    const { routing } = (await json('/api/v1/model/versions')).body.routes;
    const answers = await Promise.all(
      [`versions/2/promote?if_routing=${routing}`, `versions/2/canary?if_routing=${routing}`].map(change),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('conflict');
    expect((await change(`rollback?if_routing=${routing}`)).status).toBe(409);
    await change('versions/1/promote');
  });
});

describe('a canary', () => {
  beforeAll(async () => {
    const { status, body } = await change('versions/2/canary?share=0.3');
    expect(status).toBe(200);
    expect(body.split).toMatchObject({ kind: 'canary', arms: [{ name: 'canary', version: 2, share: 0.3 }] });
  });

  it('gets its share of the keys, always the same ones', async () => {
    const { models } = server.composed.dependencies;
    const { id } = models.registry.routes()!.split!;
    const keys = Array.from({ length: 20_000 }, (_, i) => i.toString(16).padStart(16, '0'));
    const routed = keys.filter((key) => models.route(key).version.version === 2);
    expect(routed).toEqual(keys.filter((key) => stableFraction(key, id) < 0.3));
    expect(Math.abs(routed.length / keys.length - 0.3)).toBeLessThan(0.015);
    for (let i = 0; i < 20; i++) {
      const key = await server.key('analyst');
      const expected = stableFraction(idOf(key), id) < 0.3 ? 2 : 1;
      for (let again = 0; again < 2; again++) expect(await versionFor(key)).toBe(expected);
    }
  });

  it('answers all questions of its keys, and of their tokens, and no other', async () => {
    const questions = async (key: string) => {
      const category = (await json('/api/v1/model', { key })).body.categories[0];
      const top = await json('/api/v1/forecast/top-products?time_period=week', { key });
      const all = await json('/api/v1/forecast/categories?time_period=month', { key });
      const trends = await json(`/api/v1/forecast/trends/${encodeURIComponent(category)}?days=10`, { key });
      const predict = await json('/api/v1/forecast/predict', { key, ...post({ time_period: 'year' }) });
      expect(versionOf(all.body.model_version)).toBe(versionOf(predict.body.model_version));
      return {
        version: versionOf(all.body.model_version),
        figures: [
          top.body.products[0].predicted_sales,
          all.body.predictions[0].predicted_sales,
          predict.body.predictions[0].predicted_sales,
          trends.body.forecast_data[0].sales,
        ],
      };
    };
    const [usual, tried] = [
      await questions(await keyFor(server, 1)),
      await questions(await keyFor(server, 2)),
    ];
    expect([usual.version, tried.version]).toEqual([1, 2]);
    for (const [i, figure] of tried.figures.entries()) expect(figure / usual.figures[i]).toBeCloseTo(3, 1);
    const key = await keyFor(server, 2);
    const token = (await json('/api/v1/auth/token', { key, method: 'POST' })).body.access_token;
    expect((await questions(token)).version).toBe(2);
  });

  it('counts requests by version and arm', async () => {
    const text = await (await server.send('/metrics', { key: admin })).text();
    expect(text).toMatch(/^model_requests_total\{version="2",arm="canary",outcome="answered"\} [1-9]/m);
    expect(text).toMatch(/^model_traffic_share_ratio\{version="2",arm="canary"\} 0\.3$/m);
    expect(text).toMatch(/^model_traffic_share_ratio\{version="1",arm="production"\} 0\.7$/m);
    const { routing } = (await json('/api/v1/model/versions')).body.routes;
    expect(text).toContain(`\nmodel_routing_number ${routing}\n`);
  });

  it('is the same after a restart', async () => {
    const keys = [await keyFor(server, 1), await keyFor(server, 2)];
    await server.close();
    server = await startServer(environment);
    await server.composed.dependencies.models.refresh();
    expect(await Promise.all(keys.map(versionFor))).toEqual([1, 2]);
  });

  it('keeps its keys when it grows, and gives them back when it is stopped', async () => {
    const key = await keyFor(server, 2);
    expect((await change('versions/2/canary?share=0.9')).body.split.arms[0].share).toBe(0.9);
    expect(await versionFor(key)).toBe(2);
    expect((await change('split/stop')).body.split).toBeNull();
    expect(await versionFor(key)).toBe(1);
  });

  it('may be one of several arms of an experiment', async () => {
    const { version } = await registerTimes(server, 2);
    const arms = [
      { name: 'threefold', version: 2, share: 0.4 },
      { name: 'twofold', version, share: 0.4 },
    ];
    const start = (body: unknown) => json('/api/v1/model/experiment', post(body));
    expect((await start({ arms: [{ ...arms[0], share: 2 }] })).body).toMatchObject({
      code: 'invalid-option',
    });
    expect((await start({ arms })).body.split).toMatchObject({ kind: 'experiment', arms });
    for (const wanted of [1, 2, version]) expect(await versionFor(await keyFor(server, wanted))).toBe(wanted);
    expect((await change(`versions/${version}/canary`)).status).toBe(409);
    await change('split/stop');
  });
});
