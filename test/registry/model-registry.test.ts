import { describe, expect, it, vi } from 'vitest';
import { ForecastError } from '../../src/errors.js';
import type { ModelLineage } from '../../src/registry/model-version.js';
import type { RegistryChange } from '../../src/registry/registry-document.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';
import {
  contentOf,
  lineage,
  loadModel,
  makeRegistry,
  registerVersions,
  statesOf,
} from './registry-fixtures.js';

const keys = Array.from({ length: 20_000 }, (_, i) => `merchant-${i}`);

/** Two processes on the same stores. */
function twoProcesses() {
  const shared = { artifacts: new MemoryArtifactStore(), state: new MemoryDocumentStore() };
  return [makeRegistry(shared), makeRegistry(shared)] as const;
}

describe('register', () => {
  it('numbers versions, keeps their lineage and makes them candidates', async () => {
    const registry = makeRegistry();
    const first = await registry.register(contentOf(5), { lineage, metrics: { wape: 0.1 } });
    expect(first).toMatchObject({ version: 1, state: 'candidate', lineage, metrics: { wape: 0.1 } });
    expect(first.registeredAt).toBe('2024-03-04T00:00:00.000Z');
    const child = await registry.register(contentOf(6), { lineage: { ...lineage, parent: 1 } });
    expect(child).toMatchObject({ version: 2, lineage: { parent: 1 } });
    expect(await registry.get(1)).toEqual(first);
    expect(await registry.load(2)).toEqual({ units: 6 });
  });

  it('may be repeated: the same content, lineage and metrics are one version', async () => {
    const registry = makeRegistry();
    const about = { lineage, metrics: { wape: 0.1 } };
    const [a, b] = await Promise.all([
      registry.register(contentOf(5), about),
      registry.register(contentOf(5), about),
    ]);
    expect([a.version, b.version]).toEqual([1, 1]);
    const reseeded = await registry.register(contentOf(5), { ...about, lineage: { ...lineage, seed: 8 } });
    expect(reseeded.version).toBe(2);
  });

  it('gives concurrent registrations different versions', async () => {
    const processes = twoProcesses();
    const registered = await Promise.all(
      Array.from({ length: 20 }, (_, i) => processes[i % 2].register(contentOf(i), { lineage })),
    );
    expect(registered.map(({ version }) => version).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    for (const [i, { version }] of registered.entries()) {
      expect(await processes[0].load(version)).toEqual({ units: i });
    }
  });

  it.each([
    ['metrics', { lineage, metrics: { wape: Number.NaN } }],
    ['metrics', { lineage, metrics: { wape: Number.POSITIVE_INFINITY } }],
    ['lineage', { lineage: { ...lineage, dataFingerprint: '' } }],
    ['lineage', { lineage: { ...lineage, seed: Number.NaN } }],
    ['lineage', { lineage: { ...lineage, settings: { run: () => 1 } } }],
    ['lineage', { lineage: { ...lineage, model: { name: 'ensemble', options: { weight: 10n } } } }],
    ['lineage', { lineage: { ...lineage, packageVersion: undefined } as unknown as ModelLineage }],
  ])('refuses wrong %s (case %#) and stays usable', async (part, about) => {
    const registry = makeRegistry();
    await expect(registry.register(contentOf(1), about)).rejects.toMatchObject({ code: 'invalid-data' });
    await registry
      .register(contentOf(1), about)
      .catch((error: ForecastError) => expect(error.path[0]).toBe(part));
    expect((await registry.register(contentOf(1), { lineage })).version).toBe(1);
  });

  it('refuses a parent that is not registered', async () => {
    const registered = makeRegistry().register(contentOf(1), { lineage: { ...lineage, parent: 9 } });
    await expect(registered).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('promote', () => {
  it('routes all keys to the version and archives the one before', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 2);
    await registry.promote(1);
    expect(registry.route('a')).toMatchObject({ arm: 'production', id: 'retail@1', model: { units: 1 } });
    await registry.promote(2);
    expect(await statesOf(registry)).toEqual(['archived', 'production']);
    expect(new Set(keys.map((key) => registry.route(key).model.units))).toEqual(new Set([2]));
  });

  it('of two promoters one wins and the other gets a conflict', async () => {
    const processes = twoProcesses();
    await registerVersions(processes[0], 3);
    await processes[0].promote(1);
    const results = await Promise.allSettled([processes[0].promote(2), processes[1].promote(3)]);
    const won = results.findIndex(({ status }) => status === 'fulfilled');
    expect(results[1 - won]).toMatchObject({ status: 'rejected', reason: { code: 'conflict' } });
    const { production, previous } = await processes[0].status();
    expect({ production, previous }).toEqual({ production: won + 2, previous: [1] });
  });

  it('of twenty promoters one wins, and concurrent registrations do not interfere', async () => {
    const processes = twoProcesses();
    await registerVersions(processes[0], 21);
    await processes[0].promote(1);
    const promotions = Array.from({ length: 20 }, (_, i) => processes[i % 2].promote(i + 2));
    const registrations = Array.from({ length: 5 }, (_, i) =>
      processes[1].register(contentOf(100 + i), { lineage }),
    );
    const results = await Promise.allSettled(promotions);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await Promise.all(registrations)).length).toBe(5);
    expect((await statesOf(processes[0])).filter((state) => state === 'production')).toHaveLength(1);
  });

  it('of the same version may be repeated', async () => {
    const processes = twoProcesses();
    await registerVersions(processes[0], 1);
    await Promise.all([processes[0].promote(1), processes[1].promote(1)]);
    await processes[1].promote(1);
    expect(await processes[0].status()).toMatchObject({ production: 1, previous: [], routing: 1 });
  });

  it('is refused when the decision was made for another routing', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 3);
    const { routing } = await registry.promote(1);
    await registry.promote(2, { ifRouting: routing });
    await expect(registry.promote(3, { ifRouting: routing })).rejects.toMatchObject({ code: 'conflict' });
    expect((await registry.status()).production).toBe(2);
  });

  it('never promotes a version that cannot be loaded', async () => {
    const load = (content: Uint8Array) => {
      const model = loadModel(content);
      if (model.units === 2) throw new ForecastError('invalid-model', 'This model is broken');
      return model;
    };
    const registry = makeRegistry({ load });
    await registerVersions(registry, 2);
    await registry.promote(1);
    await expect(registry.promote(2)).rejects.toMatchObject({ code: 'invalid-model' });
    await expect(registry.startCanary(2)).rejects.toMatchObject({ code: 'invalid-model' });
    expect(await registry.status()).toMatchObject({ production: 1, split: null, routing: 1 });
    expect(registry.route('a').model.units).toBe(1);
  });

  it('does not route before anything is in production', async () => {
    const registry = makeRegistry();
    expect(() => registry.route('a')).toThrow(expect.objectContaining({ code: 'not-trained' }));
    expect(await registry.refresh()).toBeUndefined();
    await expect(registry.promote(1)).rejects.toMatchObject({ code: 'not-found', path: ['version', 1] });
  });
});

