import { beforeAll, describe, expect, it } from 'vitest';
import {
  createForecaster,
  type Forecaster,
  type ForecastModel,
  type SalesRecord,
  type StockPlanQuery,
  seasonalNaive,
  structural,
  weekdayMean,
} from '../../src/index.js';
import { poissonDemand } from '../../src/inventory/index.js';
import { createRandom } from '../../src/random.js';
import { poisson } from '../../src/testing/distributions.js';
import { errorOf } from '../error-of.js';

const DAYS = 200;
const START = Date.UTC(2026, 0, 1);
const date = (day: number) => new Date(START + day * 86_400_000).toISOString().slice(0, 10);

/** Poisson demand of a constant mean; `FLAT` sells 6 a day, `SLOW` one in two weeks, `NEW` for the last 10 days. */
function sales(): SalesRecord[] {
  const random = createRandom(4);
  return Array.from({ length: DAYS }, (_, day) =>
    [
      { productId: 'FLAT', mean: 6, from: 0 },
      { productId: 'TWIN', mean: 6, from: 0 },
      { productId: 'SLOW', mean: 1 / 14, from: 0 },
      { productId: 'NEW', mean: 3, from: DAYS - 10 },
    ].flatMap(({ productId, mean, from }) => {
      const units = day < from ? 0 : poisson(random, mean);
      return units === 0
        ? []
        : [{ date: date(day), productId, category: productId === 'SLOW' ? 'b' : 'a', units }];
    }),
  ).flat();
}

async function trained(records: SalesRecord[], model: ForecastModel = structural()): Promise<Forecaster> {
  const forecaster = createForecaster({
    model,
    validationDays: 0,
    now: () => new Date(START + DAYS * 86_400_000),
  });
  await forecaster.ingest(records);
  await forecaster.train();
  return forecaster;
}

let forecaster: Forecaster;
beforeAll(async () => {
  forecaster = await trained(sales());
});

async function row(productId: string, query: StockPlanQuery) {
  const { rows } = await forecaster.stockPlan(query);
  const found = rows.find((one) => one.productId === productId);
  if (!found) throw new Error(`No row of ${productId}`);
  return found;
}

