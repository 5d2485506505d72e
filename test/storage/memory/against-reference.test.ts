import { describe, expect, it } from 'vitest';
import { parseDay } from '../../../src/calendar/day.js';
import { createRandom } from '../../../src/random.js';
import type { DailySale, SalesSelection } from '../../../src/storage/contract.js';
import { addSales, compareSales } from '../../../src/storage/daily-sales.js';
import { MemorySalesStorage } from '../../../src/storage/memory/memory-sales-storage.js';

const EPOCH_EVE = parseDay('1969-12-31');

/** What the contract says, done with one object for each row and no thought of speed: the source of what is expected. */
class PlainStorage {
  rows = new Map<string, { sale: DailySale; by: string }>();
  deliveries: { id: string; before: { key: string; sale: DailySale; by: string }[] }[] = [];

  write(id: string, mode: 'add' | 'replace', rows: readonly DailySale[]): void {
    const own = new Map<string, DailySale>();
    for (const row of rows) {
      const earlier = own.get(keyOf(row));
      own.set(keyOf(row), earlier ? addSales(earlier, row) : row);
    }
    const before: (typeof this.deliveries)[number]['before'] = [];
    for (const [key, sale] of own) {
      const kept = this.rows.get(key);
      if (kept) before.push({ key, ...kept });
      this.rows.set(key, { sale: kept && mode === 'add' ? addSales(kept.sale, sale) : sale, by: id });
    }
    this.deliveries.push({ id, before });
  }

  /** Takes a delivery back, unless later ones have changed its rows. */
  undo(id: string): boolean {
    const delivery = this.deliveries.find((one) => one.id === id)!;
    if (this.deliveries.some(({ before }) => before.some(({ by }) => by === id))) return false;
    for (const [key, { by }] of this.rows) if (by === id) this.rows.delete(key);
    for (const { key, sale, by } of delivery.before) this.rows.set(key, { sale, by });
    this.deliveries = this.deliveries.filter((one) => one !== delivery);
    return true;
  }

  remove(isGone: (sale: DailySale) => boolean): number {
    const gone = [...this.rows].filter(([, { sale }]) => isGone(sale)).map(([key]) => key);
    for (const key of gone) this.rows.delete(key);
    for (const delivery of this.deliveries) {
      delivery.before = delivery.before.filter(({ key }) => !gone.includes(key));
    }
    return gone.length;
  }
}

const keyOf = ({ productId, location = '', day }: DailySale) => JSON.stringify([productId, location, day]);

const full = (sale: DailySale): DailySale => ({
  location: '',
  revenue: undefined,
  price: undefined,
  promo: undefined,
  inStock: undefined,
  ...sale,
});

async function rowsOf(storage: MemorySalesStorage, query: SalesSelection = {}): Promise<DailySale[]> {
  const rows: DailySale[] = [];
  for await (const chunk of storage.read(query)) rows.push(...chunk);
  return rows;
}

describe('MemorySalesStorage', () => {
  it.each([1, 2, 3])('holds what a plain map of rows holds, whatever is done (seed %i)', async (seed) => {
    const random = createRandom(seed);
    const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)]!;
    const storage = new MemorySalesStorage();
    const plain = new PlainStorage();
    for (let step = 0; step < 80; step++) {
      const chance = random.uniform();
      if (chance < 0.6 || plain.deliveries.length === 0) {
        const mode = pick(['add', 'replace'] as const);
        const rows = Array.from({ length: 1 + random.integer(step % 10 === 0 ? 3_000 : 60) }, () =>
          full({
            day: EPOCH_EVE + random.integer(400) - 200,
            productId: pick(['a', 'b', 'é', '🍵', 'B', 'tea'])!,
            location: pick(['', '', 'north', 'South']),
            category: pick(['Drinks', 'drinks', 'Books']),
            units: random.integer(20) - 3,
            ...(random.uniform() < 0.7 && { revenue: random.integer(100) }),
            ...(random.uniform() < 0.7 && { price: random.integer(9) }),
            promo: pick([true, false, undefined]),
            inStock: pick([true, false, undefined]),
          }),
        );
        await storage.write({ id: `d${step}`, mode, rows });
        plain.write(`d${step}`, mode, rows);
      } else if (chance < 0.85) {
        const { id } = pick(plain.deliveries);
        const isDone = await storage.undo(id).then(
          () => true,
          () => false,
        );
        expect(isDone).toBe(plain.undo(id));
      } else if (chance < 0.95) {
        const from = EPOCH_EVE + random.integer(400) - 200;
        const productIds = [pick(['a', '🍵']), 'none'];
        const isGone = (sale: DailySale) =>
          sale.day >= from && sale.day <= from + 30 && productIds.includes(sale.productId);
        expect(await storage.delete({ from, to: from + 30, productIds })).toBe(plain.remove(isGone));
      } else {
        const day = EPOCH_EVE - 200 + step;
        expect(await storage.deleteBefore(day)).toBe(plain.remove((sale) => sale.day < day));
      }
      const stored = [...plain.rows.values()].map(({ sale }) => sale).sort(compareSales);
      expect(await rowsOf(storage)).toEqual(stored);
      const query = { from: EPOCH_EVE - 50, categories: ['Books', 'drinks'], productIds: ['B', 'é'] };
      expect(await rowsOf(storage, query)).toEqual(
        stored.filter(
          ({ day, category, productId }) =>
            day >= query.from && query.categories.includes(category) && query.productIds.includes(productId),
        ),
      );
      expect(await storage.summary()).toMatchObject({
        rows: stored.length,
        products: new Set(stored.map(({ productId }) => productId)).size,
        categories: [...new Set(stored.map(({ category }) => category))].sort(),
      });
      const canUndo = (await storage.deliveries(1_000)).map((one) => [one.id, one.canUndo]);
      expect(canUndo).toEqual(
        [...plain.deliveries]
          .reverse()
          .map(({ id }) => [id, !plain.deliveries.some(({ before }) => before.some(({ by }) => by === id))]),
      );
    }
  });

  it('keeps its order where blocks of rows are divided', async () => {
    const products = Array.from({ length: 3_000 }, (_, i) => `p${(i * 7_919) % 3_000}`);
    const storage = new MemorySalesStorage();
    const expected: DailySale[] = [];
    // Some 60,000 rows of one period, in deliveries of one day for every product.
    for (let day = 0; day < 20; day++) {
      const rows = products.map((productId, i) => full({ day, productId, category: 'c', units: i % 7 }));
      expected.push(...rows);
      await storage.write({ rows });
    }
    expect(await rowsOf(storage)).toEqual(expected.sort(compareSales));
    expect(await storage.delete({ from: 5, to: 9 })).toBe(15_000);
    expect(await rowsOf(storage)).toEqual(expected.filter(({ day }) => day < 5 || day > 9));
  });
});
