import { beforeAll, describe, expect, it } from 'vitest';
import {
  type Forecaster,
  type ForecastQuery,
  type ForecastRow,
  seasonalNaive,
  snapshotFromJson,
  snapshotToJson,
} from '../../../src/index.js';
import { errorOf } from '../../error-of.js';
import { DAYS, date, sales, trained, untrained } from './shop.js';

let forecaster: Forecaster;
let byLocation: Forecaster;
/** The same snapshot without its model. */
let snapshotOnly: Forecaster;
beforeAll(async () => {
  forecaster = await trained(sales());
  byLocation = await trained(sales(['north', 'south', undefined]), { panel: { byLocation: true } });
  snapshotOnly = untrained();
  const json = JSON.parse(JSON.stringify(snapshotToJson(forecaster.snapshot()!)));
  await snapshotOnly.useSnapshot(snapshotFromJson(json));
});

const sum = (rows: readonly ForecastRow[], of: (row: ForecastRow) => number | null = ({ units }) => units) =>
  rows.reduce((total, row) => total + (of(row) ?? 0), 0);

async function rowsOf(query: ForecastQuery, from = forecaster) {
  return (await from.forecast(query)).rows;
}

describe('forecast', () => {
  it('is the whole shop by day for a month, if the question is empty', async () => {
    const forecast = await forecaster.forecast();
    expect(forecast).toMatchObject({ level: 'total', granularity: 'day', probabilities: [0.1, 0.5, 0.9] });
    expect(forecast.rows).toHaveLength(30);
    expect(forecast.rows[0]).toMatchObject({
      productId: null,
      category: null,
      location: null,
      firstDay: date(DAYS),
      lastDay: date(DAYS),
      days: 1,
    });
    expect(forecast.rows.at(-1)?.lastDay).toBe(date(DAYS + 29));
    // 31.1 units a day are expected, with a Poisson deviation of 5.6.
    expect(Math.abs(sum(forecast.rows) - 30 * 31.1)).toBeLessThan(60);
    for (const { units, median, quantiles } of forecast.rows) {
      expect(Math.abs(median - units)).toBeLessThan(1.5);
      expect(quantiles[2] - quantiles[0]).toBeGreaterThan(2 * 1.28 * 5);
      expect(quantiles[1]).toBe(median);
    }
  });

  it('names what the question is about', async () => {
    expect((await rowsOf({ productIds: ['TEA', 'MUG'], horizon: 1 })).map((row) => row.productId)).toEqual([
      'TEA',
      'MUG',
    ]);
    expect(await rowsOf({ category: 'drinks', horizon: 7, granularity: 'total' })).toMatchObject([
      { productId: null, category: 'drinks', days: 7 },
    ]);
    const products = await rowsOf({ category: 'drinks', level: 'product', horizon: 1 });
    expect(products.map(({ productId, category }) => [productId, category])).toEqual([
      ['COFFEE', 'drinks'],
      ['TEA', 'drinks'],
    ]);
    expect(await rowsOf({ category: 'drinks', level: 'total', horizon: 1 })).toMatchObject([
      { category: 'drinks' },
    ]);
    expect(await rowsOf({ productIds: ['MUG', 'TEA', 'MUG'], horizon: 1 })).toHaveLength(2);
  });

  it('adds up over days, products and categories, and no row is that of summed quantiles', async () => {
    const span = { from: date(DAYS + 3), to: date(DAYS + 60) };
    const whole = await rowsOf({ ...span, granularity: 'total' });
    for (const level of ['product', 'category', 'total'] as const) {
      for (const granularity of ['day', 'week', 'month', 'total'] as const) {
        for (const periodAlignment of ['rolling', 'calendar'] as const) {
          const rows = await rowsOf({ ...span, level, granularity, periodAlignment });
          expect(sum(rows)).toBeCloseTo(whole[0].units, 8);
          expect(sum(rows, ({ revenue }) => revenue)).toBeCloseTo(whole[0].revenue!, 6);
          const first = rows.filter(
            ({ productId, category }) => productId === rows[0].productId && category === rows[0].category,
          );
          expect(first.reduce((days, row) => days + row.days, 0)).toBe(58);
        }
      }
    }
    const products = await rowsOf({ ...span, level: 'product', granularity: 'total' });
    expect(whole[0].quantiles[2]).toBeLessThan(sum(products, ({ quantiles }) => quantiles[2]));
    expect(whole[0].quantiles[0]).toBeGreaterThan(sum(products, ({ quantiles }) => quantiles[0]));
  });

  it('has quantiles that never cross, and certainty only about what never sold', async () => {
    const quantiles = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
    for (const granularity of ['day', 'week', 'total'] as const) {
      const rows = await rowsOf({ level: 'product', horizon: 56, granularity, quantiles });
      for (const row of rows) {
        row.quantiles.forEach((value, i) => {
          if (i > 0) expect(value).toBeGreaterThanOrEqual(row.quantiles[i - 1]);
          expect(value).toBeGreaterThanOrEqual(0);
        });
        const width = row.quantiles[6] - row.quantiles[0];
        if (row.productId === 'UNSOLD') expect([row.units, width]).toEqual([0, 0]);
        else expect(width).toBeGreaterThan(0);
      }
    }
  });

  it('takes quantiles in the order and number of the question', async () => {
    const { rows, probabilities } = await forecaster.forecast({
      horizon: 7,
      granularity: 'total',
      quantiles: [0.9, 0.1],
    });
    expect(probabilities).toEqual([0.9, 0.1]);
    expect(rows[0].quantiles[0]).toBeGreaterThan(rows[0].quantiles[1]);
    expect((await rowsOf({ horizon: 7, quantiles: [] }))[0].quantiles).toEqual([]);
  });

  it('counts weeks and months from the first day, or with the calendar', async () => {
    const dates = async (query: ForecastQuery) =>
      (await rowsOf(query)).map(({ firstDay, lastDay }) => [firstDay, lastDay]);
    // 2026-08-29 is a Saturday.
    expect(await dates({ horizon: 17, granularity: 'week' })).toEqual([
      ['2026-08-29', '2026-09-04'],
      ['2026-09-05', '2026-09-11'],
      ['2026-09-12', '2026-09-14'],
    ]);
    expect(await dates({ horizon: 17, granularity: 'week', periodAlignment: 'calendar' })).toEqual([
      ['2026-08-29', '2026-08-30'],
      ['2026-08-31', '2026-09-06'],
      ['2026-09-07', '2026-09-13'],
      ['2026-09-14', '2026-09-14'],
    ]);
    expect(
      await dates({
        from: '2026-09-01',
        to: '2026-10-31',
        granularity: 'month',
        periodAlignment: 'calendar',
      }),
    ).toEqual([
      ['2026-09-01', '2026-09-30'],
      ['2026-10-01', '2026-10-31'],
    ]);
    expect(await dates({ to: '2026-10-01', granularity: 'month' })).toEqual([
      ['2026-08-29', '2026-09-27'],
      ['2026-09-28', '2026-10-01'],
    ]);
    const calendar = await trained(sales().slice(-400), {
      model: seasonalNaive(),
      periodAlignment: 'calendar',
    });
    expect((await rowsOf({ horizon: 17, granularity: 'week' }, calendar))[0].lastDay).toBe('2026-08-30');
  });

  it('multiplies the units of each day by the price of the day', async () => {
    const planned = untrained();
    await planned.ingest(sales());
    await planned.plan([{ from: date(DAYS + 5), to: date(DAYS + 9), productId: 'COFFEE', price: 5 }]);
    await planned.train();
    const days = await rowsOf({ productIds: ['COFFEE'], horizon: 20 }, planned);
    days.forEach(({ units, revenue }, day) => {
      expect(revenue).toBeCloseTo(units * (day >= 5 && day <= 9 ? 5 : 6), 6);
    });
    const month = await planned.forecast({ category: 'drinks', granularity: 'total' });
    const parts = await rowsOf({ category: 'drinks', level: 'product' }, planned);
    expect(month.source).toBe('model');
    expect(month.rows[0].revenue).toBeCloseTo(
      sum(parts, ({ revenue }) => revenue),
      6,
    );
    // The price of the spoon is not known.
    const dishes = await planned.forecast({ category: 'dishes', horizon: 3 });
    expect(dishes.productsWithoutPrice).toEqual(['SPOON', 'UNSOLD']);
    expect(dishes.rows[0].revenue).toBeCloseTo(
      12 * (await rowsOf({ productIds: ['MUG'], horizon: 1 }, planned))[0].units,
      5,
    );
    const spoon = await planned.forecast({ productIds: ['SPOON'], horizon: 3 });
    expect(spoon.rows[0].revenue).toBeNull();
  });

  it('gives the figures of the snapshot, which are those of the model', async () => {
    const questions: ForecastQuery[] = [
      { level: 'product', horizon: 7, granularity: 'week' },
      { productIds: ['MUG', 'SPOON'], horizon: 30, granularity: 'total' },
      { level: 'product', horizon: 365, granularity: 'total' },
      { level: 'category', horizon: 30, granularity: 'month' },
    ];
    for (const question of questions) {
      const stored = await forecaster.forecast(question);
      expect(stored.source).toBe('snapshot');
      // The snapshot has no such quantile, so that the model answers.
      const computed = await forecaster.forecast({ ...question, quantiles: [0.1, 0.5, 0.9, 0.001] });
      expect(computed.source).toBe('model');
      stored.rows.forEach((row, i) => {
        const same = computed.rows[i];
        expect(row).toMatchObject({
          productId: same.productId,
          category: same.category,
          lastDay: same.lastDay,
        });
        const tolerance = 1e-4 * (1 + row.quantiles[2]);
        expect(Math.abs(row.units - same.units)).toBeLessThan(1e-9 * (1 + row.units));
        expect(Math.abs(row.median - same.median)).toBeLessThan(tolerance);
        row.quantiles.forEach((value, q) => {
          expect(Math.abs(value - same.quantiles[q])).toBeLessThan(tolerance);
        });
        if (same.revenue === null) expect(row.revenue).toBeNull();
        else expect(row.revenue).toBeCloseTo(same.revenue, 5);
      });
      expect({ ...(await snapshotOnly.forecast(question)), generatedAt: '' }).toEqual({
        ...stored,
        generatedAt: '',
      });
    }
    const { products } = await forecaster.topProducts({ timePeriod: 'month', intervalLevel: 0.5 });
    const rows = await rowsOf({ level: 'product', granularity: 'total', quantiles: [0.25, 0.75] });
    for (const { productId, predictedUnits, lower, upper } of products.slice(0, 3)) {
      expect(rows.find((row) => row.productId === productId)).toMatchObject({
        units: predictedUnits,
        quantiles: [lower, upper],
      });
    }
  });

  it('needs the model for what the snapshot does not have', async () => {
    const days = await snapshotOnly.forecast({ category: 'drinks', horizon: 40 });
    expect([days.source, days.rows.length, days.rows[0].revenue]).toEqual(['snapshot', 40, null]);
    const model = await forecaster.forecast({ category: 'drinks', horizon: 40 });
    expect(model.source).toBe('model');
    expect(days.rows[39].quantiles[2]).toBeCloseTo(model.rows[39].quantiles[2], 2);
    for (const query of [
      {},
      { level: 'product' as const, horizon: 8 },
      { productIds: ['TEA'] },
      { category: 'drinks', horizon: 400 },
    ]) {
      expect(await errorOf(snapshotOnly.forecast(query))).toMatchObject({ code: 'not-trained' });
    }
    expect(await errorOf(untrained().forecast())).toMatchObject({ code: 'not-trained' });
  });

  it('rolls up locations', async () => {
    const query = { horizon: 14, granularity: 'total' } as const;
    const [total] = await rowsOf(query, byLocation);
    const levels = ['product-location', 'product', 'location', 'category', 'total'] as const;
    for (const level of levels)
      expect(sum(await rowsOf({ ...query, level }, byLocation))).toBeCloseTo(total.units, 8);
    const places = await rowsOf({ ...query, level: 'location' }, byLocation);
    expect(places.map(({ location }) => location)).toEqual([null, 'north', 'south']);
    const north = await rowsOf({ ...query, location: 'north' }, byLocation);
    expect(north).toEqual([places[1]]);
    const teaNorth = await rowsOf({ ...query, location: 'north', productIds: ['TEA'] }, byLocation);
    expect(teaNorth).toMatchObject([{ productId: 'TEA', category: 'drinks', location: 'north' }]);
    const tea = await rowsOf({ ...query, productIds: ['TEA'], level: 'product-location' }, byLocation);
    expect(tea.map(({ location }) => location)).toEqual([null, 'north', 'south']);
    expect(sum(tea)).toBeCloseTo((await rowsOf({ ...query, productIds: ['TEA'] }, byLocation))[0].units, 8);
    expect(tea[1]).toEqual(teaNorth[0]);
    const reloaded = untrained();
    const json = JSON.parse(JSON.stringify(snapshotToJson(byLocation.snapshot()!)));
    await reloaded.useSnapshot(snapshotFromJson(json), byLocation.fittedModel());
    expect(await rowsOf({ ...query, level: 'location' }, reloaded)).toEqual(places);
  });

  it('works for a model without quantiles of its own, and for one day of one product', async () => {
    const naive = await trained(
      sales().filter(({ productId }) => productId === 'TEA'),
      { model: seasonalNaive() },
    );
    const [row] = await rowsOf({ productIds: ['TEA'], horizon: 1, quantiles: [0.05, 0.95] }, naive);
    expect(row.quantiles[0]).toBeLessThan(row.units);
    expect(row.quantiles[1]).toBeGreaterThan(row.units);
  });

  it.each([
    [{ productIds: ['TEA', 'COCOA'] }, 'not-found', ['productIds', 1]],
    [{ productIds: [] }, 'invalid-option', ['productIds']],
    [{ productIds: 'TEA' }, 'invalid-option', ['productIds']],
    [{ category: 'Drinks' }, 'not-found', ['category']],
    [{ productIds: ['TEA'], category: 'dishes' }, 'not-found', ['productIds']],
    [{ location: 'north' }, 'invalid-option', ['location']],
    [{ level: 'location' }, 'invalid-option', ['level']],
    [{ level: 'series' }, 'invalid-option', ['level']],
    [{ horizon: 0 }, 'invalid-option', ['horizon']],
    [{ horizon: 31, maxRows: 30 }, 'limit-exceeded', ['granularity']],
    [{ maxRows: 0 }, 'invalid-option', ['maxRows']],
    [{ maxRows: 500_001 }, 'invalid-option', ['maxRows']],
    [{ horizon: 1.5 }, 'invalid-option', ['horizon']],
    [{ horizon: 800 }, 'invalid-option', ['horizon']],
    [{ from: date(DAYS + 725), horizon: 30 }, 'invalid-option', ['from']],
    [{ horizon: 7, to: date(DAYS + 7) }, 'invalid-option', ['to']],
    [{ from: date(DAYS - 1) }, 'invalid-option', ['from']],
    [{ from: '1.9.2026' }, 'invalid-option', ['from']],
    [{ from: date(DAYS + 9), to: date(DAYS + 8) }, 'invalid-option', ['to']],
    [{ to: date(DAYS + 900) }, 'invalid-option', ['to']],
    [{ granularity: 'year' }, 'invalid-option', ['granularity']],
    [{ quantiles: [0.5, 1] }, 'invalid-option', ['quantiles', 1]],
    [{ quantiles: [Number.NaN] }, 'invalid-option', ['quantiles', 0]],
    [{ product: 'TEA' }, 'invalid-option', ['product']],
    [null, 'invalid-option', []],
    ['TEA', 'invalid-option', []],
  ])('refuses %j', async (query, code, path) => {
    expect(await errorOf(forecaster.forecast(query as never))).toMatchObject({ code, path });
  });

  it('says what is there where a name is wrong', async () => {
    const unknown = await errorOf(forecaster.forecast({ productIds: ['COCOA'] }));
    expect(unknown.hint).toBe('There are "COFFEE", "MUG", "SPOON", "TEA", "UNSOLD", among others.');
    const place = await errorOf(byLocation.forecast({ location: 'east' }));
    expect(place).toMatchObject({ code: 'not-found', path: ['location'] });
    expect(place.hint).toMatch(/"north", "south"/);
  });

  it('refuses too many rows before it computes any', async () => {
    const question = { level: 'product', horizon: 90, granularity: 'day', quantiles: [0.3] } as const;
    // Without a model nothing can be computed, which would be the answer otherwise.
    expect(await errorOf(snapshotOnly.forecast(question))).toMatchObject({ code: 'not-trained' });
    expect(await errorOf(snapshotOnly.forecast({ ...question, maxRows: 89 }))).toMatchObject({
      code: 'limit-exceeded',
    });
    expect(await rowsOf({ horizon: 30, maxRows: 30 })).toHaveLength(30);
  });

  it('stops when it is told to', async () => {
    expect(await errorOf(forecaster.forecast({ signal: AbortSignal.abort() }))).toMatchObject({
      code: 'aborted',
    });
  });
});
