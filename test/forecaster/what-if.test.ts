import { beforeAll, describe, expect, it } from 'vitest';
import {
  adaptiveEnsemble,
  createForecaster,
  type Forecaster,
  type ForecasterOptions,
  formatDay,
  type PlanRecord,
  structural,
  weekdayMean,
} from '../../src/index.js';
import { errorOf } from '../error-of.js';
import { promotionShop, recordsOf, type ShopOptions } from '../promotion-shop.js';

// The generated shop ends on 31 December 2024.
const now = () => new Date('2025-01-01T06:00:00Z');
const NEXT_WEEK = { from: '2025-01-01', to: '2025-01-07' };

async function trained(shop: ShopOptions, options: ForecasterOptions = {}): Promise<Forecaster> {
  const forecaster = createForecaster({ model: structural(), now, ...options });
  await forecaster.ingest(recordsOf(promotionShop(shop), formatDay));
  return forecaster;
}

const week = { timePeriod: 'week' } as const;

describe('what-if', () => {
  let forecaster: Forecaster;
  beforeAll(async () => {
    forecaster = await trained({ seed: 1 });
    await forecaster.plan([{ ...NEXT_WEEK, productId: 'P1', promo: true }]);
    await forecaster.train();
  });
  const ask = (...plan: PlanRecord[]) => forecaster.whatIf({ plan, ...week });

  it('starts from the forecasts of the snapshot, plans included', async () => {
    const { total, products, categories } = await ask({ ...NEXT_WEEK, productId: 'P0', promo: true });
    const { predictions } = await forecaster.categories(week);
    const sum = predictions.reduce((units, { predictedUnits }) => units + predictedUnits, 0);
    expect(total.base).toBeCloseTo(sum, 6);
    expect(products.map(({ productId }) => productId)).toEqual(['P0']);
    expect(categories.map(({ category }) => category)).toEqual(['Category 0']);
    const { products: ranked } = await forecaster.topProducts({ ...week, limit: 100 });
    const own = ranked.find(({ productId }) => productId === 'P0')!;
    expect(products[0].base).toBeCloseTo(own.predictedUnits, 6);
    expect(products[0].scenario).toBe(products[0].base + products[0].difference);
    expect(products[0].lower).toBeGreaterThan(0);
    expect(products[0].upper).toBeGreaterThan(products[0].difference);
    // The interval of the effect is narrower than that of the sales.
    expect(products[0].upper! - products[0].lower!).toBeLessThan(own.upper - own.lower);
  });

  it('changes nothing for an empty plan, or one that is planned already', async () => {
    for (const plan of [[], [{ ...NEXT_WEEK, productId: 'P1', promo: true }]]) {
      const { total, products, categories, changedProducts } = await ask(...plan);
      expect(total).toMatchObject({ difference: 0, lower: 0, upper: 0, fromOthers: 0 });
      expect([products, categories, changedProducts]).toEqual([[], [], 0]);
    }
  });

  it('says so where the history does not show what a promotion does', async () => {
    const shop = createForecaster({ model: structural(), now });
    const days = Array.from({ length: 200 }, (_, d) => formatDay(20_088 - 200 + d));
    await shop.ingest(days.map((date, d) => ({ date, productId: 'A', units: 5 + (d % 3), promo: false })));
    await shop.train();
    const { total, ignored } = await shop.whatIf({
      plan: [{ ...NEXT_WEEK, productId: 'A', promo: true }],
      ...week,
    });
    expect(ignored).toEqual([{ record: 0, reason: 'no-effect-known' }]);
    expect(total).toMatchObject({ difference: 0, lower: null, upper: null });
  });

  it.each([
    ['no plan', (f: Forecaster) => f.whatIf({ ...week } as never), 'plan'],
    ['a plan that is no list', (f: Forecaster) => f.whatIf({ plan: {}, ...week } as never), 'plan'],
    ['no question', (f: Forecaster) => f.whatIf(undefined as never), 'query'],
    ['nothing to explain', (f: Forecaster) => f.explain(undefined as never), 'query'],
    ['a single record to plan', (f: Forecaster) => f.plan({ ...NEXT_WEEK, promo: true } as never), 'plan'],
    ['an id in place of a list', (f: Forecaster) => f.unplan('x' as never), 'ids'],
  ])('refuses %s', async (_, call, path) => {
    expect(await errorOf(call(forecaster))).toMatchObject({ code: 'invalid-option', path: [path] });
  });

  it('takes back what is planned, closes days and lowers prices', async () => {
    const back = await ask({ ...NEXT_WEEK, productId: 'P1', promo: false });
    expect(back.products[0].difference).toBeLessThan(0);
    const closed = await ask({ date: '2025-01-03', all: true, open: false });
    expect(closed.changedProducts).toBe(12);
    expect(closed.total.difference).toBeLessThan(-closed.total.base / 12);
    expect(closed.total.difference).toBeGreaterThan(-closed.total.base / 4);
    const gone = await ask({ ...NEXT_WEEK, productId: 'P2', available: false });
    expect(gone.products[0].scenario).toBeCloseTo(0, 9);
    const cheap = await ask({ ...NEXT_WEEK, category: 'Category 1', price: 8 });
    expect(cheap.changedProducts).toBe(4);
    expect(cheap.total.difference).toBeGreaterThan(0);
  });

  it('stores nothing and leaves the forecasts as they are', async () => {
    const before = await forecaster.topProducts(week);
    await ask({ ...NEXT_WEEK, all: true, promo: true });
    expect((await forecaster.plans.list()).length).toBe(1);
    expect(await forecaster.topProducts(week)).toEqual(before);
  });

  it('says why records make no difference', async () => {
    const { ignored } = await ask(
      { ...NEXT_WEEK, productId: 'P0', promo: true },
      { ...NEXT_WEEK, productId: 'nobody', promo: true },
      { date: '2025-03-01', productId: 'P0', promo: true },
      { date: '2024-12-01', productId: 'P0', promo: true },
      { date: '2025-01-02', all: true, event: 'Fair' },
    );
    expect(ignored).toEqual([
      { record: 1, reason: 'no-such-product' },
      { record: 2, reason: 'outside-period' },
      { record: 3, reason: 'outside-period' },
      { record: 4, reason: 'event-not-learnt' },
    ]);
  });

  it('lists no promotion just after the period that changes it', async () => {
    const { total, ignored } = await ask({ from: '2025-01-08', to: '2025-01-10', all: true, promo: true });
    expect(total.difference).not.toBe(0);
    expect(ignored).toEqual([]);
    const { ignored: later } = await ask({ from: '2025-01-12', to: '2025-01-14', all: true, promo: true });
    expect(later).toEqual([{ record: 0, reason: 'outside-period' }]);
  });

  it('distinguishes events that the history has, that it does not have, and that are planned', async () => {
    const events = [...Array(24)].map((_, k) => ({ name: 'Fair', day: 20_088 - 30 * k - 5 }));
    const shop = await trained({ seed: 2, products: 4 }, { events });
    await shop.plan([{ date: '2025-01-03', all: true, event: 'Fair' }]);
    await shop.train();
    const reasons = async (...plan: PlanRecord[]) => {
      const { ignored, total } = await shop.whatIf({ plan, ...week });
      return { reasons: ignored.map(({ reason }) => reason), lower: total.lower };
    };
    expect(await reasons({ date: '2025-01-05', all: true, event: 'Fair' })).toEqual({
      reasons: ['event-needs-training'],
      lower: null,
    });
    expect((await reasons({ date: '2025-01-03', productId: 'P0', event: 'Fair' })).reasons).toEqual([
      'already-planned',
    ]);
    expect((await reasons({ date: '2025-01-05', all: true, event: 'Gala' })).reasons).toEqual([
      'event-not-learnt',
    ]);
    // The rest of the record counts.
    const mixed = await reasons({ date: '2025-01-05', productId: 'P0', event: 'Gala', promo: true });
    expect(mixed.reasons).toEqual(['event-not-learnt']);
    expect(mixed.lower).not.toBeNull();
  });

  it('says so if the history does not identify the effect of a price alone', async () => {
    const shop = await trained({ seed: 3, products: 4, apart: false });
    await shop.train();
    const { ignored, total } = await shop.whatIf({
      plan: [{ ...NEXT_WEEK, productId: 'P0', price: 9 }],
      ...week,
    });
    expect(ignored).toEqual([{ record: 0, reason: 'price-not-identifiable' }]);
    expect(total).toMatchObject({ difference: 0, lower: null, upper: null });
    const { products } = await shop.elasticities();
    expect(products.map(({ status }) => status)).toEqual(Array(4).fill('not-identifiable'));
    const { ignored: known } = await forecaster.whatIf({
      plan: [{ ...NEXT_WEEK, productId: 'P0', price: 9 }],
      ...week,
    });
    expect(known).toEqual([]);
  });

  it('says which prices are so far from the usual one that they count as less', async () => {
    const product = (price: number) => ({ ...NEXT_WEEK, productId: 'P0', price });
    const dear = await ask(product(1000));
    expect(dear.ignored).toEqual([{ record: 0, reason: 'far-price' }]);
    expect(dear.total.difference).toBeLessThan(0);
    expect(dear.total.lower).not.toBeNull();
    const dearer = await ask(product(100_000));
    expect(dearer.total.difference).toBeCloseTo(dear.total.difference, 6);
    const cheap = await ask({ ...NEXT_WEEK, category: 'Category 0', price: 0.08 });
    expect(cheap.ignored).toEqual([{ record: 0, reason: 'far-price' }]);
    const both = await ask(product(8), { ...product(0.08), promo: true });
    expect(both.ignored).toEqual([{ record: 1, reason: 'far-price' }]);
    expect((await ask(product(11))).ignored).toEqual([]);
  });

  it('lists the largest changes, as many as are asked for', async () => {
    const query = { plan: [{ ...NEXT_WEEK, all: true, promo: true } as const], ...week };
    const { products, changedProducts } = await forecaster.whatIf({ ...query, limit: 3 });
    expect(products.length).toBe(3);
    expect(changedProducts).toBe(11);
    const sizes = products.map(({ difference }) => Math.abs(difference));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  });

  it('says where cannibalisation is measured', async () => {
    const query = { plan: [{ ...NEXT_WEEK, productId: 'P0', promo: true }], ...week };
    const alone = await forecaster.whatIf(query);
    expect(alone.categories[0].cannibalisation).toBe('not-measured');
    expect(alone.categories[0].fromOthers).toBe(0);
    const shared = await trained({ seed: 1, cannibalisation: 0.4 });
    await shared.train();
    const answer = await shared.whatIf(query);
    expect(answer.categories[0].cannibalisation).toBe('measured');
    expect(answer.categories[0].fromOthers).toBeLessThan(0);
    expect(answer.changedProducts).toBe(4);
    expect(answer.total.difference).toBeCloseTo(
      answer.products.reduce((sum, { difference }) => sum + difference, 0),
      6,
    );
  });

  it('gives no interval if the model has none', async () => {
    const plain = await trained({ seed: 1, days: 200 }, { model: weekdayMean({ weeks: 4 }), now: undefined });
    await plain.train();
    const answer = await plain.whatIf({ plan: [{ ...NEXT_WEEK, all: true, promo: true }], ...week });
    expect(answer.total).toMatchObject({ difference: 0, lower: null, upper: null });
    expect(answer.changedProducts).toBe(0);
  });

  it('refuses wrong plans and options with their path', async () => {
    const wrong = await errorOf(ask({ date: '2025-01-02', productId: 'P0' }));
    expect([wrong.code, wrong.path]).toEqual(['invalid-option', ['plan', 0, 'promo']]);
    const span = await errorOf(
      ask({ ...NEXT_WEEK, all: true, promo: true }, { from: '2025-02-30', to: 'x', all: true, promo: true }),
    );
    expect(span.path.slice(0, 2)).toEqual(['plan', 1]);
    const period = await errorOf(forecaster.whatIf({ plan: [], timePeriod: 'day' as 'week' }));
    expect([period.code, period.path]).toEqual(['invalid-option', ['timePeriod']]);
    const unknown = await errorOf(forecaster.whatIf({ plan: [], ...week, plans: [] } as never));
    expect(unknown.path).toEqual(['plans']);
    expect((await errorOf(forecaster.whatIf({ plan: [], ...week, limit: 0 }))).path).toEqual(['limit']);
  });

  it('needs the model, which a snapshot may come with', async () => {
    expect((await errorOf(createForecaster().whatIf({ plan: [], ...week }))).code).toBe('not-trained');
    const { plans } = forecaster;
    const other = createForecaster({ model: structural(), now, plans });
    const snapshot = forecaster.snapshot()!;
    await other.useSnapshot(snapshot);
    const missing = await errorOf(other.whatIf({ plan: [], ...week }));
    expect(missing.code).toBe('not-trained');
    expect(missing.hint).toContain('useSnapshot');
    const json = JSON.parse(JSON.stringify(forecaster.fittedModel()!.toJSON()));
    await other.useSnapshot(snapshot, structural().load(json));
    const query = { plan: [{ ...NEXT_WEEK, productId: 'P0', promo: true }], ...week };
    expect(await other.whatIf(query)).toEqual(await forecaster.whatIf(query));
    const question = { productId: 'P1', ...week };
    expect(await other.explain(question)).toEqual(await forecaster.explain(question));
    const short = await trained({ seed: 2, products: 2, categories: 1, days: 100 }, { now: undefined });
    await short.train();
    const wrong = await errorOf(other.useSnapshot(snapshot, short.fittedModel()!));
    expect(wrong.code).toBe('invalid-model');
  });
});

