import { parseDay } from '../calendar/day.js';
import type { DailySale, SalesStorage } from '../storage/contract.js';

const START = parseDay('2024-01-01');
const PRODUCTS = 50;
const DAYS = 500;
/** Number of {@link manyRows}. */
export const MANY = PRODUCTS * DAYS;

/** Rows of 50 products over 500 days, all with the same units. */
export function manyRows(units: number): DailySale[] {
  const rows: DailySale[] = [];
  for (let product = 0; product < PRODUCTS; product++) {
    for (let day = 0; day < DAYS; day++) {
      rows.push({
        day: START + day,
        productId: `product-${product}`,
        category: `category-${product % 5}`,
        units,
      });
    }
  }
  return rows;
}

/** Counts the rows and units of a storage by reading it. */
export async function totalsOf(storage: SalesStorage): Promise<{ rows: number; units: number }> {
  let rows = 0;
  let units = 0;
  for await (const chunk of storage.read()) {
    rows += chunk.length;
    for (const row of chunk) units += row.units;
  }
  return { rows, units };
}
