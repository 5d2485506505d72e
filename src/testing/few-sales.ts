import { parseDay } from '../calendar/day.js';
import type { DailySale, SalesQuery, SalesStorage } from '../storage/contract.js';
import { salesOf } from '../storage/sales-columns.js';
import { expectEqual } from './named-checks.js';

export const MONDAY = parseDay('2024-03-04');

/** A row that differs from the usual one in what is given. */
export function sale(overrides: Partial<DailySale> = {}): DailySale {
  return { day: MONDAY, productId: 'tea', category: 'Drinks', units: 2, ...overrides };
}

export async function rowsOf(storage: SalesStorage, query: SalesQuery = {}): Promise<DailySale[]> {
  const rows: DailySale[] = [];
  for await (const chunk of storage.read(query)) rows.push(...chunk);
  return rows;
}

/** The properties of a row in one order, with the default location. */
function plain(row: DailySale): DailySale {
  const { day, productId, category, location = '', units, revenue, price, promo, inStock } = row;
  return { day, productId, category, location, units, revenue, price, promo, inStock };
}

export async function expectRows(
  storage: SalesStorage,
  query: SalesQuery,
  expected: readonly DailySale[],
  what: string,
): Promise<void> {
  expectEqual((await rowsOf(storage, query)).map(plain), expected.map(plain), what);
  if (!storage.readColumns) return;
  const inColumns: DailySale[] = [];
  for await (const columns of storage.readColumns(query)) inColumns.push(...salesOf(columns));
  expectEqual(inColumns.map(plain), expected.map(plain), `${what}, in columns`);
}
