import { describe, expect, it } from 'vitest';
import {
  type AlertsQuery,
  createForecaster,
  formatDay,
  type PlanRecord,
  parseDay,
  type SalesRecord,
} from '../../../src/index.js';
import { createRandom } from '../../../src/random.js';
import { poisson } from '../../../src/testing/distributions.js';
import { errorOf } from '../../error-of.js';

const DAYS = 200;
const FIRST = parseDay('2026-01-01');
const date = (day: number) => formatDay(FIRST + day);
const PRODUCTS = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];

interface Shop {
  /** Expected units of a product on a day, 10 by default. */
  readonly mean?: (product: string, day: number) => number;
  readonly days?: number;
  readonly seed?: number;
  readonly change?: (record: SalesRecord, day: number) => SalesRecord;
}

/** Poisson sales of eight products in two categories. */
function sales({
  mean = () => 10,
  days = DAYS,
  seed = 3,
  change = (record) => record,
}: Shop = {}): SalesRecord[] {
  const random = createRandom(seed);
  return Array.from({ length: days }, (_, day) =>
    PRODUCTS.flatMap((productId) => {
      const units = poisson(random, mean(productId, day));
      if (units === 0) return [];
      return [
        change(
          { date: date(day), productId, category: productId < 'E' ? 'first' : 'second', units, price: 5 },
          day,
        ),
      ];
    }),
  ).flat();
}

async function alertsOf(
  records: SalesRecord[],
  query: AlertsQuery = {},
  plans: PlanRecord[] = [],
  days = DAYS,
) {
  const forecaster = createForecaster({ now: () => new Date(`${date(days)}T08:00:00Z`) });
  await forecaster.ingest(records);
  if (plans.length > 0) await forecaster.plan(plans);
  return forecaster.alerts(query);
}

const brief = ({ alerts }: Awaited<ReturnType<typeof alertsOf>>) =>
  alerts.map(({ kind, productId, category, firstDay, lastDay }) => [
    kind,
    productId ?? category,
    firstDay,
    lastDay,
  ]);

