import { MemoryArtifactStore, MemoryDocumentStore, parseDay } from 'commerce-forecast';
import {
  createModelRegistry,
  createRolloutController,
  type ModelMetrics,
  type ModelRegistry,
  type RolloutController,
} from 'commerce-forecast/registry';
import { expect, it } from 'vitest';
import { explainTraining } from '../../../examples/express-server/rollout/explain-training.js';
import { judgeTraining } from '../../../examples/express-server/rollout/judge-training.js';
import { metricsOf, RELATIVE_WAPE } from '../../../examples/express-server/rollout/version-metrics.js';
import type { ModelService } from '../../../examples/express-server/services/model-service.js';
import {
  RolloutService,
  type RolloutServiceOptions,
} from '../../../examples/express-server/services/rollout-service.js';
import type { Deployment } from '../../../examples/express-server/training/training-runs.js';
import { lineage } from '../../registry/registry-fixtures.js';

/** An empty registry of the models of a shop. */
function registryOf(categories: readonly string[] = [], artifacts = new MemoryArtifactStore()) {
  return createModelRegistry({
    name: 'forecast',
    artifacts,
    state: new MemoryDocumentStore(),
    load: () => ({ snapshot: { modelVersion: 'of a shop', categories } }),
  });
}

function controllerOf(registry: ModelRegistry<unknown>, share: number): RolloutController {
  const promotion = { metric: RELATIVE_WAPE };
  return createRolloutController({ registry, promotion, canaryShare: share === 0 ? 1 : share });
}

/** Registers and judges one version after the other; gives what was decided about each. */
async function judgeAll(
  versions: readonly { readonly metrics: ModelMetrics; readonly lastDay?: string }[],
  share = 0,
) {
  const registry = registryOf();
  const controller = controllerOf(registry, share);
  const decided: Deployment[] = [];
  for (const [i, { metrics, lastDay = lineage.lastDay }] of versions.entries()) {
    const { version } = await registry.register(new Uint8Array([i]), {
      lineage: { ...lineage, lastDay },
      metrics,
    });
    decided.push(await judgeTraining(registry, controller, version, share));
  }
  return decided;
}

function rolloutOf(registry: ModelRegistry<unknown>, canaryShare: number): RolloutService {
  return new RolloutService({
    models: { registry } as unknown as ModelService,
    controllerFor: (share) => controllerOf(registry, share),
    canaryShare,
    keptVersions: 2,
    codeVersion: '1',
    now: () => new Date('2024-06-01'),
  } as RolloutServiceOptions);
}

const measured = (relative: number, lastDay = '2024-03-01') => ({
  metrics: { relative_wape: relative },
  lastDay,
});
const decisions = async (...versions: Parameters<typeof judgeAll>[0]) =>
  (await judgeAll(versions)).map(({ decision }) => decision);

it('takes 1 % less on the same days of sales', async () => {
  expect(await decisions(measured(0.8), measured(0.795))).toEqual(['promoted', 'archived']);
  expect(await decisions(measured(0.8), measured(0.79))).toEqual(['promoted', 'promoted']);
});

it('counts 2 % against production for each day of sales that it does not know', async () => {
  const week = '2024-03-08';
  expect(await decisions(measured(0.8), measured(0.9, week))).toEqual(['promoted', 'promoted']);
  expect(await decisions(measured(0.8), measured(0.91, week))).toEqual(['promoted', 'archived']);
  const [, decided] = await judgeAll([measured(0.8), measured(0.9, week)], 0.25);
  expect(decided && explainTraining(decided)).toBe(
    'Version 2 answers 25 % of the keys until sales tell more: relative to repeating the last week, its error on the ' +
      'days held back is 0.900 and that of version 1 0.800, which counts as 0.912 since it knows 7 days of sales less.',
  );
});

it('promotes what cannot be compared, but not in place of what was measured', async () => {
  const unmeasured = { metrics: {} };
  expect(await decisions(unmeasured, unmeasured, measured(0.8), unmeasured)).toEqual([
    'promoted',
    'promoted',
    'promoted',
    'archived',
  ]);
});