describe('explain', () => {
  let forecaster: Forecaster;
  beforeAll(async () => {
    forecaster = await trained(
      { seed: 5, days: 500 },
      {
        model: adaptiveEnsemble({
          trials: 1,
          directBoosting: { rowsPerBooster: 4000, params: { rounds: 20 } },
        }),
        now: () => new Date('2024-05-16T06:00:00Z'),
      },
    );
    await forecaster.plan([{ from: '2024-05-17', to: '2024-05-20', productId: 'P1', promo: true }]);
    await forecaster.train();
  }, 60_000);

  it('adds up to the answer of the snapshot, for products and categories', async () => {
    for (const timePeriod of ['week', 'month'] as const) {
      const { products } = await forecaster.topProducts({ timePeriod, limit: 3 });
      for (const { productId, predictedUnits } of products) {
        const { contributions, ...rest } = await forecaster.explain({ productId, timePeriod });
        expect(rest).toMatchObject({ productId, predictedUnits, timePeriod, model: 'adaptive-ensemble' });
        const sum = contributions.reduce((total, { units }) => total + units, 0);
        expect(Math.abs(sum / predictedUnits - 1)).toBeLessThan(1e-6);
        // What is left over is what boosters mix, and not what was missing.
        expect(contributions[0].part).toBe('level');
      }
    }
    const category = 'Category 1';
    const { contributions, predictedUnits, members } = await forecaster.explain({ category, ...week });
    const sum = contributions.reduce((total, { units }) => total + units, 0);
    expect(Math.abs(sum / predictedUnits - 1)).toBeLessThan(1e-6);
    expect(members.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(1, 9);
    expect(members.map(({ model }) => model)).toContain('structural');
  });

  it('gives a planned promotion its own part', async () => {
    const { contributions } = await forecaster.explain({ productId: 'P1', ...week });
    const promotion = contributions.find(({ part }) => part === 'promotion')!;
    const level = contributions.find(({ part }) => part === 'level')!;
    expect(promotion.units).toBeGreaterThan(0.1 * level.units);
  });

  it('refuses what it cannot explain', async () => {
    expect((await errorOf(forecaster.explain(week))).path).toEqual(['productId']);
    const both = { productId: 'P1', category: 'Category 1', ...week };
    expect((await errorOf(forecaster.explain(both))).code).toBe('invalid-option');
    expect((await errorOf(forecaster.explain({ productId: 'X', ...week }))).code).toBe('not-found');
    expect((await errorOf(forecaster.explain({ category: 'X', ...week }))).code).toBe('not-found');
    const signal = AbortSignal.abort();
    expect((await errorOf(forecaster.explain({ productId: 'P1', ...week, signal }))).code).toBe('aborted');
  });
});