describe('stockPlan', () => {
  it('orders up to the quantile of the demand over lead time and review period', async () => {
    const flat = await row('FLAT', { stock: [{ productId: 'FLAT', onHand: 50, onOrder: 10 }] });
    // Poisson of mean 84 is the least that the law can be; the level itself is uncertain too.
    const least = poissonDemand(84).quantile(0.95);
    expect(flat.reorderPoint).toBeGreaterThan(least - 8);
    expect(flat.reorderPoint).toBeLessThan(1.3 * least);
    expect(Math.abs(flat.protectionDemand - 84)).toBeLessThan(8);
    expect(flat.orderQuantity).toBe(Math.ceil(flat.reorderPoint - 60));
    expect(flat.action).toBe('order-now');
    expect(flat.reasons[0]).toMatch(/^50 on hand and 10 on order, which last \d/);
  });

  it('says when to order, in days that the promise leaves', async () => {
    const much = await row('FLAT', { stock: [{ productId: 'FLAT', onHand: 200 }] });
    expect(much.action).toBe('order-later');
    expect(much.orderQuantity).toBe(0);
    // 200 units last about 30 days; a delivery takes 7 of them, and safety some.
    const days = (Date.parse(much.orderBy ?? '') - Date.parse(date(DAYS))) / 86_400_000;
    expect(days).toBeGreaterThan(14);
    expect(days).toBeLessThan(27);
    const late = await row('FLAT', { stock: [{ productId: 'FLAT', onHand: 3 }] });
    expect(late.orderBy).toBe(date(DAYS));
    expect(late.reasons[1]).toMatch(/comes late/);
    expect(late.stockOutProbability).toBeGreaterThan(0.99);
  });

  it('rises with service level, fill rate, lead time and its uncertainty', async () => {
    const point = async (query: StockPlanQuery) => (await row('FLAT', query)).reorderPoint;
    expect(await point({ serviceLevel: 0.99 })).toBeGreaterThan(await point({ serviceLevel: 0.8 }));
    expect(await point({ fillRate: 0.99 })).toBeGreaterThan(await point({ fillRate: 0.9 }));
    expect(await point({ leadTime: 14 })).toBeGreaterThan(await point({ leadTime: 7 }));
    const uncertain = [
      { days: 2, weight: 1 },
      { days: 12, weight: 1 },
    ];
    expect(await point({ leadTime: uncertain })).toBeGreaterThan(await point({ leadTime: 7 }));
  });

  it('follows packs, minimum orders, shelf life, own terms and margins', async () => {
    const order = async (terms: object, query: StockPlanQuery = {}) =>
      row('FLAT', { ...query, stock: [{ productId: 'FLAT', onHand: 10, ...terms }] });
    expect(((await order({ packSize: 12 })).orderQuantity ?? 0) % 12).toBe(0);
    expect((await order({ minimumOrder: 500 })).orderQuantity).toBe(500);
    const fresh = await order({ shelfLife: 3 });
    expect(fresh.orderQuantity).toBeLessThan(60);
    expect(fresh.reasons.join()).toMatch(/spoil/);
    expect((await order({ leadTime: 1 })).leadTimeDays).toBe(1);
    const margins = await order({ price: 10, cost: 9, salvage: 4 }, { holdingRate: 0.2 });
    expect(margins.serviceLevel).toBeCloseTo(1 / 6, 12);
    expect(margins.orderCost).toBe(9 * (margins.orderQuantity ?? 0));
  });

  it('keeps the budget, and gives it to what earns more', async () => {
    const stock = [
      { productId: 'FLAT', onHand: 0, price: 20, cost: 5, packSize: 6 },
      { productId: 'TWIN', onHand: 0, price: 6, cost: 5, packSize: 6 },
    ];
    const plan = await forecaster.stockPlan({ stock, budget: 400 });
    expect(plan.orderCost).toBeLessThanOrEqual(400);
    const quantity = (id: string) => plan.rows.find(({ productId }) => productId === id)?.orderQuantity ?? 0;
    expect(quantity('FLAT')).toBeGreaterThan(quantity('TWIN'));
    expect(plan.findings.map(({ code }) => code)).toContain('over-budget');
  });

  it('spends all of a budget that is a little short: what is left of an order keeps its worth', async () => {
    const stock = ['FLAT', 'TWIN'].map((productId) => ({ productId, onHand: 0, price: 10, cost: 7 }));
    const { orderCost } = await forecaster.stockPlan({ stock });
    const plan = await forecaster.stockPlan({ stock, budget: orderCost - 1 });
    expect(plan.orderCost).toBe(orderCost - 7);
  });

  it('orders nothing by margins of what costs more than it earns, unless a missing unit loses more', async () => {
    const loss = { productId: 'FLAT', onHand: 0, price: 4, cost: 5 };
    const { rows, findings } = await forecaster.stockPlan({ stock: [loss], holdingRate: 0.25 });
    expect(rows.find(({ productId }) => productId === 'FLAT')).toMatchObject({
      action: 'enough',
      orderQuantity: 0,
      orderCost: 0,
      reorderPoint: 0,
      serviceLevel: 0,
      orderBy: null,
    });
    expect(findings).toContainEqual(expect.objectContaining({ code: 'no-margin', productIds: ['FLAT'] }));
    const kept = await row('FLAT', { stock: [{ ...loss, penalty: 3 }], holdingRate: 0.25 });
    expect(kept.orderQuantity).toBeGreaterThan(0);
  });

  it('orders up to the quantile that the forecast gives, with its calibration', async () => {
    const narrow = createForecaster({
      model: weekdayMean(),
      now: () => new Date(START + DAYS * 86_400_000),
    });
    await narrow.ingest(sales());
    await narrow.train();
    expect(narrow.snapshot()?.calibration.productDays).not.toBe(1);
    const { rows } = await narrow.stockPlan({ leadTime: 7, reviewPeriod: 7, serviceLevel: 0.95 });
    const forecast = await narrow.forecast({
      level: 'product',
      horizon: 14,
      granularity: 'total',
      quantiles: [0.95],
    });
    for (const { productId, quantiles } of forecast.rows) {
      const plan = rows.find((one) => one.productId === productId);
      expect(plan?.reorderPoint).toBeCloseTo(quantiles[0], 6);
    }
  });

  it('sorts by urgency and tells what it does not know', async () => {
    const plan = await forecaster.stockPlan({
      leadTime: 360,
      stock: [
        { productId: 'FLAT', onHand: 5000 },
        { productId: 'TWIN', onHand: 1 },
        { productId: 'TWIN', onHand: 2 },
        { productId: 'NEW', onHand: -4 },
        { productId: 'GONE', onHand: 4 },
      ],
    });
    expect(plan.rows.at(-1)).toMatchObject({ productId: 'SLOW', action: 'unknown', orderQuantity: null });
    expect(plan.rows.find(({ productId }) => productId === 'TWIN')?.onHand).toBe(3);
    expect(Object.fromEntries(plan.findings.map(({ code, productIds }) => [code, productIds]))).toMatchObject(
      {
        'no-stock': ['SLOW'],
        'unknown-product': ['GONE'],
        'repeated-product': ['TWIN'],
        'negative-stock': ['NEW'],
        'new-product': ['NEW'],
        'beyond-horizon': expect.any(Array),
      },
    );
    const soon = await forecaster.stockPlan({
      stock: ['FLAT', 'TWIN'].map((productId, i) => ({ productId, onHand: 40 * i })),
    });
    expect(soon.rows.map(({ productId }) => productId).slice(0, 2)).toEqual(['FLAT', 'TWIN']);
  });

  it('tells dead stock by the demand to come', async () => {
    const slow = await row('SLOW', { stock: [{ productId: 'SLOW', onHand: 300 }] });
    expect(slow.condition).toBe('excess');
    expect(slow.excessUnits).toBeGreaterThan(250);
    expect(slow.xyz).toBe('Z');
  });

  it('has planned promotions and closures in it', async () => {
    const planned = await trained(sales());
    await planned.plan([{ from: date(DAYS), to: date(DAYS + 6), all: true, open: false }]);
    await planned.train();
    const { rows } = await planned.stockPlan();
    const closed = rows.find(({ productId }) => productId === 'FLAT');
    expect(closed?.leadTimeDemand).toBe(0);
    const open = await row('FLAT', {});
    expect(closed?.reorderPoint).toBeLessThan(0.7 * open.reorderPoint);
  });

  it('takes stock by location, and asks which where a product has several', async () => {
    const byLocation = createForecaster({
      model: structural(),
      validationDays: 0,
      panel: { byLocation: true },
      now: () => new Date(START + DAYS * 86_400_000),
    });
    const places = ['Berlin', 'Hamburg', undefined];
    await byLocation.ingest(
      sales().flatMap((record) =>
        record.productId === 'FLAT'
          ? places.map((location) => ({ ...record, location }))
          : [{ ...record, location: 'Berlin' }],
      ),
    );
    await byLocation.train();
    const plan = await byLocation.stockPlan({
      stock: [
        { productId: 'FLAT', location: 'Berlin', onHand: 3 },
        { productId: 'FLAT', location: null, onHand: 500 },
        { productId: 'TWIN', onHand: 7 },
        { productId: 'FLAT', location: 'Paris', onHand: 1 },
      ],
    });
    const stockOf = (productId: string, location: string | null) =>
      plan.rows.find((one) => one.productId === productId && one.location === location)?.onHand;
    expect([stockOf('FLAT', 'Berlin'), stockOf('FLAT', null), stockOf('FLAT', 'Hamburg')]).toEqual([
      3,
      500,
      null,
    ]);
    expect(stockOf('TWIN', 'Berlin')).toBe(7);
    expect(plan.findings.find(({ code }) => code === 'unknown-product')?.productIds).toEqual([
      'FLAT at Paris',
    ]);
    expect(plan.findings.find(({ code }) => code === 'no-stock')?.productIds).toContain('FLAT at Hamburg');
    const open = await errorOf(byLocation.stockPlan({ stock: [{ productId: 'FLAT', onHand: 3 }] }));
    expect(open).toMatchObject({
      code: 'invalid-option',
      path: ['stock', 0, 'location'],
      hint: 'Its locations are null (records without a location), "Berlin", "Hamburg".',
    });
    const rows = (await byLocation.forecast({ location: null, horizon: 2, granularity: 'total' })).rows;
    expect(rows).toMatchObject([{ location: null }]);
    const flat = await byLocation.forecast({
      productIds: ['FLAT'],
      location: null,
      horizon: 2,
      granularity: 'total',
    });
    expect(rows[0].units).toBe(flat.rows[0].units);
    const summed = await errorOf(
      forecaster.stockPlan({ stock: [{ productId: 'FLAT', location: 'Berlin', onHand: 3 }] }),
    );
    expect(summed).toMatchObject({ code: 'invalid-option', path: ['stock', 0, 'location'] });
  });

  it('orders nothing of a product that has ended, and says so', async () => {
    const ended = await trained(
      sales().filter(({ productId, date: day }) => productId !== 'TWIN' || day < date(100)),
    );
    const { rows, findings } = await ended.stockPlan({
      stock: [
        { productId: 'TWIN', onHand: 0, minimumOrder: 12, cost: 2 },
        { productId: 'FLAT', onHand: 0 },
      ],
    });
    const gone = rows.find(({ productId }) => productId === 'TWIN');
    expect(gone).toMatchObject({ action: 'enough', orderQuantity: 0, orderBy: null, orderCost: 0 });
    expect(gone?.reasons[0]).toBe(`Sales have ended, with none since ${date(100)}: nothing is ordered.`);
    expect(findings.find(({ code }) => code === 'ended-product')?.productIds).toEqual(['TWIN']);
    expect(rows.find(({ productId }) => productId === 'FLAT')?.orderQuantity).toBeGreaterThan(0);
  });

  it('names packs as a reason only where they change the order, and sums without binary noise', async () => {
    const { reasons, orderQuantity: loose } = await row('FLAT', {
      stock: [{ productId: 'FLAT', onHand: 0.5 }],
    });
    expect(reasons.join(' ')).not.toMatch(/packs/);
    const packed = await row('FLAT', {
      stock: [{ productId: 'FLAT', onHand: 0.5, packSize: (loose ?? 0) + 7 }],
    });
    expect(packed.reasons.join(' ')).toMatch(/Rounded up to whole packs\./);
    const twice = await row('FLAT', {
      stock: [
        { productId: 'FLAT', onHand: 0.1 },
        { productId: 'FLAT', onHand: 0.2 },
      ],
    });
    expect(twice.onHand).toBe(0.3);
  });

  it('looks from a later day, and at one category', async () => {
    const plan = await forecaster.stockPlan({ from: date(DAYS + 3), category: 'b' });
    expect(plan.firstDay).toBe(date(DAYS + 3));
    expect(plan.rows.map(({ productId }) => productId)).toEqual(['SLOW']);
  });

  it('works for a model without quantiles of its own, for one product, for constant sales and for none', async () => {
    const constant = Array.from({ length: 90 }, (_, i) => ({
      date: date(DAYS - 90 + i),
      productId: 'ONE',
      category: 'a',
      units: 4,
    }));
    const naive = await trained(constant, seasonalNaive({ season: 7 }));
    const { rows } = await naive.stockPlan({ stock: [{ productId: 'ONE', onHand: 0 }] });
    expect(rows).toHaveLength(1);
    expect(rows[0].reorderPoint).toBeCloseTo(56, 6);
    const returns = [...constant, ...constant.map((record) => ({ ...record, productId: 'BACK', units: -1 }))];
    const back = await trained([
      ...returns,
      { date: date(DAYS - 5), productId: 'BACK', category: 'a', units: 1 },
    ]);
    const { rows: two } = await back.stockPlan({ stock: [{ productId: 'BACK', onHand: 2 }] });
    for (const one of two) expect(one.reorderPoint).toBeGreaterThanOrEqual(0);
  });

  it.each<[string, object]>([
    ['leadtime', { leadtime: 7 }],
    ['stock.0.onhand', { stock: [{ productId: 'FLAT', onhand: 4 }] }],
    ['stock.0.onHand', { stock: [{ productId: 'FLAT', onHand: Number.NaN }] }],
    ['stock.0.salvage', { stock: [{ productId: 'FLAT', onHand: 1, cost: 2, salvage: 2 }] }],
    ['serviceLevel', { serviceLevel: 95 }],
    ['reviewPeriod', { reviewPeriod: 0 }],
    ['leadTime', { leadTime: [] }],
    ['fillRate', { fillRate: 0.9, serviceLevel: 0.9 }],
    ['from', { from: 'tomorrow' }],
    ['from', { from: '2030-01-01' }],
    ['budget', { budget: -1 }],
  ])('refuses a wrong %s', async (path, query) => {
    const { code, path: at } = await errorOf(forecaster.stockPlan(query));
    expect([code, at.join('.')]).toEqual(['invalid-option', path]);
  });

  it('needs a training, knows its categories and stops when told', async () => {
    expect((await errorOf(createForecaster().stockPlan())).code).toBe('not-trained');
    expect((await errorOf(forecaster.stockPlan({ category: 'z' }))).code).toBe('not-found');
    expect((await errorOf(forecaster.stockPlan({ signal: AbortSignal.abort() }))).code).toBe('aborted');
  });
});
