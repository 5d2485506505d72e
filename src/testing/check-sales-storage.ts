import { parseDay } from '../calendar/day.js';
import type { DailySale, SalesStorage } from '../storage/contract.js';
import { compareSales } from '../storage/daily-sales.js';
import { expectRows, MONDAY, rowsOf, sale } from './few-sales.js';
import { expectEqual, expectRejection, expectTrue, type NamedCheck, runChecks } from './named-checks.js';
import { concurrencyChecks } from './sales-storage-concurrency.js';
import { deliveryChecks } from './sales-storage-deliveries.js';
import { positionChecks } from './sales-storage-positions.js';
import { removalChecks } from './sales-storage-removals.js';

export interface SalesStorageCheckOptions {
  /** Opens the sales of a storage again, as another process would; without it, sharing is not checked. */
  readonly reopen?: (storage: SalesStorage) => Promise<SalesStorage>;
}

/** Makes a new, empty storage. */
export type MakeSalesStorage = () => Promise<SalesStorage>;

/**
 * Runs the rules of {@link SalesStorage} against an implementation, each on a new, empty storage that is closed
 * afterwards.
 *
 * ```ts
 * import { MemorySalesStorage } from 'commerce-forecast';
 * import { checkSalesStorage } from 'commerce-forecast/testing';
 *
 * await checkSalesStorage(async () => new MemorySalesStorage());
 * ```
 *
 * @throws AggregateError that lists every broken rule.
 */
export async function checkSalesStorage(
  makeStorage: MakeSalesStorage,
  options: SalesStorageCheckOptions = {},
): Promise<void> {
  await runChecks('checkSalesStorage', salesStorageChecks(makeStorage, options));
}

/** The same rules one by one, for a test framework: `for (const { name, run } of ...) it(name, run)`. */
export function salesStorageChecks(
  makeStorage: MakeSalesStorage,
  options: SalesStorageCheckOptions = {},
): readonly NamedCheck[] {
  const rules: Record<string, (storage: SalesStorage) => Promise<void>> = {
    ...contentRules,
    ...deliveryChecks,
    ...concurrencyChecks,
    ...removalChecks,
    ...positionChecks,
    ...(options.reopen && { 'another process sees what was written': reopenRule(options.reopen) }),
  };
  return Object.entries(rules).map(([name, rule]) => ({
    name,
    run: async () => {
      const storage = await makeStorage();
      try {
        await rule(storage);
      } finally {
        await storage.close();
      }
    },
  }));
}

const HOSTILE_TEXTS = [
  "'; DROP TABLE sales; --",
  '" OR 1=1 --',
  "\\'; SELECT 1; --",
  '$1',
  '{a,"b"}',
  'NULL',
  'null',
  '%',
  '_',
  'a,b',
  'tab\tline\nreturn\r',
  '\\',
  '\\x00',
  '"',
  ' leading and trailing ',
  '__proto__',
  'constructor',
  '../../etc/passwd',
];

const UNICODE_TEXTS = [
  'Grüner Tee',
  'e\u0301',
  '\u00e9',
  '抹茶',
  'چای',
  '🍵',
  '👩‍🌾',
  '\u200b',
  'İ',
  'ß',
  'SS',
];

