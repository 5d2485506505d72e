import {
  createForecaster,
  seasonalNaive,
  snapshotFromJson,
  snapshotInterval,
  snapshotToJson,
} from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { describe, expect, it } from 'vitest';
import { checkDamaged } from '../mutate-json.js';

async function trained() {
  const forecaster = createForecaster({ model: seasonalNaive(), now: () => new Date('2030-01-01') });
  await forecaster.ingest(generateSales({ products: 6, categories: 2, days: 200, seed: 2 }).records);
  await forecaster.train();
  const snapshot = forecaster.snapshot();
  if (!snapshot) throw new Error('There is no snapshot after a training');
  return snapshot;
}

describe('snapshotFromJson', () => {
  it('reads back what was written', async () => {
    const snapshot = await trained();
    expect(snapshotFromJson(JSON.parse(JSON.stringify(snapshotToJson(snapshot))))).toEqual(snapshot);
  });

  it('refuses or survives any damage, and answers all questions with finite numbers', async () => {
    await checkDamaged(snapshotToJson(await trained()), 400, async (data) => {
      const forecaster = createForecaster({ model: seasonalNaive() });
      const snapshot = snapshotFromJson(data);
      await forecaster.useSnapshot(snapshot);
      const { categories, periods } = snapshot;
      const top = await forecaster.topProducts({ timePeriod: 'month' });
      const all = await forecaster.categories({ timePeriod: 'week' });
      for (const category of categories) await forecaster.trends(category);
      const { predictions } = await forecaster.predict({ timePeriod: 'year', categories });
      const { mean } = periods.year.products;
      const { lower, upper } = snapshotInterval(periods.year.products, 0.9);
      const units = [...top.products, ...all.predictions, ...predictions].map((item) => item.predictedUnits);
      return [mean, lower, upper, units];
    });
  });
});
