import { beforeAll, describe, expect, it } from 'vitest';
import {
  createForecaster,
  type Forecaster,
  snapshotFromJson,
  snapshotToJson,
  structural,
} from '../../../src/index.js';
import { generateSales } from '../../../src/testing/index.js';
import { errorOf } from '../../error-of.js';

let forecaster: Forecaster;
beforeAll(async () => {
  const trained = createForecaster({ model: structural(), now: () => new Date('2030-01-01') });
  await trained.ingest(generateSales({ products: 8, categories: 2, days: 240, seed: 5 }).records);
  await trained.train();
  // Answers need the snapshot alone, after a way through JSON.
  forecaster = createForecaster({ model: structural(), now: () => new Date('2030-01-01') });
  await forecaster.useSnapshot(
    snapshotFromJson(JSON.parse(JSON.stringify(snapshotToJson(trained.snapshot()!)))),
  );
});

const timePeriod = 'month';

describe('distributions of answers', () => {
  it('are those of the level that the question names', async () => {
    const { categories } = forecaster.snapshot()!;
    const asked = async (intervalLevel?: number) => {
      const level = intervalLevel === undefined ? {} : { intervalLevel };
      const top = await forecaster.topProducts({ timePeriod, limit: 3, ...level });
      const all = await forecaster.categories({ timePeriod, ...level });
      const some = await forecaster.predict({ timePeriod, categories, ...level });
      const days = await forecaster.trends(categories[0], { days: 20, ...level });
      const items = [
        top.products,
        all.predictions,
        all.predictions[0].topProducts,
        some.predictions,
        days.forecast,
      ];
      return {
        levels: [top, all, some, days].map((answer) => answer.intervalLevel),
        intervals: items.flat().map(({ lower, upper }) => ({ lower: lower!, upper: upper! })),
      };
    };
    const usual = await asked();
    expect(usual.levels).toEqual([0.8, 0.8, 0.8, 0.8]);
    expect((await asked(0.8)).intervals).toEqual(usual.intervals);
    const [narrow, wide] = [await asked(0.5), await asked(0.99)];
    expect(wide.levels).toEqual([0.99, 0.99, 0.99, 0.99]);
    usual.intervals.forEach(({ lower, upper }, i) => {
      expect(narrow.intervals[i].lower).toBeGreaterThan(lower);
      expect(narrow.intervals[i].upper).toBeLessThan(upper);
      expect(wide.intervals[i].lower).toBeLessThanOrEqual(lower);
      expect(wide.intervals[i].upper).toBeGreaterThan(upper);
    });
    // Asking for another level changes nothing for the next question.
    expect(await asked()).toEqual(usual);
  });

  it('have the quantiles that the question names, in its order', async () => {
    const quantiles = [0.9, 0.1, 0.5];
    const { products, probabilities } = await forecaster.topProducts({ timePeriod, quantiles });
    expect(probabilities).toEqual(quantiles);
    for (const product of products) {
      const [high, low, median] = product.quantiles!;
      expect([low, high]).toEqual([product.lower, product.upper]);
      expect(median).toBeGreaterThan(low);
      expect(median).toBeLessThan(high);
    }
    const { predictions } = await forecaster.categories({ timePeriod, quantiles });
    expect(predictions.every((category) => category.quantiles?.length === 3)).toBe(true);
    expect(predictions[0].topProducts[0].quantiles).toHaveLength(3);
    const plain = await forecaster.topProducts({ timePeriod });
    expect(plain).not.toHaveProperty('probabilities');
    expect(plain.products[0]).not.toHaveProperty('quantiles');
  });

  it('are refused where the snapshot does not have them', async () => {
    const wrong = [
      [{ intervalLevel: 80 }, ['intervalLevel']],
      [{ intervalLevel: 0.999 }, ['intervalLevel']],
      [{ intervalLevel: '0.8' }, ['intervalLevel']],
      [{ quantiles: [0.1, 0] }, ['quantiles', 1]],
      [{ quantiles: ['0.1'] }, ['quantiles', 0]],
      [{ quantiles: [0.001] }, ['quantiles']],
      [{ quantiles: 0.5 }, ['quantiles']],
    ] as const;
    for (const [options, path] of wrong) {
      const expected = { code: 'invalid-option', path };
      const query = { timePeriod, ...options } as never;
      expect(await errorOf(forecaster.topProducts(query))).toMatchObject(expected);
      expect(await errorOf(forecaster.categories(query))).toMatchObject(expected);
      expect(await errorOf(forecaster.predict(query))).toMatchObject(expected);
    }
    const { categories } = forecaster.snapshot()!;
    expect(await errorOf(forecaster.trends(categories[0], { intervalLevel: 0.999 }))).toMatchObject({
      path: ['intervalLevel'],
    });
  });
});