describe('refresh', () => {
  it('follows the changes of another process', async () => {
    const [here, there] = twoProcesses();
    await registerVersions(here, 2);
    await here.promote(1);
    await there.refresh();
    expect(there.route('a').id).toBe('retail@1');
    await here.promote(2);
    expect(there.route('a').id).toBe('retail@1');
    await there.refresh();
    expect(there.route('a').id).toBe('retail@2');
  });

  it('shows requests the old routes until everything of the new ones is loaded', async () => {
    const shared = { artifacts: new MemoryArtifactStore(), state: new MemoryDocumentStore() };
    const gates = new Map<number, () => void>();
    const slow = makeRegistry({
      ...shared,
      load: (content, { version }) =>
        new Promise((resolve) => {
          gates.set(version, () => resolve(loadModel(content)));
        }),
    });
    const here = makeRegistry(shared);
    await registerVersions(here, 3);
    await here.promote(1);
    const first = slow.refresh();
    await vi.waitFor(() => gates.get(1)!());
    await first;
    await here.promote(2);
    await here.startCanary(3, { share: 0.5 });
    const second = slow.refresh();
    await vi.waitFor(() => gates.get(2)!());
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(new Set(keys.map((key) => slow.route(key).id))).toEqual(new Set(['retail@1']));
    const held = slow.route('a');
    gates.get(3)!();
    await second;
    expect(new Set(keys.map((key) => slow.route(key).id))).toEqual(new Set(['retail@2', 'retail@3']));
    expect(held.model.units).toBe(1);
    expect(Object.isFrozen(held)).toBe(true);
  });

  it('keeps the old routes when the new version cannot be loaded', async () => {
    const shared = { artifacts: new MemoryArtifactStore(), state: new MemoryDocumentStore() };
    let broken = true;
    const there = makeRegistry({
      ...shared,
      load: (content, { version }) => {
        if (version === 2 && broken) throw new ForecastError('unavailable', 'No memory');
        return loadModel(content);
      },
    });
    const here = makeRegistry(shared);
    await registerVersions(here, 2);
    await here.promote(1);
    await there.refresh();
    await here.promote(2);
    await expect(there.refresh()).rejects.toMatchObject({ code: 'unavailable' });
    expect(there.route('a').id).toBe('retail@1');
    broken = false;
    await there.refresh();
    expect(there.route('a').id).toBe('retail@2');
  });

  it('lets an earlier version answer in the place of one that is lost, and returns to it', async () => {
    const artifacts = new MemoryArtifactStore();
    const state = new MemoryDocumentStore();
    const here = makeRegistry({ artifacts, state });
    await registerVersions(here, 3);
    for (const version of [1, 2, 3]) await here.promote(version);
    await here.startCanary(1, { share: 0.5 });
    const lost = new Set([3, 2]);
    const get = artifacts.get.bind(artifacts);
    const damaged = new ForecastError('invalid-data', 'Damaged');
    artifacts.get = async (name, version) => {
      if (lost.has(version ?? 0)) throw damaged;
      return get(name, version);
    };
    const there = makeRegistry({ artifacts, state });
    const routes = await there.refresh();
    expect(routes?.unloadable).toEqual([{ version: 3, error: damaged }]);
    expect(there.route('a')).toMatchObject({
      id: 'retail@1',
      arm: expect.stringMatching(/canary|production/),
    });
    expect(routes?.production.version.version).toBe(1);
    // The same routes as long as nothing has changed.
    expect(await there.refresh()).toBe(routes);
    lost.delete(3);
    const healed = await there.refresh();
    expect(healed).toMatchObject({ unloadable: [], production: { id: 'retail@3' } });
    // Who has it in memory answers with it.
    lost.add(3);
    expect(here.routes()?.production.id).toBe('retail@3');
  });

  it('leaves the keys of a lost canary to production', async () => {
    const artifacts = new MemoryArtifactStore();
    const state = new MemoryDocumentStore();
    const here = makeRegistry({ artifacts, state });
    await registerVersions(here, 2);
    await here.promote(1);
    await here.startCanary(2, { share: 1 });
    await artifacts.delete('models/retail', 2);
    const there = makeRegistry({ artifacts, state });
    expect((await there.refresh())?.unloadable.map(({ version }) => version)).toEqual([2]);
    expect(there.route('a').id).toBe('retail@1');
  });

  it('rejects when every version is lost', async () => {
    const artifacts = new MemoryArtifactStore();
    const state = new MemoryDocumentStore();
    const here = makeRegistry({ artifacts, state });
    await registerVersions(here, 2);
    await here.promote(2);
    for (const version of [1, 2]) await artifacts.delete('models/retail', version);
    await expect(makeRegistry({ artifacts, state }).refresh()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('registers content again whose first copy is lost', async () => {
    const artifacts = new MemoryArtifactStore();
    const registry = makeRegistry({ artifacts });
    await registerVersions(registry, 1);
    await artifacts.delete('models/retail', 1);
    await registerVersions(registry, 1);
    await registerVersions(registry, 1);
    expect((await registry.status()).versions.map(({ artifact }) => artifact.version)).toEqual([1, 2]);
    expect(await registry.load(2)).toEqual({ units: 1 });
  });

  it('gives every request a whole model while versions are swapped under load', async () => {
    const shared = { artifacts: new MemoryArtifactStore(), state: new MemoryDocumentStore() };
    const load = async (content: Uint8Array) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return loadModel(content);
    };
    const writer = makeRegistry(shared);
    const reader = makeRegistry({ ...shared, load });
    await registerVersions(writer, 12);
    await writer.promote(1);
    await reader.refresh();
    let swapping = true;
    let requests = 0;
    const served = new Set<string>();
    const serve = async () => {
      while (swapping) {
        const handle = reader.route(keys[requests++ % keys.length]);
        await new Promise((resolve) => setTimeout(resolve, 0));
        expect(handle.model.units).toBe(handle.version.version);
        served.add(handle.id);
      }
    };
    const clients = Array.from({ length: 8 }, serve);
    for (let version = 2; version <= 12; version++) {
      await writer.startCanary(version, { share: 0.5 });
      await reader.refresh();
      await writer.promote(version);
      await reader.refresh();
    }
    swapping = false;
    await Promise.all(clients);
    expect(served.size).toBeGreaterThan(5);
    expect(reader.route('a').id).toBe('retail@12');
  });

  it('does not return to an older state when refreshes overtake each other', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 2);
    await registry.promote(1);
    await Promise.all([registry.refresh(), registry.promote(2), registry.refresh()]);
    expect(registry.route('a').id).toBe('retail@2');
  });
});