const contentRules: Record<string, (storage: SalesStorage) => Promise<void>> = {
  'an empty storage reads as empty': async (storage) => {
    await expectRows(storage, {}, [], 'rows');
    const nothing = { rows: 0, products: 0, categories: [], firstDay: undefined, lastDay: undefined };
    expectEqual(await storage.summary(), nothing, 'summary');
    expectEqual(await storage.deleteBefore(MONDAY), 0, 'deleted rows');
    expectEqual(await storage.write({ rows: [] }), { written: 0, alreadyWritten: false }, 'an empty batch');
  },

  'rows come back as they were written': async (storage) => {
    const rows = [
      sale({ productId: 'a' }),
      sale({ productId: 'b', units: -3.25, revenue: 0.1 + 0.2, price: 1e-9, promo: true, inStock: false }),
      sale({ productId: 'c', units: 0, revenue: 0, price: 0, promo: false, inStock: true }),
      sale({ productId: 'd', units: 1e12, revenue: 5e-324, location: 'north' }),
      sale({ productId: 'e', day: parseDay('1969-12-31') }),
      sale({ productId: 'f', day: parseDay('1900-01-01'), units: -1e12 }),
      sale({ productId: '茶'.repeat(400), location: '茶'.repeat(400), day: parseDay('2199-12-31') }),
    ];
    const before = JSON.stringify(rows);
    expectEqual(await storage.write({ rows }), { written: 7, alreadyWritten: false }, 'result');
    expectEqual(JSON.stringify(rows), before, 'the input must not be changed');
    await expectRows(storage, {}, rows, 'rows');
    for (const row of await rowsOf(storage)) (row as { units: number }).units = 99;
    await expectRows(storage, {}, rows, 'rows after the caller changed those that were read');
  },

  'rows are ordered by product, location and day': async (storage) => {
    const rows: DailySale[] = [];
    for (const productId of ['b', 'a', 'B', 'é', 'a-1', 'a1', 'a 1']) {
      for (const location of ['south', '', 'North', 'north']) {
        for (const day of [MONDAY + 40, MONDAY, MONDAY - 400]) rows.push(sale({ productId, location, day }));
      }
    }
    await storage.write({ rows });
    await expectRows(storage, {}, rows.sort(compareSales), 'rows');
  },

  'sales of the same key are added, or replaced on request': async (storage) => {
    await storage.write({
      rows: [sale({ units: 2, price: 4, promo: true }), sale({ units: 3, revenue: 10 })],
    });
    await expectRows(
      storage,
      {},
      [sale({ units: 5, revenue: 10, price: 4, promo: true })],
      'within one batch',
    );
    await storage.write({
      rows: [sale({ units: -1, revenue: 2, category: 'Tea', promo: false, inStock: true })],
    });
    const added = sale({ units: 4, revenue: 12, price: 4, promo: true, inStock: true, category: 'Tea' });
    await expectRows(storage, {}, [added], 'over two batches: the later category, the sum of units');
    await storage.write({ mode: 'replace', rows: [sale({ units: 1 }), sale({ units: 1 })] });
    await expectRows(storage, {}, [sale({ units: 2 })], 'replaced by the sum of the new batch');
    const stock = [false, true].map((inStock) => sale({ day: MONDAY + 1, inStock }));
    await storage.write({ rows: [...stock, sale({ day: MONDAY + 2, inStock: false })] });
    await storage.write({ rows: [sale({ day: MONDAY + 2, inStock: true }), sale({ day: MONDAY + 1 })] });
    const outOfStock = [
      sale({ day: MONDAY + 1, units: 6, inStock: false }),
      sale({ day: MONDAY + 2, units: 4, inStock: false }),
    ];
    await expectRows(storage, { from: MONDAY + 1 }, outOfStock, 'out of stock if any record says so');
  },

  'a batch of an id is written once': async (storage) => {
    const batch = { id: "delivery 'ü' 1", rows: [sale(), sale({ productId: 'b' })] };
    expectEqual(await storage.write(batch), { written: 2, alreadyWritten: false }, 'first');
    expectEqual(await storage.write(batch), { written: 0, alreadyWritten: true }, 'again');
    const { written, alreadyWritten, met } = await storage.write({
      ...batch,
      id: 'other',
      rows: [...batch.rows, sale({ productId: 'c' })],
    });
    expectEqual([written, alreadyWritten], [3, false], 'other id');
    expectTrue(
      met === undefined || met === 2,
      'met, where it is told, counts the rows that were stored before',
    );
    await expectRows(
      storage,
      {},
      [sale({ productId: 'b', units: 4 }), sale({ productId: 'c' }), sale({ units: 4 })],
      'rows',
    );
  },

  'a batch with a wrong row is refused whole and may be sent again': async (storage) => {
    const wrong: Partial<DailySale>[] = [
      { day: 0.5 },
      { day: Number.NaN },
      { day: 1e9 },
      { day: parseDay('1899-12-31') },
      { day: parseDay('2200-01-01') },
      { productId: '' },
      { productId: 'a\u0000' },
      { productId: '\udc00' },
      { productId: '\ufefftea' },
      { category: '' },
      { category: 'x'.repeat(401) },
      { location: 'x'.repeat(10_000) },
      { units: Number.NaN },
      { revenue: Number.POSITIVE_INFINITY },
      { units: 1.1e12 },
      { price: Number.NaN },
      { price: -1 },
      { promo: 'yes' as unknown as boolean },
      { productId: 7 as unknown as string },
    ];
    for (const overrides of wrong) {
      const rows = [sale({ productId: 'good' }), sale(overrides)];
      const what = `a row with ${JSON.stringify(overrides).slice(0, 60)}`;
      await expectRejection(storage.write({ id: 'batch', rows }), 'invalid-data', what);
    }
    await expectRows(storage, {}, [], 'rows after refused batches');
    expectEqual((await storage.write({ id: 'batch', rows: [sale()] })).written, 1, 'the corrected batch');
  },

  'queries choose days, categories and products': async (storage) => {
    const rows = [
      sale({ productId: 'a' }),
      sale({ productId: 'a', day: MONDAY + 1 }),
      sale({ productId: 'a', day: MONDAY + 2 }),
      sale({ productId: 'b', category: 'Books' }),
      sale({ productId: 'c', category: 'books' }),
    ];
    await storage.write({ rows });
    await expectRows(storage, { from: MONDAY + 1 }, rows.slice(1, 3), 'from');
    await expectRows(storage, { to: MONDAY, productIds: ['a'] }, rows.slice(0, 1), 'to, and a product');
    await expectRows(storage, { from: MONDAY + 1, to: MONDAY + 1 }, rows.slice(1, 2), 'one day');
    await expectRows(storage, { from: MONDAY + 2, to: MONDAY }, [], 'a range without days');
    await expectRows(storage, { categories: ['Books', 'missing'] }, rows.slice(3, 4), 'categories');
    await expectRows(
      storage,
      { categories: ['Drinks', 'books'], to: MONDAY },
      [rows[0], rows[4]],
      'two categories',
    );
    await expectRows(storage, { categories: [] }, [], 'no category');
    await expectRows(storage, { productIds: [] }, [], 'no product');
  },

  'the summary counts rows, products, categories and days': async (storage) => {
    await storage.write({
      rows: [
        sale(),
        sale({ location: 'north' }),
        sale({ productId: 'b', category: 'a', day: MONDAY + 400 }),
        sale({ productId: 'b', category: 'B', day: MONDAY - 400 }),
      ],
    });
    const categories = ['B', 'Drinks', 'a'];
    const expected = { rows: 4, products: 2, categories, firstDay: MONDAY - 400, lastDay: MONDAY + 400 };
    const { rows, products, categories: found, firstDay, lastDay } = await storage.summary();
    expectEqual({ rows, products, categories: found, firstDay, lastDay }, expected, 'summary');
  },

  'old sales are removed and counted': async (storage) => {
    const days = [-800, -430, -62, -31, -4, -3, -1, 0, 1, 30].map((offset) => MONDAY + offset);
    await storage.write({ rows: days.map((day) => sale({ day })) });
    expectEqual(await storage.deleteBefore(MONDAY - 1), 6, 'removed');
    expectEqual(await storage.deleteBefore(MONDAY - 1), 0, 'removed again');
    expectEqual(
      (await rowsOf(storage)).map((row) => row.day - MONDAY),
      [-1, 0, 1, 30],
      'days that stay',
    );
    expectEqual((await storage.summary()).firstDay, MONDAY - 1, 'first day');
    await storage.write({ rows: [sale({ day: MONDAY - 430 })] });
    expectEqual((await storage.summary()).rows, 5, 'rows after an old day was written again');
    expectEqual(await storage.deleteBefore(MONDAY + 10_000), 5, 'removed at last');
    expectEqual((await storage.summary()).rows, 0, 'rows at last');
  },

  'hostile text is kept and searched as text': (storage) => keepsTexts(storage, HOSTILE_TEXTS),

  'unicode text is kept and searched unchanged': (storage) => keepsTexts(storage, UNICODE_TEXTS),
};