describe('alerts', () => {
  it('has none where nothing happened, and says what it looked at', async () => {
    const answer = await alertsOf(sales());
    expect(answer).toMatchObject({
      firstDay: date(DAYS - 7),
      lastDay: date(DAYS - 1),
      seenUntil: date(DAYS - 8),
      falseDiscoveryRate: 0.05,
      tested: { products: 8, categories: 2, promotions: 0 },
      alerts: [],
    });
  });

  it('tells a day with far more, with what was expected', async () => {
    const mean = (product: string, day: number) => (product === 'C' && day === DAYS - 4 ? 50 : 10);
    const answer = await alertsOf(sales({ mean }));
    expect(brief(answer).filter(([, name]) => name === 'C')).toEqual([
      ['spike', 'C', date(DAYS - 4), date(DAYS - 4)],
    ]);
    const alert = answer.alerts.find(({ productId }) => productId === 'C')!;
    expect(alert).toMatchObject({ level: 'product', category: 'first', location: null });
    expect(alert.expectedUnits).toBeGreaterThan(8);
    expect(alert.expectedUnits).toBeLessThan(12);
    expect(alert.upper).toBeLessThan(alert.units);
    expect(alert.pValue).toBeLessThan(1e-6);
    expect(alert.message).toMatch(
      /^C sold more than forecast: \d+ on 2026-07-16, where 1?\d(\.\d)? were expected \([\d.]+ to \d+\)\.$/,
    );
  });

  it('tells only the days that deviate: not those around a giant order, nor usual ones after a busy run', async () => {
    const giant = sales();
    giant.push({ date: date(DAYS - 4), productId: 'C', category: 'first', units: 3000, price: 5 });
    const answer = await alertsOf(giant);
    expect(brief(answer).filter(([, name]) => name === 'C')).toEqual([
      ['spike', 'C', date(DAYS - 4), date(DAYS - 4)],
    ]);
    const busy = (product: string, day: number) =>
      product === 'F' && day >= DAYS - 6 && day < DAYS - 3 ? 40 : 10;
    expect(brief(await alertsOf(sales({ mean: busy }))).filter(([, name]) => name === 'F')).toEqual([
      ['spike', 'F', date(DAYS - 6), date(DAYS - 4)],
    ]);
  });

  it('tells of the category, not of each product, what all of them have in common', async () => {
    const mean = (_: string, day: number) => (day === DAYS - 2 ? 22 : 10);
    const answer = await alertsOf(sales({ mean }));
    expect(
      answer.alerts.map(({ kind, level, firstDay, lastDay }) => [kind, level, firstDay, lastDay]),
    ).toEqual([
      ['spike', 'category', date(DAYS - 2), date(DAYS - 2)],
      ['spike', 'category', date(DAYS - 2), date(DAYS - 2)],
    ]);
  });

  it('tells what stopped and what sells less, since when', async () => {
    const mean = (product: string, day: number) =>
      product === 'B' && day >= DAYS - 5 ? 0 : product === 'F' && day >= DAYS - 6 ? 3 : 10;
    const answer = await alertsOf(sales({ mean }));
    const [first] = answer.alerts.filter(({ productId }) => productId === 'B');
    expect(first).toMatchObject({
      kind: 'stopped',
      firstDay: date(DAYS - 5),
      lastDay: date(DAYS - 1),
      units: 0,
      lower: expect.any(Number),
    });
    expect(first.message).toMatch(/^B has sold nothing since 2026-07-15/);
    expect(answer.alerts.find(({ productId }) => productId === 'F')?.kind).toBe('drop');
    expect(answer.alerts.filter(({ level }) => level === 'product')).toHaveLength(2);
    const differences = answer.alerts.map(({ units, expectedUnits }) =>
      Math.abs(units - (expectedUnits ?? 0)),
    );
    expect(differences).toEqual([...differences].sort((a, b) => b - a));
  });

  it('tells what is new, and what sells again', async () => {
    const mean = (product: string, day: number) => {
      if (product === 'D') return day >= DAYS - 3 ? 6 : 0;
      if (product === 'G') return day >= 100 && day < DAYS - 2 ? 0 : 10;
      return 10;
    };
    const answer = await alertsOf(sales({ mean }));
    expect(brief(answer)).toEqual(
      expect.arrayContaining([
        ['started', 'D', date(DAYS - 3), date(DAYS - 1)],
        ['started', 'G', date(DAYS - 2), date(DAYS - 1)],
      ]),
    );
    const again = answer.alerts.find(({ productId }) => productId === 'G')!;
    expect(again.message).toMatch(/^G is on sale again, after nothing since 2026-04-11: \d+ from/);
    expect(again).toMatchObject({ expectedUnits: null, lower: null, upper: null, pValue: null });
  });

  it('tells a category in which everything sells less', async () => {
    const mean = (product: string, day: number) => (product >= 'E' && day >= DAYS - 4 ? 6.5 : 10);
    const answer = await alertsOf(sales({ mean }));
    expect(answer.alerts[0]).toMatchObject({
      kind: 'drop',
      level: 'category',
      category: 'second',
      productId: null,
    });
    expect(answer.alerts.filter(({ category }) => category === 'first')).toEqual([]);
  });

  it('tells a promotion that does not show, not one that does, and nothing twice', async () => {
    const past = (product: string, day: number) =>
      product < 'E' && Math.floor(day / 10) % 3 === 1 && day % 10 < 5 && day < 180;
    const planned = (product: string, day: number) => (product === 'A' || product === 'B') && day >= DAYS - 5;
    const works = (product: string, day: number) =>
      past(product, day) || (planned(product, day) && product === 'A');
    const records = sales({
      mean: (product, day) => (works(product, day) ? 30 : 10),
      change: (record, day) => ({ ...record, promo: works(record.productId, day) }),
    });
    const plans: PlanRecord[] = ['A', 'B'].map((productId) => ({
      from: date(DAYS - 5),
      to: date(DAYS - 1),
      productId,
      promo: true,
    }));
    const answer = await alertsOf(records, {}, plans);
    expect(brief(answer)).toEqual([['missed-promotion', 'B', date(DAYS - 5), date(DAYS - 1)]]);
    expect(answer.tested.promotions).toBe(2);
    expect(answer.alerts[0].message).toMatch(/^The promotion of B does not show: \d+ from/);
    // Without the plan, nothing is missing, and the one that works is explained by its mark in the records.
    expect(brief(await alertsOf(records))).toEqual([]);
  });

  it('does not say that a promotion is missed that works in part', async () => {
    const past = (day: number) => Math.floor(day / 10) % 3 === 1 && day % 10 < 5 && day < 180;
    const records = sales({
      mean: (product, day) =>
        product < 'E' && past(day) ? 400 : product === 'B' && day >= DAYS - 5 ? 160 : 100,
      change: (record, day) => ({ ...record, promo: record.productId < 'E' && past(day) }),
    });
    const plans: PlanRecord[] = [{ from: date(DAYS - 5), to: date(DAYS - 1), productId: 'B', promo: true }];
    const answer = await alertsOf(records, {}, plans);
    expect(answer.tested.promotions).toBe(1);
    const ofProducts = answer.alerts.filter(({ level }) => level === 'product');
    expect(ofProducts.map(({ kind, productId }) => [kind, productId])).toEqual([['drop', 'B']]);
  });

  it('does not take days out of stock or closed for sales that are missing', async () => {
    const records = sales({
      mean: (product, day) => (day >= DAYS - 3 && product === 'H' ? 0 : 10),
    });
    for (let day = DAYS - 3; day < DAYS; day++) {
      records.push({ date: date(day), productId: 'H', category: 'second', units: 0, inStock: false });
    }
    expect(brief(await alertsOf(records))).toEqual([]);
    const closed = sales({ mean: (_, day) => (day >= DAYS - 2 ? 0 : 10) });
    closed.push({ date: date(DAYS - 1), productId: 'A', category: 'first', units: 0 });
    const plans: PlanRecord[] = [{ from: date(DAYS - 2), to: date(DAYS - 1), all: true, open: false }];
    expect(brief(await alertsOf(closed, {}, plans))).toEqual([]);
  });

  it('looks at one category, more days, and with another rate', async () => {
    const mean = (product: string, day: number) =>
      day === DAYS - 12 && (product === 'C' || product === 'F') ? 60 : 10;
    const records = sales({ mean });
    expect(brief(await alertsOf(records)).map(([, name]) => name)).toEqual([]);
    const answer = await alertsOf(records, { days: 14, category: 'second' });
    expect(answer.tested).toMatchObject({ products: 4, categories: 1 });
    expect(new Set(brief(answer).map(([, name]) => name))).toEqual(new Set(['F', 'second']));
    expect((await alertsOf(records, { days: 14, falseDiscoveryRate: 0 })).alerts).toEqual([]);
  });

  it('keeps locations apart where the panel does', async () => {
    const mean = (product: string, day: number) => (product === 'C' && day === DAYS - 1 ? 60 : 10);
    const forecaster = createForecaster({
      panel: { byLocation: true },
      now: () => new Date(`${date(DAYS)}T08:00:00Z`),
    });
    await forecaster.ingest(sales({ mean, change: (record) => ({ ...record, location: 'north' }) }));
    const { alerts } = await forecaster.alerts();
    expect(alerts.find(({ level }) => level === 'product')).toMatchObject({
      productId: 'C',
      location: 'north',
    });
  });

  it('is the same for the same sales, in any order, trained or not', async () => {
    const mean = (product: string, day: number) => (product === 'C' && day === DAYS - 4 ? 50 : 10);
    const records = sales({ mean });
    const forecaster = createForecaster({ now: () => new Date(`${date(DAYS)}T08:00:00Z`) });
    await forecaster.ingest([...records].reverse());
    await forecaster.train();
    expect(await forecaster.alerts()).toEqual(await alertsOf(records));
  });

  it.each([
    [{ days: 0 }, 'invalid-option', ['days']],
    [{ days: 29 }, 'invalid-option', ['days']],
    [{ days: 2.5 }, 'invalid-option', ['days']],
    [{ falseDiscoveryRate: 5 }, 'invalid-option', ['falseDiscoveryRate']],
    [{ falseDiscoveryRate: '0.1' }, 'invalid-option', ['falseDiscoveryRate']],
    [{ category: 'third' }, 'not-found', ['category']],
    [null, 'invalid-option', []],
    [{ day: 3 }, 'invalid-option', ['day']],
    [{ signal: AbortSignal.abort() }, 'aborted', []],
  ])('refuses %j', async (query, code, path) => {
    expect(await errorOf(alertsOf(sales({ days: 100 }), query as never, [], 100))).toMatchObject({
      code,
      path,
    });
  });

  it('needs sales, and ten weeks of them before the days', async () => {
    expect(await errorOf(alertsOf([]))).toMatchObject({ code: 'empty-data' });
    const short = await errorOf(alertsOf(sales({ days: 76 }), {}, [], 76));
    expect(short).toMatchObject({ code: 'too-short', hint: 'There are 76 days of sales.' });
    expect((await alertsOf(sales({ days: 77 }), {}, [], 77)).alerts).toEqual([]);
  });

  it('takes one product, constant sales, and a product that never sold', async () => {
    const constant = Array.from({ length: DAYS }, (_, day) => [
      { date: date(day), productId: 'A', units: day === DAYS - 2 ? 30 : 5 },
      { date: date(day), productId: 'NEVER', units: 0 },
    ]).flat();
    const answer = await alertsOf(constant);
    expect(brief(answer)).toContainEqual(['spike', 'A', date(DAYS - 2), date(DAYS - 2)]);
    expect(answer.tested.products).toBe(1);
  });

  it('are told of categories alone when a day doubles the sales of every product', async () => {
    const random = createRandom(1);
    const records = Array.from({ length: DAYS * 40 }, (_, i): SalesRecord => {
      const [day, product] = [Math.floor(i / 40), i % 40];
      const units = poisson(random, 3 + (product % 17)) * (day === DAYS - 2 ? 2 : 1);
      return { date: date(day), productId: `P${product}`, category: `C${product % 5}`, units };
    });
    const { alerts } = await alertsOf(records);
    expect(
      alerts.map(({ kind, level, category, firstDay }) => [kind, level, category, firstDay]).sort(),
    ).toEqual(
      ['C0', 'C1', 'C2', 'C3', 'C4'].map((category) => ['spike', 'category', category, date(DAYS - 2)]),
    );
  });
});
