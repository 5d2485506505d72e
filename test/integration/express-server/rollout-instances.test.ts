import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyFor, registerTimes } from '../../examples/express-server/rollout-fixture.js';
import { post, startServer, type TestServer } from '../../examples/express-server/server-fixture.js';
import {
  DATABASE_URL,
  describeWithPostgres,
  describeWithRedis,
  dropSchemas,
  REDIS_URL,
} from '../services.js';

const FORECAST = '/api/v1/forecast/categories?time_period=week';
const CLIENTS = 12;

interface Instances {
  readonly servers: TestServer[];
  readonly keys: string[];
  /** A change by the first instance. */
  change(path: string, init?: RequestInit): Promise<Response>;
  versionAt(instance: number, key: string): Promise<number>;
}

/** Two instances on one database and one folder of models, with two versions of which the first is in production. */
function twoInstances(environment: Record<string, string>): Instances {
  const schema = `test_rollout_${randomUUID().slice(0, 8)}`;
  const artifacts = mkdtempSync(join(tmpdir(), 'rollout-instances-'));
  const servers: TestServer[] = [];
  const keys: string[] = [];
  let admin: string;
  beforeAll(async () => {
    const common = { DATABASE_URL, DATABASE_SCHEMA: schema, REDIS_PREFIX: schema, ARTIFACT_DIR: artifacts };
    for (let i = 0; i < 2; i++) servers.push(await startServer({ ...common, ...environment }));
    const [first, second] = servers;
    for (const factor of [1, 2]) await registerTimes(first, factor);
    await first.composed.dependencies.models.registry.promote(1);
    await second.composed.dependencies.models.refresh();
    admin = await first.key('admin');
    for (let i = 0; i < CLIENTS; i++) keys.push(await first.key('merchant'));
  });
  afterAll(async () => {
    for (const server of servers) await server.close();
    rmSync(artifacts, { recursive: true, force: true });
    await dropSchemas(schema);
  });
  return {
    servers,
    keys,
    change: (path, init = { method: 'POST' }) => servers[0].send(`/api/v1/${path}`, { key: admin, ...init }),
    async versionAt(instance, key) {
      const { model_version } = await (await servers[instance].send('/api/v1/model', { key })).json();
      return Number(model_version.split('@')[1]);
    },
  };
}

describeWithPostgres('versions on two instances', () => {
  describeWithRedis('over one Redis', () => {
    const { servers, keys, change, versionAt } = twoInstances({ REDIS_URL });

    it('change under traffic without a failed request and without a mixed answer', async () => {
      const statuses = new Set<number>();
      /** Forecasts that were seen of each version. */
      const figures = new Map<string, Set<number>>();
      let answers = 0;
      let stopped = false;
      const client = async (key: string, i: number) => {
        while (!stopped) {
          const response = await servers[i % 2].send(FORECAST, { key });
          statuses.add(response.status);
          const { model_version, predictions } = await response.json();
          const seen = figures.get(model_version) ?? new Set();
          figures.set(model_version, seen.add(predictions[0].predicted_sales));
          answers++;
        }
      };
      const clients = keys.map(client);
      const more = async () => {
        const before = answers;
        await expect.poll(() => answers - before, { timeout: 20_000 }).toBeGreaterThan(100);
      };
      await more();
      for (const [path, version] of [
        ['model/versions/2/promote', 2],
        ['model/rollback', 1],
        ['model/versions/2/canary?share=0.5', undefined],
        ['model/versions/2/promote', 2],
      ] as const) {
        expect((await change(path)).status).toBe(200);
        if (version) expect(await versionAt(0, keys[0])).toBe(version);
        await expect
          .poll(() => servers[1].composed.dependencies.models.routing, { timeout: 20_000 })
          .toBe(servers[0].composed.dependencies.models.routing);
        for (const key of keys) expect(await versionAt(1, key)).toBe(await versionAt(0, key));
        await more();
      }
      stopped = true;
      await Promise.all(clients);
      expect(statuses).toEqual(new Set([200]));
      expect([...figures.keys()].map((version) => version.split('@')[1]).sort()).toEqual(['1', '2']);
      const [one, two] = [...figures.values()];
      expect([one.size, two.size]).toEqual([1, 1]);
      expect([...two][0] / [...one][0]).toBeCloseTo(2, 1);
    });

    it('add up their requests', async () => {
      const { models, rollout } = servers[0].composed.dependencies;
      await models.registry.rollback();
      await expect.poll(() => versionAt(1, keys[0]), { timeout: 20_000 }).toBe(1);
      for (const [i, server] of servers.entries()) {
        for (const key of keys.slice(0, 3 + i))
          expect((await server.send(FORECAST, { key })).status).toBe(200);
      }
      await servers[1].composed.dependencies.rollout.observe();
      await rollout.observe();
      // The last counts of before the rollback belong to the routes of then.
      expect(rollout.results().get(1)).toMatchObject({ requests: 7, failures: 0 });
    });

    it('lose their cached answers together, whichever version gave them', async () => {
      await change('model/versions/2/canary?share=0.5');
      await expect
        .poll(() => servers[1].composed.dependencies.models.registry.routes()?.split)
        .not.toBeNull();
      const generated = async (key: string) =>
        (await (await servers[1].send('/api/v1/forecast/top-products?time_period=week', { key })).json())
          .generated_at;
      const both = [await keyFor(servers[1], 1), await keyFor(servers[1], 2)];
      const before = await Promise.all(both.map(generated));
      expect((await change('cache/invalidate', post({}))).status).toBe(204);
      for (const [i, key] of both.entries()) {
        await expect.poll(() => generated(key), { timeout: 20_000 }).not.toBe(before[i]);
      }
    });
  });

  const { servers, keys, change, versionAt } = twoInstances({});

  it('are followed by looking where there is no Redis', async () => {
    servers[1].composed.dependencies.models.poll(1);
    expect((await change('model/versions/2/promote')).status).toBe(200);
    await expect.poll(() => versionAt(1, keys[0]), { timeout: 20_000 }).toBe(2);
  });
});
