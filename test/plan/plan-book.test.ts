import { describe, expect, it } from 'vitest';
import { parseDay } from '../../src/calendar/day.js';
import { createPlanBook, type PlanRecord } from '../../src/plan/index.js';
import { MemoryDocumentStore } from '../../src/storage/memory/memory-document-store.js';

const TODAY = parseDay('2026-11-20');
const promotion: PlanRecord = { from: '2026-12-01', to: '2026-12-07', productId: 'SKU-1', promo: true };
const closed: PlanRecord = { date: '2026-12-25', all: true, open: false };

const newBook = () => createPlanBook(new MemoryDocumentStore(), 'shop/plan');

describe('plan book', () => {
  it('stores good records and reports the others with their number and column', async () => {
    const book = newBook();
    const bad = [
      { date: '2026-12-01', productId: 'SKU-1' },
      { date: '2026-12-01', promo: true },
      { date: '2026-02-30', all: true, promo: true },
      { from: '2026-12-07', to: '2026-12-01', all: true, promo: true },
      { from: '2026-12-07', all: true, promo: true },
      { date: '2026-12-01', all: true, category: 'Toys', promo: true },
      { date: '2026-12-01', all: true, price: -1 },
      { date: '2026-12-01', all: true, promotion: true },
      null,
    ] as unknown as PlanRecord[];
    const report = await book.add([promotion, ...bad, closed], TODAY);
    expect(report).toMatchObject({ records: 11, added: 2, unchanged: 0, rejected: 9, version: 1 });
    const columns = report.problems.map(({ path }) => path.join('.'));
    expect(columns).toEqual(
      expect.arrayContaining([
        '1.promo',
        '2.productId',
        '3.date',
        '4.to',
        '5.date',
        '6.productId',
        '7.price',
      ]),
    );
    expect(new Set(report.problems.map(({ path }) => path[0])).size).toBe(9);
    expect(report.ids).toHaveLength(2);
  });

  it('accepts nothing at all', async () => {
    expect(await newBook().add([], TODAY)).toMatchObject({ records: 0, added: 0, version: 0, ids: [] });
  });

  it('changes nothing when an equal record comes again, also on a later day', async () => {
    const book = newBook();
    const { ids } = await book.add([promotion], TODAY);
    const again = await book.add([{ ...promotion }, promotion], TODAY + 3);
    expect(again).toMatchObject({ added: 0, unchanged: 2, version: 1 });
    expect(again.ids[0]).toBe(ids[0]);
    expect((await book.list())[0].knownSince).toBe('2026-11-20');
  });

  it('lists what was handed over, by day, product, category and location', async () => {
    const book = newBook();
    const toys: PlanRecord = { date: '2027-01-02', category: 'Toys', price: 9, note: 'sale' };
    await book.add([promotion, closed, toys], TODAY);
    expect((await book.list()).map(({ id: _, knownSince: __, ...record }) => record)).toEqual([
      promotion,
      closed,
      toys,
    ]);
    expect(await book.list({ category: 'Toys' })).toHaveLength(1);
    expect(await book.list({ productId: 'SKU-2' })).toEqual([]);
    expect(await book.list({ from: '2026-12-07', to: '2026-12-25' })).toHaveLength(2);
    expect(await book.list({ from: '2026-12-08' })).toHaveLength(2);
  });

  it('forgets nothing that was known before a plan was taken back', async () => {
    const book = newBook();
    const { ids } = await book.add([promotion], TODAY);
    expect(await book.knownOn(TODAY - 1)).toEqual([]);
    expect(await book.remove(ids, TODAY + 5)).toBe(1);
    expect(await book.remove(ids, TODAY + 6)).toBe(0);
    expect(await book.list()).toEqual([]);
    expect(await book.list({ removed: true })).toMatchObject([{ removedOn: '2026-11-25' }]);
    expect(await book.knownOn(TODAY + 4)).toHaveLength(1);
    expect(await book.knownOn(TODAY + 5)).toEqual([]);
    await expect(book.remove(['nothing'], TODAY)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('keeps plans of other merchants apart, and of many writers every one', async () => {
    const store = new MemoryDocumentStore();
    const books = ['a/plan', 'b/plan'].map((name) => createPlanBook(store, name));
    const days = Array.from({ length: 20 }, (_, i) => `2026-12-${String(i + 1).padStart(2, '0')}`);
    await Promise.all(
      days.map((date, i) => books[i % 2].add([{ date, productId: 'SKU-1', promo: true }], TODAY)),
    );
    expect(await books[0].list()).toHaveLength(10);
    expect((await books[1].list()).map(({ date }) => date).sort()).toEqual(
      days.filter((_, i) => i % 2 === 1),
    );
  });

  it('says that a stored plan is damaged', async () => {
    const store = new MemoryDocumentStore();
    await store.compareAndSet('plan', 0, { specificationVersion: 'v1', plans: [{ id: 3 }] });
    await expect(createPlanBook(store).list()).rejects.toMatchObject({ code: 'invalid-data' });
  });
});
