import { describe, expect, it } from 'vitest';
import {
  createForecaster,
  type ForecasterOptions,
  MemoryArtifactStore,
  MemorySalesStorage,
  weekdayMean,
} from '../../src/index.js';
import { generateSales } from '../../src/testing/index.js';

/** A process: nothing but the stores is shared with the one before it. */
const installation = () => ({ storage: new MemorySalesStorage(), artifacts: new MemoryArtifactStore() });

const start = (stores: ForecasterOptions, day = '2025-01-01') =>
  createForecaster({ ...stores, model: weekdayMean(), now: () => new Date(`${day}T06:00:00Z`) });

const { records } = generateSales({ seed: 5, products: 4, days: 200 });

async function trained(stores: ForecasterOptions, day?: string) {
  const forecaster = start(stores, day);
  await forecaster.ingest(records);
  await forecaster.train();
  return forecaster;
}

describe('a forecaster that keeps its forecasts', () => {
  it('answers after a restart as before it', async () => {
    const stores = installation();
    const before = await trained(stores);
    const after = start(stores);
    expect(after.snapshot()).toBeUndefined();
    const [category] = before.snapshot()?.categories ?? [];
    expect(await after.trends(category)).toEqual(await before.trends(category));
    for (const ask of ['topProducts', 'categories'] as const) {
      expect(await after[ask]({ timePeriod: 'week' })).toEqual(await before[ask]({ timePeriod: 'week' }));
    }
  });

  it('loads the model for questions that need it', async () => {
    const stores = installation();
    const before = await trained(stores);
    const after = start(stores);
    const query = { timePeriod: 'month', productId: before.snapshot()?.productIds[0] };
    expect(await after.explain(query)).toEqual(await before.explain(query));
    expect(after.fittedModel()?.model).toBe('weekday-mean-4');
  });

  it('takes over what another process trained', async () => {
    const stores = installation();
    await trained(stores);
    const reader = start(stores);
    await reader.topProducts({ timePeriod: 'week' });
    const writer = start(stores, '2022-07-12');
    const { modelVersion } = await writer.train();
    expect(reader.snapshot()?.modelVersion).not.toBe(modelVersion);
    expect((await reader.restore())?.modelVersion).toBe(modelVersion);
    expect(reader.snapshot()?.modelVersion).toBe(modelVersion);
  });

  it('keeps three trainings', async () => {
    const stores = installation();
    const forecaster = await trained(stores);
    for (const day of ['2022-07-12', '2022-07-05', '2022-06-28', '2022-06-21']) {
      await start(stores, day).train();
    }
    expect(await forecaster.restore()).toBeDefined();
    for (const name of await stores.artifacts.names()) {
      expect(await stores.artifacts.versions(name)).toHaveLength(3);
    }
  });

  it('says what to do without a forecast', async () => {
    const ask = (stores: ForecasterOptions) => start(stores).topProducts({ timePeriod: 'week' });
    await expect(ask({})).rejects.toMatchObject({
      code: 'not-trained',
      hint: expect.stringContaining('artifacts'),
    });
    await expect(ask(installation())).rejects.toMatchObject({
      code: 'not-trained',
      hint: 'Call ingest() with sales records and then train().',
    });
    expect(await start(installation()).restore()).toBeUndefined();
  });

  it('names a forecast that it cannot read', async () => {
    const { artifacts } = installation();
    await artifacts.put('forecaster/snapshot.json', new TextEncoder().encode('{"snapshot":{"version":1}}'));
    await expect(start({ artifacts }).topProducts({ timePeriod: 'week' })).rejects.toMatchObject({
      code: 'not-trained',
      hint: expect.stringContaining('train()'),
    });
  });

  it('leaves the old forecast in use if the new one cannot be stored', async () => {
    const stores = installation();
    const artifacts: typeof stores.artifacts = Object.create(stores.artifacts, {
      put: { value: () => Promise.reject(new Error('disk full')) },
    });
    const forecaster = start({ ...stores, artifacts });
    await forecaster.ingest(records);
    await expect(forecaster.train()).rejects.toThrow('disk full');
    expect(forecaster.snapshot()).toBeUndefined();
  });
});
