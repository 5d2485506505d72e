import { tryParseDay } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import type { DailySale } from './contract.js';

/** Longest product id, category or location in UTF-16 code units; a database can index that. */
export const MAX_TEXT_LENGTH = 400;

const FIRST_DAY = tryParseDay('0001-01-01')!;
const LAST_DAY = tryParseDay('9999-12-31')!;

/** Orders as every storage reads: product, location (both by code unit), day. */
export function compareSales(a: DailySale, b: DailySale): number {
  return (
    compareText(a.productId, b.productId) || compareText(a.location ?? '', b.location ?? '') || a.day - b.day
  );
}

/** Order by UTF-16 code unit: the same on every machine, unlike `localeCompare`. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Identifies product and location; neither can hold the separator. */
export function seriesKey(sale: DailySale): string {
  return `${sale.productId}\u0000${sale.location ?? ''}`;
}

/**
 * Checks the rows of a batch, sums those of the same day, product and location, and puts them in reading order.
 *
 * @throws ForecastError `invalid-data` with path `[row, column]` for the first row that cannot be stored.
 */
export function mergeBatch(rows: readonly DailySale[]): DailySale[] {
  const sorted = rows.map(checkedSale).sort(compareSales);
  const merged: DailySale[] = [];
  for (const sale of sorted) {
    const previous = merged.at(-1);
    if (previous !== undefined && compareSales(previous, sale) === 0) {
      merged[merged.length - 1] = addSales(previous, sale);
    } else {
      merged.push(sale);
    }
  }
  return merged;
}

/**
 * Adds a later sale of the same key: units and revenue are summed, a promotion on either holds, and for
 * category, price and stock the later statement counts.
 *
 * @throws ForecastError `invalid-data` if a sum is beyond the range of a number.
 */
export function addSales(stored: DailySale, later: DailySale): DailySale {
  const sum: DailySale = {
    day: stored.day,
    productId: stored.productId,
    category: later.category,
    location: stored.location,
    units: stored.units + later.units,
    revenue: sumOf(stored.revenue, later.revenue),
    price: later.price ?? stored.price,
    promo: stored.promo || later.promo || (stored.promo ?? later.promo),
    inStock: later.inStock ?? stored.inStock,
  };
  if (!Number.isFinite(sum.units) || !Number.isFinite(sum.revenue ?? 0)) {
    throw new ForecastError(
      'invalid-data',
      `The sales of "${sum.productId}" sum up beyond the range of a number`,
      {
        path: [sum.productId, sum.day],
      },
    );
  }
  return sum;
}

function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}

function checkedSale(sale: DailySale, row: number): DailySale {
  const { day, productId, category, units, revenue, price, promo, inStock } = sale;
  const location = sale.location ?? '';
  if (!Number.isInteger(day) || day < FIRST_DAY || day > LAST_DAY) {
    fail(row, 'day', day, 'must be a whole number of days between the years 1 and 9999');
  }
  checkText(row, 'productId', productId, 1);
  checkText(row, 'category', category, 1);
  checkText(row, 'location', location, 0);
  checkNumber(row, 'units', units);
  if (revenue !== undefined) checkNumber(row, 'revenue', revenue);
  if (price !== undefined) checkNumber(row, 'price', price);
  checkFlag(row, 'promo', promo);
  checkFlag(row, 'inStock', inStock);
  return { day, productId, category, location, units, revenue, price, promo, inStock };
}

function checkText(row: number, column: string, text: string, minimum: number): void {
  if (typeof text !== 'string') fail(row, column, text, 'must be a string');
  if (text.length < minimum) fail(row, column, text, 'must not be empty');
  if (text.length > MAX_TEXT_LENGTH) {
    fail(row, column, `${text.slice(0, 20)}...`, `must not be longer than ${MAX_TEXT_LENGTH} characters`);
  }
  if (text.includes('\u0000')) fail(row, column, text, 'must not hold the character U+0000');
  // A surrogate without its partner has no UTF-8 form: a database would change it silently.
  if (/\p{Surrogate}/u.test(text)) fail(row, column, text, 'must be well-formed Unicode');
}

function checkNumber(row: number, column: string, value: number): void {
  if (!Number.isFinite(value)) fail(row, column, value, 'must be a finite number');
}

function checkFlag(row: number, column: string, value: boolean | undefined): void {
  if (value !== undefined && typeof value !== 'boolean') fail(row, column, value, 'must be true or false');
}

function fail(row: number, column: string, value: unknown, rule: string): never {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  throw new ForecastError('invalid-data', `Row ${row}: ${column} ${rule}, not ${shown}`, {
    path: [row, column],
  });
}
