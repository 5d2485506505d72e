import { beforeAll, describe, expect, it } from 'vitest';
import { createForecaster, type Forecaster, type SamplePathsQuery, structural } from '../../src/index.js';
import { generateSales } from '../../src/testing/index.js';
import { errorOf } from '../error-of.js';

let forecaster: Forecaster;
beforeAll(async () => {
  forecaster = createForecaster({ model: structural() });
  await forecaster.ingest(generateSales({ products: 6, categories: 2, days: 200, seed: 3 }).records);
  await forecaster.train();
});

const quantile = (values: number[], p: number) =>
  [...values].sort((a, b) => a - b)[Math.floor(p * values.length)];

describe('forecaster.samplePaths', () => {
  it('samples whole units of the products asked for, whose month varies as its forecast says', async () => {
    const [{ productId }] = (await forecaster.topProducts({ timePeriod: 'month' })).products;
    const { products, firstDay, horizon, modelVersion } = await forecaster.samplePaths({
      productIds: [productId],
      paths: 3000,
      seed: 1,
    });
    const { rows } = await forecaster.forecast({ productIds: [productId], granularity: 'total' });
    expect({ firstDay, horizon }).toEqual({ firstDay: rows[0].firstDay, horizon: rows[0].days });
    expect(modelVersion).toBe(forecaster.snapshot()?.modelVersion);
    expect(products).toHaveLength(1);
    expect(products[0]).toMatchObject({ productId, location: null });
    expect(products[0].paths).toHaveLength(3000);
    const months = products[0].paths.map((path) => path.reduce((a, b) => a + b, 0));
    expect(months.every(Number.isInteger)).toBe(true);
    rows[0].quantiles.forEach((expected, k) => {
      expect(Math.abs(quantile(months, [0.1, 0.5, 0.9][k]) / expected - 1)).toBeLessThan(0.03);
    });
  });

  it('samples months that vary as forecast in courses of half a year, of each product and of everything', async () => {
    const query = { horizon: 28, granularity: 'total' as const, quantiles: [0.1, 0.9] };
    const { products } = await forecaster.samplePaths({ horizon: 180, paths: 2000, seed: 2 });
    const months = products.map(({ paths }) =>
      paths.map((path) => path.slice(0, 28).reduce((a, b) => a + b, 0)),
    );
    const width = (values: number[]) => quantile(values, 0.9) - quantile(values, 0.1);
    const { rows } = await forecaster.forecast({ ...query, level: 'product' });
    const { rows: totals } = await forecaster.forecast(query);
    const all = months[0].map((_, p) => months.reduce((sum, own) => sum + own[p], 0));
    const forecasts = [
      ...products.map(({ productId }) => rows.find((row) => row.productId === productId)),
      totals[0],
    ];
    [...months, all].forEach((sums, k) => {
      const [low, high] = forecasts[k]?.quantiles ?? [];
      expect(Math.abs(width(sums) / (high - low) - 1)).toBeLessThan(0.12);
    });
  });

  it('narrows down by category, and takes every product by default', async () => {
    const { predictions } = await forecaster.categories({ timePeriod: 'week' });
    const some = await forecaster.samplePaths({ category: predictions[0].category, horizon: 3, paths: 1 });
    expect(some.products).toHaveLength(predictions[0].productCount);
    const all = await forecaster.samplePaths({ horizon: 3, paths: 2, whole: false });
    expect(all.products).toHaveLength(6);
    expect(all.products.every(({ paths }) => paths.every((path) => path.length === 3))).toBe(true);
    expect(all).toMatchObject(
      await forecaster
        .samplePaths({ horizon: 3, paths: 2, whole: false })
        .then(({ products }) => ({ products })),
    );
  });

  it('keeps locations apart where the panel does', async () => {
    const shops = createForecaster({ model: structural(), panel: { byLocation: true }, validationDays: 0 });
    const days = Array.from({ length: 60 }, (_, d) =>
      new Date(Date.UTC(2026, 0, 1 + d)).toISOString().slice(0, 10),
    );
    await shops.ingest(
      days.flatMap((date) =>
        ['Bonn', 'Ulm'].map((location) => ({
          date,
          productId: 'TEA',
          category: 'drinks',
          units: 4,
          location,
        })),
      ),
    );
    await shops.train();
    const { products } = await shops.samplePaths({ location: 'Ulm', horizon: 2, paths: 1 });
    expect(products).toMatchObject([{ productId: 'TEA', category: 'drinks', location: 'Ulm' }]);
  });

  it.each([
    ['not-found', 'productIds.0', { productIds: ['nothing'] }],
    ['not-found', 'category', { category: 'nothing' }],
    ['invalid-option', 'horizon', { horizon: 732 }],
    ['invalid-option', 'paths', { paths: 0 }],
    ['invalid-option', 'location', { location: 'Ulm' }],
    ['invalid-option', 'days', { days: 3 } as SamplePathsQuery],
    ['limit-exceeded', 'paths', { paths: 10_000_000 }],
  ])('answers %s for a wrong %s', async (code, path, query) => {
    const error = await errorOf(forecaster.samplePaths(query));
    expect({ code: error.code, path: error.path.join('.') }).toEqual({ code, path });
  });

  it('needs the model, not only its snapshot', async () => {
    const answering = createForecaster();
    const snapshot = forecaster.snapshot();
    if (!snapshot) throw new Error('not trained');
    await answering.useSnapshot(snapshot);
    expect(await errorOf(answering.samplePaths())).toMatchObject({ code: 'not-trained' });
  });
});