it('leaves a version that was decided about before as it is', async () => {
  const registry = registryOf();
  const controller = controllerOf(registry, 0.1);
  for (const decision of ['promoted', 'none']) {
    const { version } = await registry.register(new Uint8Array([1]), {
      lineage,
      metrics: { relative_wape: 1 },
    });
    expect(await judgeTraining(registry, controller, version, 0.1)).toMatchObject({ version: 1, decision });
  }
});

it('has no canary in a shop whose categories are too few to compare', async () => {
  const decided = async (categories: readonly string[]) => {
    const rollout = rolloutOf(registryOf(categories), 0.1);
    const deploy = (relative: number) =>
      rollout.deploy({ snapshot: new Uint8Array(), lineage, metrics: { relative_wape: relative } });
    await deploy(0.8);
    return (await deploy(0.7)).decision;
  };
  expect(await decided(['a', 'b', 'c', 'd', 'e'])).toBe('canary-started');
  expect(await decided(['a', 'b', 'c', 'd'])).toBe('promoted');
});

it('has no metrics without a validation', () => {
  expect(metricsOf(undefined)).toEqual({});
});

it('keeps the last versions and the target of a rollback, and deletes those before them', async () => {
  const artifacts = new MemoryArtifactStore();
  const registry = registryOf([], artifacts);
  const rollout = rolloutOf(registry, 0);
  for (const [i, relative_wape] of [0.9, 0.8, 0.7, 0.6, 0.5].entries()) {
    const trained = { snapshot: new Uint8Array([i]), lineage, metrics: { relative_wape } };
    expect((await rollout.deploy(trained)).decision).toBe('promoted');
  }
  expect((await registry.status()).pruned).toEqual([1, 2]);
  const stored = await artifacts.versions((await registry.status()).versions[0].artifact.name);
  expect(stored.map(({ version }) => version)).toEqual([3, 4, 5]);
});

it('lets a forecast age for sixty days at most, so that a date in the future decides nothing', async () => {
  expect(await decisions(measured(0.4), measured(0.87, '2024-04-30'))).toEqual(['promoted', 'promoted']);
  expect(await decisions(measured(0.4), measured(0.89, '2099-01-01'))).toEqual(['promoted', 'archived']);
});

it('replaces a version that learnt from days to come, and ends such a canary, with the next training', async () => {
  const registry = registryOf();
  const controller = controllerOf(registry, 0.5);
  const today = parseDay('2024-06-01');
  const judge = async (content: number, relative: number, lastDay: string) => {
    const about = { lineage: { ...lineage, lastDay }, metrics: { relative_wape: relative } };
    const { version } = await registry.register(new Uint8Array([content]), about);
    return judgeTraining(registry, controller, version, 0.5, today);
  };
  await judge(1, 0.5, '2099-01-01');
  await registry.promote(1);
  await judge(2, 0.4, '2099-01-02');
  expect((await registry.status()).split?.arms).toMatchObject([{ version: 2 }]);
  expect(await judge(3, 0.9, '2024-05-31')).toMatchObject({
    decision: 'promoted',
    cause: { code: 'production-wrong-days', values: { production: 1, last_day: '2099-01-01' } },
  });
  expect(await registry.status()).toMatchObject({ production: 3, split: null });
});

it('lets a version that is lost lose every comparison', async () => {
  const artifacts = new MemoryArtifactStore();
  const registry = registryOf([], artifacts);
  const lose = (version: number) => artifacts.delete('models/forecast', version);
  const add = async (content: number, relative: number) => {
    const about = { lineage, metrics: { relative_wape: relative } };
    return (await registry.register(new Uint8Array([content]), about)).version;
  };
  const first = await add(1, 0.5);
  await judgeTraining(registry, controllerOf(registry, 0), first, 0);
  const better = await add(2, 0.1);
  await lose(better);
  expect(await judgeTraining(registry, controllerOf(registry, 0), better, 0)).toMatchObject({
    decision: 'archived',
    cause: { code: 'lost' },
  });
});
