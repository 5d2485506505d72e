import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CUTOFF, deliver, keyFor, registerTimes, START, trainUpTo } from './rollout-fixture.js';
import { startServer, type TestServer } from './server-fixture.js';

const FORECAST = '/api/v1/forecast/top-products?time_period=week';

async function status(server: TestServer) {
  const { production, split, log } = await server.composed.dependencies.models.registry.status();
  return {
    production,
    canary: split?.arms[0].version,
    action: log.at(-1)!.action,
    reason: log.at(-1)!.reason,
  };
}

describe('a training', () => {
  let server: TestServer;
  let key: string;
  beforeAll(async () => {
    server = await startServer({ CODE_VERSION: 'abc123', COUNTRY: 'US' });
    key = await server.key('admin');
  });
  afterAll(() => server.close());

  it('registers its model with lineage and metrics, and the first one goes into production', async () => {
    const training = await trainUpTo(server, START + 100, key);
    expect(training).toMatchObject({ status: 'succeeded', version: 1, decision: 'promoted' });
    expect(training.explanation).toBe('Version 1 is the first one and answers all requests.');
    expect(training.cause).toEqual({ code: 'first', values: {} });
    expect(server.log()).toContain(training.explanation);
    const { versions } = await (await server.send('/api/v1/model/versions', { key })).json();
    expect(versions[0]).toMatchObject({
      state: 'production',
      lineage: {
        data_fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/),
        first_day: '2023-10-01',
        last_day: '2024-01-09',
        model: { name: 'weekday-mean-4', options: { season: 7, cycles: 4, fallbackDays: 56 } },
        parts: { events: expect.stringMatching(/^[0-9a-f]{64}$/) },
        settings: { trainingDays: 1826, validationDays: 28 },
        code_version: 'abc123',
        seed: 0,
        parent: null,
      },
    });
    const model = await (await server.send('/api/v1/model', { key })).json();
    expect(model.model_version).toBe(training.model_version);
    const { wape, relative_wape } = versions[0].metrics;
    expect(wape).toBe(model.validation.categories.wape);
    expect(relative_wape).toBeGreaterThan(0);
  });

  it('on the same sales is kept and not put to use', async () => {
    const training = await trainUpTo(server, START + 100, key);
    expect(training).toMatchObject({ version: 2, decision: 'archived' });
    expect(training.explanation).toMatch(
      /^Version 2 is kept and not put to use: .*It can be promoted by hand\.$/,
    );
    expect(await status(server)).toMatchObject({ production: 1, action: 'archived' });
  });

  it('on later sales becomes the canary, for the version in production has aged', async () => {
    const training = await trainUpTo(server, CUTOFF, key);
    expect(training).toMatchObject({ version: 3, decision: 'canary-started' });
    expect(training.explanation).toMatch(/^Version 3 answers 10 % of the keys .* 19 days of sales less\.$/);
    expect(await status(server)).toMatchObject({ production: 1, canary: 3 });
  });

  it('stays a candidate while another one is tried', async () => {
    const training = await trainUpTo(server, CUTOFF, key);
    expect(training).toMatchObject({ version: 4, decision: 'none' });
    expect(training.explanation).toMatch(/^Version 4 stays a candidate/);
    expect(await status(server)).toMatchObject({ production: 1, canary: 3 });
  });

  it('is judged once nothing else is tried, unless a later one came', async () => {
    const before = await (await server.send('/api/v1/model/trainings/latest', { key })).json();
    expect(await trainUpTo(server, CUTOFF, key)).toMatchObject({ version: 5, decision: 'none' });
    const { rollout, models } = server.composed.dependencies;
    await rollout.observe();
    expect(await status(server)).toMatchObject({ production: 1, canary: 3 });
    // What nobody will judge any more is not kept until the canary ends.
    const { versions } = await models.registry.status();
    expect(versions.map(({ state }) => state)).toEqual([
      'production',
      'archived',
      'canary',
      'archived',
      'candidate',
    ]);

    await server.send('/api/v1/model/split/stop', { key, method: 'POST', body: '{}' });
    await Promise.all([rollout.observe(), rollout.observe()]);
    expect(await status(server)).toMatchObject({ production: 1, canary: 5 });
    const training = await (await server.send('/api/v1/model/trainings/latest', { key })).json();
    expect(training).toMatchObject({ version: 5, decision: 'canary-started' });
    expect(training.explanation).toMatch(/^Version 5 answers 10 % of the keys/);
    const earlier = await (await server.send(`/api/v1/model/trainings/${before.id}`, { key })).json();
    expect(earlier).toMatchObject({ version: 4, decision: 'archived' });
    expect((await models.registry.status()).versions.map(({ state }) => state)).toEqual([
      'production',
      'archived',
      'archived',
      'archived',
      'canary',
    ]);
  });
});

