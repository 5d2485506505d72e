import { createRandom } from '../random.js';
import type { DailySale, SalesBatch, SalesStorage } from '../storage/contract.js';
import { addSales, compareSales, seriesKey } from '../storage/daily-sales.js';
import { expectRows, MONDAY, sale } from './few-sales.js';
import { MANY, manyRows, totalsOf } from './many-sales.js';
import { expectEqual, expectRejection, expectTrue } from './named-checks.js';

type Delivery = SalesBatch & { readonly id: string; readonly rows: readonly DailySale[] };

/** Rules about taking deliveries back and removing sales. */
export const removalChecks: Record<string, (storage: SalesStorage) => Promise<void>> = {
  'deliveries are listed, the latest first': async (storage) => {
    expectEqual(await storage.deliveries(10), [], 'deliveries of an empty storage');
    await storage.write({ id: 'first', rows: [sale(), sale({ day: MONDAY + 3 })] });
    await storage.write({ rows: [sale({ productId: 'cup' })] });
    await storage.write({ id: 'empty', rows: [] });
    await storage.write({ id: 'last', rows: [sale()] });
    const [last, unnamed, first, ...others] = await storage.deliveries(10);
    expectEqual(others, [], 'further deliveries');
    expectEqual(
      [first, last].map((delivery) => ({ ...delivery, writtenAt: '' })),
      [
        { id: 'first', rows: 2, firstDay: MONDAY, lastDay: MONDAY + 3, writtenAt: '', canUndo: false },
        { id: 'last', rows: 1, firstDay: MONDAY, lastDay: MONDAY, writtenAt: '', canUndo: true },
      ],
      'first and last',
    );
    expectTrue(Number.isFinite(Date.parse(last?.writtenAt ?? '')), 'writtenAt is a time');
    expectTrue((unnamed?.id ?? '') !== '', 'a delivery without an id gets one');
    expectEqual((await storage.deliveries(1)).length, 1, 'deliveries up to a limit');
  },

  'a delivery that is taken back leaves everything as it was': async (storage) => {
    const before = [
      sale({ units: 5, revenue: 0.1, price: 4, promo: true, inStock: false, location: 'north' }),
      sale({ productId: 'cup', units: 0.1 }),
    ];
    await storage.write({ id: 'before', rows: before });
    const batch: SalesBatch = {
      id: 'mistake',
      rows: [
        sale({ units: 7, revenue: 3, category: 'Tea', inStock: true, location: 'north' }),
        sale({ productId: 'cup', units: 0.2 }),
        sale({ productId: 'mug' }),
      ],
    };
    for (const mode of ['add', 'replace'] as const) {
      await storage.write({ ...batch, mode });
      expectEqual(await storage.undo('mistake', { by: 'key-1', reason: 'wrong file' }), 3, `rows (${mode})`);
      await expectRows(storage, {}, [...before].sort(compareSales), `rows after an undo (${mode})`);
      await expectRejection(storage.undo('mistake'), 'not-found', 'an undo of what was taken back');
    }
    expectEqual(
      (await storage.write({ ...batch, rows: [sale({ productId: 'pot' })] })).written,
      1,
      'other rows under the id that is free again',
    );
    const [entry] = await storage.removals(5);
    expectEqual(
      [entry?.rows, entry?.by, entry?.reason, entry?.deliveryId],
      [3, 'key-1', 'wrong file', 'mistake'],
      'the entry of the log',
    );
    expectTrue(Number.isFinite(Date.parse(entry?.at ?? '')), 'the time of the entry');
    expectEqual((await storage.removals(1)).length, 1, 'entries up to a limit');
  },

  'a delivery whose rows were written again is taken back after the later ones': async (storage) => {
    await storage.write({ id: 'one', rows: [sale(), sale({ productId: 'cup' })] });
    await storage.write({ id: 'two', rows: [sale({ units: 3 })] });
    await storage.write({ id: 'three', mode: 'replace', rows: [sale({ units: 9 })] });
    for (const id of ['one', 'two']) {
      const thrown = await storage.undo(id).catch((error: unknown) => error);
      await expectRejection(Promise.reject(thrown), 'conflict', `an undo of ${id}`);
    }
    await expectRows(storage, { productIds: ['tea'] }, [sale({ units: 9 })], 'rows after refusals');
    await storage.undo('three');
    await expectRows(storage, { productIds: ['tea'] }, [sale({ units: 5 })], 'rows of one and two');
    await storage.undo('two');
    await storage.undo('one');
    await expectRows(storage, {}, [], 'rows at last');
    await expectRejection(storage.undo('never'), 'not-found', 'an undo of an unknown delivery');
  },

  'a delivery in chunks is taken back whole': async (storage) => {
    await storage.write({ rows: manyRows(1).slice(0, 1_000) });
    const rows = manyRows(2);
    const chunks = (async function* () {
      for (let start = 0; start < rows.length; start += 4_000) yield rows.slice(start, start + 4_000);
    })();
    await storage.write({ id: 'large', mode: 'replace', rows: chunks });
    expectEqual(await storage.undo('large'), MANY, 'rows');
    expectEqual(await totalsOf(storage), { rows: 1_000, units: 1_000 }, 'totals');
  },

  'sales are removed by days, products and categories, and do not come back': async (storage) => {
    const rows = ['a', 'b'].flatMap((productId) =>
      [0, 1, 2].map((offset) => sale({ productId, category: `of ${productId}`, day: MONDAY + offset })),
    );
    await storage.write({ id: 'one', rows });
    await storage.write({ id: 'two', rows: [sale({ productId: 'a', category: 'of a' })] });
    await expectRejection(storage.delete({}), 'invalid-option', 'a selection of everything');
    const days = { from: MONDAY, to: MONDAY + 1 };
    expectEqual(await storage.delete({ ...days, productIds: ['a', 'none'] }, { by: 'key-2' }), 2, 'removed');
    expectEqual(await storage.delete({ categories: ['of b'], from: MONDAY + 2 }), 1, 'removed of a category');
    expectEqual(await storage.delete({ productIds: [] }), 0, 'removed of no product');
    const left = [rows[2], rows[3], rows[4]].filter((row) => row !== undefined);
    await expectRows(storage, {}, left, 'rows that stay');
    const [, , first] = await storage.removals(5);
    expectEqual(
      { by: first?.by, rows: first?.rows, from: first?.selection?.from, to: first?.selection?.to },
      { by: 'key-2', rows: 2, from: MONDAY, to: MONDAY + 1 },
      'the entry of the log',
    );
    expectEqual(first?.selection?.productIds, ['a', 'none'], 'products of the entry');
    await storage.undo('two');
    await expectRows(storage, {}, left, 'rows after an undo of a delivery that changed removed ones');
    await storage.undo('one');
    await expectRows(storage, {}, [], 'rows at last');
  },

  'retention and an undo do not bring old sales back': async (storage) => {
    await storage.write({ rows: [sale({ day: MONDAY - 40 }), sale()] });
    await storage.write({ id: 'both', rows: [sale({ day: MONDAY - 40 }), sale()] });
    await storage.deleteBefore(MONDAY);
    await storage.undo('both');
    await expectRows(storage, {}, [sale()], 'rows');
  },

  'deliveries written at once are taken back without a trace': async (storage) => {
    const rows = manyRows(1).slice(0, 1_500);
    await storage.write({ id: 'base', rows });
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    await Promise.all(
      ids.map((id, i) =>
        storage.write({ id, rows: i % 2 === 0 ? manyRows(i + 2).slice(500, 2_500) : [...rows].reverse() }),
      ),
    );
    let left = ids;
    // Which was last on which row is a matter of chance: what cannot be taken back yet can be later.
    while (left.length > 0) {
      const refused: string[] = [];
      for (const id of left) await storage.undo(id).catch(() => refused.push(id));
      expectTrue(refused.length < left.length, `Nothing of ${left.join()} can be taken back`);
      left = refused;
    }
    expectEqual(await totalsOf(storage), { rows: 1_500, units: 1_500 }, 'totals');
  },

  'what is left after any undo is what the other deliveries make': async (storage) => {
    const random = createRandom(11);
    const whole = (below: number) => random.integer(below);
    let stored: Delivery[] = [];
    for (let step = 0; step < 60; step++) {
      if (stored.length > 2 && random.uniform() < 0.45) {
        const chosen = stored[whole(stored.length)]?.id ?? '';
        const isDone = await storage.undo(chosen).then(
          () => true,
          () => false,
        );
        if (isDone) stored = stored.filter(({ id }) => id !== chosen);
      } else {
        const rows = Array.from({ length: 1 + whole(3) }, () =>
          sale({
            productId: `p${whole(4)}`,
            day: MONDAY + whole(3),
            units: whole(10),
            promo: whole(2) === 1,
          }),
        );
        const delivery = { id: `d${step}`, mode: whole(2) === 0 ? 'add' : 'replace', rows } as const;
        await storage.write(delivery);
        stored.push(delivery);
      }
      await expectRows(storage, {}, replayed(stored), `rows after step ${step}`);
    }
  },
};

/** The rows that deliveries make one after the other. */
function replayed(deliveries: readonly Delivery[]): DailySale[] {
  const stored = new Map<string, DailySale>();
  const keyOf = (row: DailySale) => `${seriesKey(row)} ${row.day}`;
  for (const { mode, rows } of deliveries) {
    const own = new Map<string, DailySale>();
    for (const row of rows) {
      const before = own.get(keyOf(row));
      own.set(keyOf(row), before ? addSales(before, row) : row);
    }
    for (const [key, row] of own) {
      const before = stored.get(key);
      stored.set(key, before && mode === 'add' ? addSales(before, row) : row);
    }
  }
  return [...stored.values()].sort(compareSales);
}
