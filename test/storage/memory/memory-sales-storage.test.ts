import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import type { DailySale } from '../../../src/storage/contract.js';
import { MemorySalesStorage } from '../../../src/storage/memory/memory-sales-storage.js';

const monday = parseDay('2024-03-04');

function sale(overrides: Partial<DailySale> = {}): DailySale {
  return { day: monday, productId: 'tea', category: 'Drinks', units: 2, ...overrides };
}

async function rowsOf(storage: MemorySalesStorage, query = {}): Promise<DailySale[]> {
  const rows: DailySale[] = [];
  for await (const chunk of storage.read(query)) rows.push(...chunk);
  return rows;
}

describe('MemorySalesStorage', () => {
  it('reads what was written, ordered by product, location and day', async () => {
    const storage = new MemorySalesStorage();
    await storage.write({
      rows: [
        sale({ productId: 'b' }),
        sale({ productId: 'a', day: monday + 1 }),
        sale({ productId: 'a', location: 'north', day: monday }),
        sale({ productId: 'a', day: monday }),
      ],
    });
    const keys = (await rowsOf(storage)).map((row) => [row.productId, row.location, row.day - monday]);
    expect(keys).toEqual([
      ['a', '', 0],
      ['a', '', 1],
      ['a', 'north', 0],
      ['b', '', 0],
    ]);
  });

  it('adds to stored rows by default and replaces them on request', async () => {
    const storage = new MemorySalesStorage();
    await storage.write({ rows: [sale({ units: 2, revenue: 10 }), sale({ units: 1 })] });
    await storage.write({ rows: [sale({ units: 4, price: 5 })] });
    expect(await rowsOf(storage)).toEqual([{ ...sale(), location: '', units: 7, revenue: 10, price: 5 }]);
    await storage.write({ mode: 'replace', rows: [sale({ units: 1 }), sale({ units: 1 })] });
    expect((await rowsOf(storage))[0].units).toBe(2);
  });

  it('writes a batch of the same id once', async () => {
    const storage = new MemorySalesStorage();
    const batch = { id: 'delivery', rows: [sale()] };
    expect(await storage.write(batch)).toEqual({ written: 1, alreadyWritten: false });
    expect(await storage.write(batch)).toEqual({ written: 0, alreadyWritten: true });
    expect((await storage.summary()).rows).toBe(1);
  });

  it.each([
    ['day', { day: 1.5 }],
    ['day', { day: 5_000_000 }],
    ['productId', { productId: '' }],
    ['productId', { productId: 'a\u0000b' }],
    ['productId', { productId: '\ud800' }],
    ['category', { category: 'x'.repeat(401) }],
    ['units', { units: Number.NaN }],
    ['revenue', { revenue: Number.POSITIVE_INFINITY }],
  ])('refuses a row with a wrong %s and writes nothing of its batch', async (column, wrong) => {
    const storage = new MemorySalesStorage();
    await expect(storage.write({ id: 'x', rows: [sale(), sale(wrong)] })).rejects.toMatchObject({
      code: 'invalid-data',
      path: [1, column],
    });
    expect((await storage.summary()).rows).toBe(0);
    expect((await storage.write({ id: 'x', rows: [sale()] })).alreadyWritten).toBe(false);
  });

  it('summarises and forgets', async () => {
    const storage = new MemorySalesStorage();
    expect(await storage.summary()).toEqual({
      rows: 0,
      products: 0,
      categories: [],
      firstDay: undefined,
      lastDay: undefined,
    });
    await storage.write({ rows: [sale(), sale({ day: monday + 3, category: 'Books', productId: 'b' })] });
    expect(await storage.summary()).toEqual({
      rows: 2,
      products: 2,
      categories: ['Books', 'Drinks'],
      firstDay: monday,
      lastDay: monday + 3,
    });
    expect(await storage.deleteBefore(monday + 3)).toBe(1);
    expect((await storage.summary()).firstDay).toBe(monday + 3);
  });

  it('filters by days, categories and products', async () => {
    const storage = new MemorySalesStorage();
    await storage.write({
      rows: [sale(), sale({ day: monday + 1 }), sale({ productId: 'b', category: 'Books' })],
    });
    expect(await rowsOf(storage, { from: monday + 1, to: monday + 1 })).toHaveLength(1);
    expect(await rowsOf(storage, { categories: ['Books'] })).toHaveLength(1);
    expect(await rowsOf(storage, { productIds: ['tea'] })).toHaveLength(2);
    expect(await rowsOf(storage, { productIds: [] })).toHaveLength(0);
  });

  it('refuses a delivery beyond maxRows, whole, while it arrives or at its end', async () => {
    const storage = new MemorySalesStorage({ maxRows: 5 });
    const rows = [0, 1, 2].map((offset) => sale({ day: monday + offset }));
    await storage.write({ id: 'one', rows });
    const others = rows.map((row) => ({ ...row, productId: 'cup' }));
    let asked = 0;
    const endless = (async function* () {
      for (;;) yield [{ ...others[0], day: monday + asked++ }];
    })();
    for (const refused of [others, endless]) {
      await expect(storage.write({ id: 'two', rows: refused })).rejects.toMatchObject({
        code: 'limit-exceeded',
        path: ['maxRows'],
      });
    }
    expect(asked).toBeLessThan(10);
    expect(await storage.summary()).toMatchObject({ rows: 3, products: 1 });
    expect(await storage.write({ id: 'two', rows: others.slice(1) })).toMatchObject({ written: 2 });
    for (const maxRows of [0, 1.5, Number.NaN]) {
      expect(() => new MemorySalesStorage({ maxRows })).toThrow(
        expect.objectContaining({ path: ['maxRows'] }),
      );
    }
  });

  it('forgets what the oldest deliveries changed where there is no room for it', async () => {
    const storage = new MemorySalesStorage({ maxRows: 6 });
    const rows = [0, 1].map((offset) => sale({ day: monday + offset }));
    for (const id of ['one', 'two', 'three']) await storage.write({ id, mode: 'replace', rows });
    expect((await storage.deliveries(5)).map(({ canUndo }) => canUndo)).toEqual([true, false, false]);
    await storage.write({ id: 'four', mode: 'replace', rows: rows.map((row) => ({ ...row, units: 9 })) });
    // Two rows and twice two that were replaced fill it: there is no room for what "two" replaced.
    for (const id of ['one', 'two'])
      await expect(storage.undo(id)).rejects.toMatchObject({ code: 'conflict' });
    expect(await storage.undo('four')).toBe(2);
    expect(await storage.undo('three')).toBe(2);
    for (const id of ['one', 'two']) {
      await expect(storage.undo(id)).rejects.toThrow('It is no longer known what the delivery');
    }
    expect((await rowsOf(storage)).map(({ units }) => units)).toEqual([2, 2]);
  });

  it('leaves no names of a delivery that fails', async () => {
    const storage = new MemorySalesStorage();
    const failing = (async function* () {
      yield [sale({ productId: 'ghost', category: 'Ghosts' })];
      throw new Error('cut');
    })();
    await expect(storage.write({ rows: failing })).rejects.toThrow('cut');
    await storage.write({ rows: [sale()] });
    expect(await storage.summary()).toMatchObject({ products: 1, categories: ['Drinks'] });
  });
});
