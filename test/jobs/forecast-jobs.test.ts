import { describe, expect, it } from 'vitest';
import { formatDay } from '../../src/calendar/day.js';
import { createForecaster, snapshotFromJson } from '../../src/forecaster/index.js';
import {
  COLLECTION_JOB,
  createInProcessJobRunner,
  registerForecastJobs,
  TRAINING_JOB,
} from '../../src/jobs/index.js';
import { weekdayMean } from '../../src/models/baselines/index.js';
import { createModelRegistry } from '../../src/registry/model-registry.js';
import { createRolloutController } from '../../src/registry/rollout/rollout-controller.js';
import { MemoryArtifactStore } from '../../src/storage/memory/memory-artifact-store.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';
import { generateSales } from '../../src/testing/generate-sales.js';
import { ManualClock } from './manual-clock.js';

const DAY = 86_400_000;
/** A Wednesday. */
const START = Date.UTC(2024, 4, 29, 12);

describe('registerForecastJobs', () => {
  it('collects each day at 02:00 UTC, the day that ended, and after a failure the same day', async () => {
    const clock = new ManualClock(START);
    const runner = createInProcessJobRunner({ clock, pollMs: 60_000 });
    const seen: string[] = [];
    let failures = 1;
    await registerForecastJobs(runner, {
      forecaster: createForecaster(),
      now: () => clock.now(),
      async collect({ day, batchId, checkpoint, saveCheckpoint }) {
        seen.push(`${new Date(clock.now()).toISOString().slice(0, 16)} ${day} ${batchId} ${checkpoint}`);
        await saveCheckpoint('page 2');
        if (failures-- > 0) throw new Error('the shop is asleep');
      },
    });
    await clock.advance(2 * DAY);
    expect(seen).toEqual([
      '2024-05-30T02:00 2024-05-29 daily-collection-2024-05-29 undefined',
      '2024-05-30T02:01 2024-05-29 daily-collection-2024-05-29 page 2',
      '2024-05-31T02:00 2024-05-30 daily-collection-2024-05-30 undefined',
    ]);
    await runner.close();
  });

  it('trains on two years with four weeks of validation, registers and promotes the model', async () => {
    const artifacts = new MemoryArtifactStore();
    const registry = createModelRegistry({
      name: 'retail',
      artifacts,
      state: new MemoryDocumentStore(),
      load: (content) => snapshotFromJson(JSON.parse(new TextDecoder().decode(content))),
    });
    const forecaster = createForecaster({ model: weekdayMean(), trainingDays: 730 });
    const { records } = generateSales({ products: 5, days: 900, seed: 4 });
    await forecaster.ingest(records);
    const runner = createInProcessJobRunner();
    const rollout = createRolloutController({ registry });
    await registerForecastJobs(runner, { forecaster, registry, rollout, collect: async () => null });
    await runner.enqueue(TRAINING_JOB, null, { id: 'now' });
    const outcome = await runner.result(TRAINING_JOB, 'now');
    const snapshot = forecaster.snapshot()!;
    expect(outcome).toEqual({
      modelVersion: snapshot.modelVersion,
      registeredVersion: 1,
      action: 'promoted',
    });
    expect(snapshot.validation?.days).toBe(28);
    const { lineage, metrics, state } = await registry.get(1);
    // 730 days, and 30 before them for the features of the first.
    const days = (Date.parse(lineage.lastDay) - Date.parse(lineage.firstDay)) / DAY + 1;
    expect(days).toBe(760);
    expect(state).toBe('production');
    expect(metrics['wape']).toBeGreaterThan(0);
    expect(metrics['wape']).toBeLessThan(1);
    await registry.refresh();
    expect(registry.route('merchant').model).toEqual(snapshot);
    await runner.close();
  });

  it('registers what the forecaster was trained with, and errors as they are', async () => {
    const registry = createModelRegistry({
      name: 'retail',
      artifacts: new MemoryArtifactStore(),
      state: new MemoryDocumentStore(),
      load: () => null,
    });
    // 19 units a day, then 2: a mean of the weeks before is wrong by 17 units a day, a WAPE of 17 / 2.
    const units = Array.from({ length: 200 }, (_, day) => (day < 193 ? 19 : 2));
    const forecaster = createForecaster({
      model: weekdayMean(),
      trainingDays: 120,
      validationDays: 7,
      seed: 7,
    });
    await forecaster.ingest(
      units.map((value, day) => ({ date: formatDay(19_700 + day), productId: 'A', units: value })),
    );
    const runner = createInProcessJobRunner();
    await registerForecastJobs(runner, {
      forecaster,
      registry,
      collect: async () => null,
      codeVersion: 'abc',
    });
    await runner.enqueue(TRAINING_JOB, null, { id: 'now' });
    await runner.result(TRAINING_JOB, 'now');
    const { lineage, metrics } = await registry.get(1);
    expect(lineage).toEqual({ ...forecaster.snapshot()!.lineage, codeVersion: 'abc' });
    expect(lineage).toMatchObject({
      firstDay: formatDay(19_700 + 50),
      lastDay: formatDay(19_700 + 199),
      settings: { trainingDays: 120, validationDays: 7 },
      seed: 7,
    });
    expect(metrics['wape']).toBeCloseTo(8.5, 12);
    expect(metrics['mae']).toBeCloseTo(17, 12);
    const { accuracyScore } = await forecaster.categories({ timePeriod: 'week' });
    expect(accuracyScore).toBeCloseTo(-7.5, 12);
    await runner.close();
  });

  it('does not train again when only the promotion failed', async () => {
    const registry = createModelRegistry({
      name: 'retail',
      artifacts: new MemoryArtifactStore(),
      state: new MemoryDocumentStore(),
      load: () => null,
    });
    const forecaster = createForecaster({ model: weekdayMean() });
    await forecaster.ingest(generateSales({ products: 3, days: 120, seed: 4 }).records);
    let trainings = 0;
    const counting = {
      snapshot: () => forecaster.snapshot(),
      train: (...options: Parameters<typeof forecaster.train>) => {
        trainings++;
        return forecaster.train(...options);
      },
    };
    const versions: number[] = [];
    const rollout = {
      async afterTraining(version: number) {
        versions.push(version);
        if (versions.length === 1) throw new Error('the registry is away');
        return createRolloutController({ registry }).afterTraining(version);
      },
    };
    const runner = createInProcessJobRunner({ pollMs: 20 });
    await registerForecastJobs(runner, {
      forecaster: counting,
      registry,
      rollout,
      collect: async () => null,
    });
    await runner.enqueue(TRAINING_JOB, null, { id: 'now', backoffMs: 10 });
    expect(await runner.result(TRAINING_JOB, 'now')).toMatchObject({ registeredVersion: 1 });
    expect({ trainings, versions }).toEqual({ trainings: 1, versions: [1, 1] });
    await runner.close();
  });

  it('leaves a dead letter with the reason when there is nothing to train on', async () => {
    const runner = createInProcessJobRunner({ pollMs: 20 });
    await registerForecastJobs(runner, { forecaster: createForecaster(), collect: async () => null });
    await runner.enqueue(TRAINING_JOB, null, { id: 'empty', attempts: 2, backoffMs: 10 });
    await expect(runner.result(TRAINING_JOB, 'empty')).rejects.toThrow('empty-data');
    const [letter] = await runner.deadLetters(TRAINING_JOB);
    expect(letter.reason).toMatch(/^empty-data: /);
    expect(await runner.deadLetters(COLLECTION_JOB)).toEqual([]);
    await runner.close();
  });

  it('lets another function train, at other times, and goes on with what it saved', async () => {
    const clock = new ManualClock(START);
    const runner = createInProcessJobRunner({ clock, pollMs: 60_000 });
    const seen: unknown[] = [];
    await registerForecastJobs(runner, {
      collect: async () => null,
      async train({ data, checkpoint, saveCheckpoint }) {
        seen.push([new Date(clock.now()).toISOString().slice(0, 16), data, checkpoint]);
        await saveCheckpoint({ run: 7 });
        if (seen.length === 1) throw new Error('another training runs');
      },
      schedule: { training: '0 4 * * *' },
    });
    await clock.advance(DAY);
    expect(seen).toEqual([
      ['2024-05-30T04:00', null, undefined],
      ['2024-05-30T04:01', null, { run: 7 }],
    ]);
    await runner.close();
  });

  it.each([
    ['nothing to train', {}],
    ['two things to train', { forecaster: createForecaster(), train: async () => null }],
    ['a wrong pattern', { forecaster: createForecaster(), schedule: { training: 'on Sundays' } }],
  ])('refuses %s', async (_what, options) => {
    const registered = registerForecastJobs(createInProcessJobRunner(), {
      collect: async () => null,
      ...options,
    });
    await expect(registered).rejects.toMatchObject({ code: 'invalid-option' });
  });
});
