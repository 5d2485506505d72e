import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/random.js';
import { createLiveTracker, type LiveTracker } from '../../../src/registry/experiment/live-tracker.js';
import {
  createRolloutController,
  type RolloutOutcome,
} from '../../../src/registry/rollout/rollout-controller.js';
import { MemoryArtifactStore } from '../../../src/storage/memory/memory-artifact-store.js';
import { MemoryDocumentStore } from '../../../src/storage/memory/memory-document-store.js';
import { contentOf, lineage, makeRegistry, statesOf } from '../registry-fixtures.js';

/** A registry of versions with the given backtest errors, and a controller on it. */
async function withVersions(...wapes: number[]) {
  const registry = makeRegistry();
  for (const [i, wape] of wapes.entries()) {
    await registry.register(contentOf(i + 1), { lineage, metrics: { wape } });
  }
  return { registry, controller: createRolloutController({ registry }) };
}

/** 60 units, five days each, whose forecasts are off by about `error` of 100. */
function observe(tracker: LiveTracker, version: number, error: number, failures = 0): void {
  const random = createRandom(version);
  for (let unit = 0; unit < 60; unit++) {
    for (let day = 0; day < 5; day++) {
      const forecast = 100 + error * (0.5 + random.uniform());
      tracker.observe({ version, unit: `${version}/${unit}`, forecast, actual: 100 });
    }
  }
  tracker.countRequests(version, 1_000, failures);
}

describe('createRolloutController', () => {
  it('takes a better version through canary to production', async () => {
    const { registry, controller } = await withVersions(0.2, 0.15);
    expect(await controller.afterTraining(1)).toMatchObject({ action: 'promoted', applied: true });
    expect(await controller.afterTraining(2)).toMatchObject({
      action: 'canary-started',
      decision: { reason: 'improved' },
    });
    expect((await registry.status()).split).toMatchObject({ arms: [{ version: 2, share: 0.1 }] });
    const tracker = createLiveTracker();
    expect(await controller.afterObserving(tracker)).toMatchObject({
      action: 'none',
      decision: { action: 'wait' },
    });
    observe(tracker, 1, 20);
    observe(tracker, 2, 15);
    expect(await controller.afterObserving(tracker)).toMatchObject({ action: 'promoted', version: 2 });
    expect(registry.route('any').id).toBe('retail@2');
    expect((await registry.status()).log.at(-1)?.reason).toMatch(/^healthy \(0\.15/);
  });

  it('archives a version that is not better', async () => {
    const { registry, controller } = await withVersions(0.2, 0.25);
    await controller.afterTraining(1);
    expect(await controller.afterTraining(2)).toMatchObject({
      action: 'archived',
      decision: { reason: 'not-better' },
    });
    expect(await statesOf(registry)).toEqual(['production', 'archived']);
  });

  it('compares with newer metrics of the version in production if they are given', async () => {
    const { controller } = await withVersions(0.2, 0.25);
    await controller.afterTraining(1);
    const outcome = await controller.afterTraining(2, { production: { wape: 0.3 } });
    expect(outcome.action).toBe('canary-started');
  });

  it('judges a version once', async () => {
    const { controller } = await withVersions(0.2);
    await controller.afterTraining(1);
    expect(await controller.afterTraining(1)).toMatchObject({ action: 'none', decision: undefined });
  });

  it('promotes at once with a share of 1', async () => {
    const { registry } = await withVersions(0.2, 0.1);
    const controller = createRolloutController({ registry, canaryShare: 1 });
    await controller.afterTraining(1);
    expect((await controller.afterTraining(2)).action).toBe('promoted');
  });

  it.each([
    ['a worse live error', 30, 0, 'live-error'],
    ['failures', 15, 50, 'failure-rate'],
  ])('stops a canary for %s', async (_what, error, failures, reason) => {
    const { registry, controller } = await withVersions(0.2, 0.15);
    await controller.afterTraining(1);
    await controller.afterTraining(2);
    const tracker = createLiveTracker();
    observe(tracker, 1, 20);
    observe(tracker, 2, error, failures);
    expect(await controller.afterObserving(tracker)).toMatchObject({
      action: 'split-stopped',
      decision: { reason },
    });
    expect(await statesOf(registry)).toEqual(['production', 'archived']);
    expect(registry.routes()?.split).toBeNull();
  });

  it.each([
    ['a worse live error than before', 30, 0, 'live-error'],
    ['failures', 20, 50, 'failure-rate'],
  ])('rolls production back for %s', async (_what, error, failures, reason) => {
    const { registry, controller } = await withVersions(0.2, 0.15);
    await registry.promote(1);
    await registry.promote(2);
    const tracker = createLiveTracker();
    observe(tracker, 1, 20);
    observe(tracker, 2, error, failures);
    expect(await controller.afterObserving(tracker)).toMatchObject({
      action: 'rolled-back',
      decision: { reason },
    });
    expect(registry.route('any').id).toBe('retail@1');
    expect(await controller.afterObserving(tracker)).toMatchObject({ action: 'none', version: 1 });
  });

  it('measures production against its backtest while the version before has no live results', async () => {
    const { registry, controller } = await withVersions(0.2, 0.15);
    await registry.promote(1);
    await registry.promote(2);
    const tracker = createLiveTracker();
    observe(tracker, 2, 16);
    expect(await controller.afterObserving(tracker)).toMatchObject({
      action: 'none',
      decision: { reason: 'healthy' },
    });
    const worse = createLiveTracker();
    observe(worse, 2, 20);
    expect(await controller.afterObserving(worse)).toMatchObject({ action: 'rolled-back' });
  });

  it('has nothing to do without a production version, or without an earlier one to return to', async () => {
    const { registry, controller } = await withVersions(0.2);
    const tracker = createLiveTracker();
    expect(await controller.afterObserving(tracker)).toMatchObject({ action: 'none', version: undefined });
    await registry.promote(1);
    observe(tracker, 1, 90, 500);
    expect(await controller.afterObserving(tracker)).toMatchObject({
      action: 'none',
      decision: { rollback: true },
    });
  });

  it('of two instances that decide at once one acts', async () => {
    const shared = { artifacts: new MemoryArtifactStore(), state: new MemoryDocumentStore() };
    const registries = [makeRegistry(shared), makeRegistry(shared)];
    for (const [i, wape] of [0.2, 0.15].entries()) {
      await registries[0].register(contentOf(i + 1), { lineage, metrics: { wape } });
    }
    await registries[0].promote(1);
    await registries[0].promote(2);
    const tracker = createLiveTracker();
    observe(tracker, 2, 50);
    const outcomes: RolloutOutcome[] = [];
    await Promise.all(
      registries.map((registry) =>
        createRolloutController({ registry, onOutcome: (outcome) => outcomes.push(outcome) }).afterObserving(
          tracker,
        ),
      ),
    );
    expect(outcomes.filter(({ applied }) => applied)).toHaveLength(1);
    expect(await registries[1].status()).toMatchObject({ production: 1, previous: [] });
  });
});
