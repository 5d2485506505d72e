import { describe, expect, it } from 'vitest';
import { parseDay } from '../../src/calendar/day.js';
import { PanelBuilder } from '../../src/panel/panel-builder.js';
import { createPlanBook, type PlanRecord } from '../../src/plan/index.js';
import { eventsOfPlans, futureOfPlans, withPastPlans } from '../../src/plan/plan-columns.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';

const TODAY = parseDay('2026-03-11');

async function plansOf(...records: PlanRecord[]) {
  const book = createPlanBook(new MemoryDocumentStore());
  const { problems } = await book.add(records, TODAY);
  expect(problems).toEqual([]);
  return book.knownOn(TODAY + 100);
}

/** A and B of Toys in Rome and Oslo, C of Tools in Oslo; ten days from 1 March 2026, one unit a day, none of C on the 5th. */
function shop() {
  const builder = new PanelBuilder({ byLocation: true });
  for (let d = 1; d <= 10; d++) {
    const date = `2026-03-${String(d).padStart(2, '0')}`;
    for (const location of ['Rome', 'Oslo']) {
      builder.add({ date, productId: 'A', category: 'Toys', units: 1, price: 10, location });
      builder.add({ date, productId: 'B', category: 'Toys', units: 1, location, promo: d === 3 });
    }
    if (d !== 5) builder.add({ date, productId: 'C', category: 'Tools', units: 1, location: 'Oslo' });
  }
  return builder.finish().panel;
}

/** Days (as indices) on which a column of a series holds a value. */
function daysWith(column: ArrayLike<number> | undefined, value: number, series: number, days: number) {
  return Array.from({ length: days }, (_, d) => d).filter((d) => column?.[series * days + d] === value);
}

describe('the future of plans', () => {
  it('is undefined where no plan touches it', async () => {
    const plans = await plansOf({ date: '2026-03-05', all: true, promo: true });
    expect(futureOfPlans(shop(), plans, 30)).toBeUndefined();
    expect(futureOfPlans(shop(), [], 30)).toBeUndefined();
  });

  it('reaches the products, categories and locations that are meant, on their days', async () => {
    const panel = shop();
    expect(panel.ids).toEqual(['A@Oslo', 'A@Rome', 'B@Oslo', 'B@Rome', 'C@Oslo']);
    const plans = await plansOf(
      { from: '2026-03-09', to: '2026-03-12', productId: 'A', promo: true },
      { date: '2026-03-13', category: 'Toys', location: 'Rome', price: 7 },
      { date: '2026-03-14', all: true, open: false },
      { from: '2026-03-20', to: '2026-05-01', location: 'Oslo', available: false },
    );
    const future = futureOfPlans(panel, plans, 10)!;
    expect(future.startDay).toBe(parseDay('2026-03-11'));
    expect(panel.ids.map((_, s) => daysWith(future.promo, 1, s, 10))).toEqual([[0, 1], [0, 1], [], [], []]);
    expect(panel.ids.map((_, s) => daysWith(future.price, 7, s, 10))).toEqual([[], [2], [], [2], []]);
    expect(panel.ids.map((_, s) => daysWith(future.open, 0, s, 10))).toEqual([[3], [3], [3], [3], [3]]);
    expect(panel.ids.map((_, s) => daysWith(future.available, 0, s, 10))).toEqual([[9], [], [9], [], [9]]);
  });

  it('lets the particular overrule the general, and the later known the earlier', async () => {
    const plans = await plansOf(
      { date: '2026-03-12', productId: 'A', price: 5 },
      { date: '2026-03-12', all: true, price: 9, knownSince: '2026-03-12' },
      { date: '2026-03-12', category: 'Toys', price: 8, knownSince: '2026-03-01' },
      { date: '2026-03-12', category: 'Toys', price: 6, knownSince: '2026-03-10' },
    );
    const { price } = futureOfPlans(shop(), plans, 2)!;
    expect([...price!].filter((_, i) => i % 2 === 1)).toEqual([5, 5, 6, 6, 9]);
  });

  it('has one series for each product where locations are not kept apart', async () => {
    const builder = new PanelBuilder();
    builder.add({ date: '2026-03-10', productId: 'A', units: 1 });
    const plans = await plansOf(
      { date: '2026-03-11', productId: 'A', promo: true },
      { date: '2026-03-11', productId: 'unknown', promo: true },
    );
    expect([...futureOfPlans(builder.finish().panel, plans, 1)!.promo!]).toEqual([1]);
  });
});

describe('the past of plans', () => {
  it('fills in what the sales do not say', async () => {
    const panel = shop();
    const plans = await plansOf(
      { date: '2026-03-03', all: true, promo: true },
      { date: '2026-03-05', all: true, open: false },
      { date: '2026-03-06', productId: 'C', available: false },
      { from: '2026-03-01', to: '2026-03-02', all: true, price: 20 },
    );
    const filled = withPastPlans(panel, plans);
    const days = panel.days;
    expect(panel.ids.map((_, s) => daysWith(filled.promo, 1, s, days))).toEqual([[2], [2], [2], [2], [2]]);
    // On the 5th, A and B sold: only C was closed.
    expect(panel.ids.map((_, s) => daysWith(filled.open, 0, s, days))).toEqual([[], [], [], [], [4]]);
    expect(panel.ids.map((_, s) => daysWith(filled.inStock, 0, s, days))).toEqual([[], [], [], [], [5]]);
    // A has recorded prices, which stay.
    expect(panel.ids.map((_, s) => daysWith(filled.price, 20, s, days))).toEqual([
      [],
      [],
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(panel.open).toBeUndefined();
    expect(daysWith(panel.promo, 1, 0, days)).toEqual([]);
  });

  it('leaves a panel without plans as it is', () => {
    const panel = shop();
    expect(withPastPlans(panel, [])).toBe(panel);
  });
});

describe('the events of plans', () => {
  it('are one for each day, for the products that are meant', async () => {
    const plans = await plansOf(
      { from: '2026-03-14', to: '2026-03-15', category: 'Toys', event: 'Fair' },
      { date: '2026-03-16', all: true, event: 'Market' },
      { date: '2026-03-16', all: true, promo: true },
    );
    expect(eventsOfPlans(plans)).toEqual([
      { name: 'Fair', day: parseDay('2026-03-14'), scope: { category: 'Toys' } },
      { name: 'Fair', day: parseDay('2026-03-15'), scope: { category: 'Toys' } },
      { name: 'Market', day: parseDay('2026-03-16') },
    ]);
  });
});