async function keepsTexts(storage: SalesStorage, texts: readonly string[]): Promise<void> {
  const rows = texts.map((text) => sale({ productId: text, category: text, location: text }));
  for (const row of rows) {
    const batch = { id: row.productId, rows: [row] };
    expectEqual((await storage.write(batch)).written, 1, `write ${JSON.stringify(row.productId)}`);
    expectTrue((await storage.write(batch)).alreadyWritten, `batch id ${JSON.stringify(row.productId)}`);
  }
  await storage.write({ mode: 'replace', rows });
  for (const row of rows) {
    await expectRows(
      storage,
      { productIds: [row.productId] },
      [row],
      `product ${JSON.stringify(row.productId)}`,
    );
    await expectRows(
      storage,
      { categories: [row.category] },
      [row],
      `category ${JSON.stringify(row.category)}`,
    );
  }
  expectEqual([...(await storage.summary()).categories], [...texts].sort(), 'categories');
}

function reopenRule(reopen: NonNullable<SalesStorageCheckOptions['reopen']>) {
  return async (storage: SalesStorage): Promise<void> => {
    await storage.write({ id: 'first', rows: [sale()] });
    const other = await reopen(storage);
    try {
      await expectRows(other, {}, [sale()], 'rows in the other process');
      expectTrue(
        (await other.write({ id: 'first', rows: [sale()] })).alreadyWritten,
        'batch id in the other process',
      );
      await other.write({ id: 'second', rows: [sale()] });
    } finally {
      await other.close();
    }
    await expectRows(storage, {}, [sale({ units: 4 })], 'rows after the other process wrote and closed');
  };
}