describe('a server without canaries', () => {
  it('promotes a better model at once', async () => {
    const server = await startServer({ CANARY_SHARE: '0' });
    try {
      const key = await server.key('admin');
      await trainUpTo(server, START + 100, key);
      const training = await trainUpTo(server, CUTOFF, key);
      expect(training).toMatchObject({
        version: 2,
        decision: 'promoted',
        model_version: expect.stringMatching(/@2$/),
      });
      expect(await status(server)).toMatchObject({ production: 2, canary: undefined });
    } finally {
      await server.close();
    }
  });
});

describe('live results', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
    for (const factor of [3, 1, 1.02]) await registerTimes(server, factor);
    await server.composed.dependencies.models.registry.promote(1);
  });
  afterAll(() => server.close());
  afterEach(() => vi.restoreAllMocks());

  const observe = async () => {
    await server.composed.dependencies.rollout.observe();
    return status(server);
  };
  const tryOut = (version: number) =>
    server.composed.dependencies.models.registry.startCanary(version, { share: 0.5 });
  /** Asks as somebody whom the running split gives to a version. */
  const ask = async (version: number, times: number) => {
    const key = await keyFor(server, version);
    const answers = await Promise.all(Array.from({ length: times }, () => server.send(FORECAST, { key })));
    return new Set(answers.map((answer) => answer.status));
  };

  it('put a canary into production that does better, once there are days and requests enough', async () => {
    await tryOut(2);
    expect(await ask(2, 100)).toEqual(new Set([200]));
    expect((await observe()).canary).toBe(2);
    // Of three days the last one may not be complete; two are too few.
    await deliver(server, 3);
    expect((await observe()).canary).toBe(2);
    await deliver(server, 4);
    expect(await observe()).toMatchObject({ production: 2, canary: undefined, action: 'promoted' });
  });

  it('are shown by version and arm', async () => {
    await observe();
    const key = await server.key('admin');
    const metrics = await (await server.send('/metrics', { key })).text();
    const error = (version: number, arm: string) =>
      Number(
        new RegExp(`^model_live_error_ratio\\{version="${version}",arm="${arm}"\\} (.*)$`, 'm').exec(
          metrics,
        )?.[1],
      );
    expect(error(1, 'previous')).toBeGreaterThan(1);
    expect(error(2, 'production')).toBeLessThan(1);
    expect(metrics).toMatch(/^model_live_days 3$/m);
    expect(metrics).toMatch(
      /^forecast_accuracy_over_time_ratio\{version="[^"]+@2",horizon="7",measure="accuracy"\}/m,
    );
    const { versions } = await (await server.send('/api/v1/model/versions', { key })).json();
    expect(versions[1].live).toMatchObject({ days: 3, wape: error(2, 'production') });
  });

  it('take back a version that does worse than the one before', async () => {
    await server.composed.dependencies.models.registry.promote(1, { reason: 'by mistake' });
    expect(await observe()).toMatchObject({ production: 2, action: 'rolled-back' });
    expect((await status(server)).reason).toMatch(/^live-error/);
  });

  it('stop a canary that does worse', async () => {
    await tryOut(1);
    expect(await observe()).toMatchObject({ production: 2, canary: undefined, action: 'split-stopped' });
  });

  it('stop a canary whose requests fail, and no other one fails', async () => {
    await tryOut(3);
    const { model } = server.composed.dependencies.models.registry.routes()!.arms[0].handle;
    vi.spyOn(model.forecaster, 'topProducts').mockRejectedValue(new Error('broken'));
    expect(await ask(2, 100)).toEqual(new Set([200]));
    expect(await ask(3, 100)).toEqual(new Set([500]));
    expect(await observe()).toMatchObject({ production: 2, canary: undefined, action: 'split-stopped' });
    expect((await status(server)).reason).toMatch(/^failure-rate/);
  });
});