describe('canary', () => {
  it('gets 10 % of the keys by default, always the same ones', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 2);
    await registry.promote(1);
    await registry.startCanary(2);
    expect(await statesOf(registry)).toEqual(['production', 'canary']);
    const onCanary = keys.filter((key) => registry.route(key).arm === 'canary');
    // Binomial(20000, 0.1): five standard deviations are 212.
    expect(Math.abs(onCanary.length - 2_000)).toBeLessThan(212);
    expect(keys.filter((key) => registry.route(key).arm === 'canary')).toEqual(onCanary);
  });

  it('keeps its keys when its share grows', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 2);
    await registry.promote(1);
    await registry.startCanary(2, { share: 0.1 });
    const before = keys.filter((key) => registry.route(key).arm === 'canary');
    await registry.startCanary(2, { share: 0.3 });
    const after = new Set(keys.filter((key) => registry.route(key).arm === 'canary'));
    expect(before.every((key) => after.has(key))).toBe(true);
    expect(Math.abs(after.size - 6_000)).toBeLessThan(325);
  });

  it('becomes production, or is stopped and archived', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 3);
    await registry.promote(1);
    await registry.startCanary(2);
    await registry.stopSplit({ reason: 'worse' });
    expect(await statesOf(registry)).toEqual(['production', 'archived', 'candidate']);
    expect(new Set(keys.map((key) => registry.route(key).id))).toEqual(new Set(['retail@1']));
    await registry.startCanary(3);
    await registry.promote(3);
    expect(await statesOf(registry)).toEqual(['archived', 'archived', 'production']);
    expect(await registry.status()).toMatchObject({ split: null, previous: [1] });
  });

  it.each([0, -0.1, 1.1, Number.NaN])('refuses a share of %d', async (share) => {
    const registry = makeRegistry();
    await registerVersions(registry, 2);
    await registry.promote(1);
    await expect(registry.startCanary(2, { share })).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('needs a production version, and no second canary', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 3);
    await expect(registry.startCanary(1)).rejects.toMatchObject({ code: 'conflict' });
    await registry.promote(1);
    await expect(registry.startCanary(1)).rejects.toMatchObject({ code: 'conflict' });
    await registry.startCanary(2);
    await expect(registry.startCanary(3)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('experiment', () => {
  it('shares the keys as asked and leaves the rest to production', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 3);
    await registry.promote(1);
    await registry.startExperiment([
      { name: 'a', version: 2, share: 0.25 },
      { name: 'b', version: 3, share: 0.5 },
    ]);
    const counts: Record<string, number> = { production: 0, a: 0, b: 0 };
    for (const key of keys) counts[registry.route(key).arm]++;
    const expected = { production: 5_000, a: 5_000, b: 10_000 };
    const chiSquared = Object.entries(expected).reduce(
      (sum, [arm, count]) => sum + (counts[arm] - count) ** 2 / count,
      0,
    );
    // scipy.stats.chi2.ppf(0.9995, df=2)
    expect(chiSquared).toBeLessThan(15.202);
    expect(registry.route('x').model.units).toBe({ production: 1, a: 2, b: 3 }[registry.route('x').arm]);
  });

  it.each([
    ['no arms', []],
    [
      'shares above 1',
      [
        { name: 'a', version: 2, share: 0.6 },
        { name: 'b', version: 3, share: 0.6 },
      ],
    ],
    [
      'two arms of one name',
      [
        { name: 'a', version: 2, share: 0.1 },
        { name: 'a', version: 3, share: 0.1 },
      ],
    ],
    ['the name of the rest', [{ name: 'production', version: 2, share: 0.1 }]],
  ])('refuses %s', async (_what, arms) => {
    const registry = makeRegistry();
    await registerVersions(registry, 3);
    await registry.promote(1);
    await expect(registry.startExperiment(arms)).rejects.toMatchObject({ code: 'invalid-option' });
  });

  it('refuses a version in two arms', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 2);
    await registry.promote(1);
    const arms = ['a', 'b'].map((name) => ({ name, version: 2, share: 0.1 }));
    await expect(registry.startExperiment(arms)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('rollback', () => {
  it('returns to the version before in one call, and further back by another', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 4);
    for (const version of [1, 2, 3]) await registry.promote(version);
    await registry.startCanary(4);
    await registry.rollback({ reason: 'live error' });
    expect(registry.route('a').id).toBe('retail@2');
    expect(await statesOf(registry)).toEqual(['archived', 'production', 'archived', 'archived']);
    await registry.rollback();
    expect(registry.route('a').id).toBe('retail@1');
    await expect(registry.rollback()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('goes to each version of before once, and never to the one that was left', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 3);
    for (const version of [1, 2, 3, 1]) await registry.promote(version);
    expect((await registry.status()).previous).toEqual([2, 3]);
    const routes: string[] = [];
    for (let i = 0; i < 2; i++) {
      await registry.rollback();
      routes.push(registry.route('a').id);
    }
    expect(routes).toEqual(['retail@3', 'retail@2']);
    await expect(registry.rollback()).rejects.toMatchObject({ code: 'conflict' });
  });

  it('of two at once goes back one version, not two', async () => {
    const processes = twoProcesses();
    await registerVersions(processes[0], 3);
    for (const version of [1, 2, 3]) await processes[0].promote(version);
    const results = await Promise.allSettled(processes.map((registry) => registry.rollback()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await processes[0].status()).production).toBe(2);
  });

  it('is logged with its reason', async () => {
    const changes: RegistryChange[] = [];
    const registry = makeRegistry({ onChange: (change) => changes.push(change) });
    await registerVersions(registry, 2);
    await registry.promote(1);
    await registry.promote(2);
    const cause = { code: 'failure-rate', values: { value: 0.03 } };
    await registry.rollback({ reason: 'failure rate 3 %', cause });
    expect(changes.map(({ action, version }) => [action, version])).toEqual([
      ['registered', 1],
      ['registered', 2],
      ['promoted', 1],
      ['promoted', 2],
      ['rolled-back', 1],
    ]);
    expect((await registry.status()).log.at(-1)).toEqual({
      action: 'rolled-back',
      version: 1,
      at: '2024-03-04T00:00:00.000Z',
      reason: 'failure rate 3 %',
      cause,
    });
  });
});

describe('memory', () => {
  it('loads a version once for concurrent callers and keeps the latest ones', async () => {
    const load = vi.fn(loadModel);
    const registry = makeRegistry({ load, cacheSize: 2 });
    await registerVersions(registry, 3);
    await Promise.all(Array.from({ length: 50 }, () => registry.load(1)));
    expect(load).toHaveBeenCalledTimes(1);
    await registry.load(2);
    await registry.load(1);
    await registry.load(3);
    expect(load).toHaveBeenCalledTimes(3);
    await registry.load(1);
    expect(load).toHaveBeenCalledTimes(3);
    await registry.load(2);
    expect(load).toHaveBeenCalledTimes(4);
  });

  it('never drops a version that gets traffic', async () => {
    const load = vi.fn(loadModel);
    const registry = makeRegistry({ load, cacheSize: 1 });
    await registerVersions(registry, 5);
    await registry.promote(1);
    for (const version of [2, 3, 4, 5]) await registry.load(version);
    const before = load.mock.calls.length;
    expect(await registry.load(1)).toBe(registry.route('a').model);
    expect(load.mock.calls.length).toBe(before);
  });

  it('retries after a failed load', async () => {
    let failures = 1;
    const registry = makeRegistry({
      load: (content) => {
        if (failures-- > 0) throw new ForecastError('unavailable', 'No memory');
        return loadModel(content);
      },
    });
    await registerVersions(registry, 1);
    await expect(registry.load(1)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await registry.load(1)).toEqual({ units: 1 });
  });
});

describe('archive and prune', () => {
  it('refuses to archive a version that gets traffic', async () => {
    const registry = makeRegistry();
    await registerVersions(registry, 2);
    await registry.promote(1);
    await expect(registry.archive(1)).rejects.toMatchObject({ code: 'conflict' });
    await registry.archive(2);
    expect(await statesOf(registry)).toEqual(['production', 'archived']);
  });

  it('prunes old contents, but never what a rollback needs', async () => {
    const artifacts = new MemoryArtifactStore();
    const registry = makeRegistry({ artifacts });
    await registerVersions(registry, 5);
    for (const version of [2, 1, 3]) await registry.promote(version);
    await registry.archive(4);
    await registry.prune(1);
    expect(await registry.status()).toMatchObject({ pruned: [2], previous: [1] });
    expect((await artifacts.versions('models/retail')).map(({ version }) => version)).toEqual([1, 3, 4, 5]);
    await expect(registry.promote(2)).rejects.toMatchObject({ code: 'not-found' });
    await registry.rollback();
    expect(registry.route('a').model.units).toBe(1);
  });

  it.each([-1, 0.5, Number.NaN])('refuses to keep %d', async (keep) => {
    await expect(makeRegistry().prune(keep)).rejects.toMatchObject({ code: 'invalid-option' });
  });
});

describe('damage', () => {
  it.each([
    ['something else', { hello: 1 }],
    ['a list', []],
    ['a route to a version that is not there', { production: 4 }],
  ])('refuses %s as its state', async (_what, change) => {
    const state = new MemoryDocumentStore();
    const registry = makeRegistry({ state });
    await registerVersions(registry, 1);
    const { revision, document } = await state.read('retail');
    const damaged = 'production' in change ? { ...(document as object), ...change } : change;
    await state.compareAndSet('retail', revision, damaged);
    await expect(registry.status()).rejects.toMatchObject({ code: 'invalid-data', path: ['retail'] });
  });

  it('refuses content that is not what was registered', async () => {
    const state = new MemoryDocumentStore();
    const registry = makeRegistry({ state });
    await registerVersions(registry, 1);
    const otherArtifacts = new MemoryArtifactStore();
    await otherArtifacts.put('models/retail', contentOf(99));
    const restored = makeRegistry({ state, artifacts: otherArtifacts });
    await expect(restored.promote(1)).rejects.toMatchObject({ code: 'invalid-data' });
  });

  it('gives up on a state store that never takes a write', async () => {
    const state = new MemoryDocumentStore();
    state.compareAndSet = async () => false;
    const registered = makeRegistry({ state }).register(contentOf(1), { lineage });
    await expect(registered).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each(['', 'a/b', '..', 'a b', 'x'.repeat(101)])('refuses the name %j', (name) => {
    expect(() => makeRegistry({ name })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });

  it('refuses a cache for no version', () => {
    expect(() => makeRegistry({ cacheSize: 0 })).toThrow(expect.objectContaining({ code: 'invalid-option' }));
  });
});
