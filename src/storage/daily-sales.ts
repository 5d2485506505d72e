import { type Day, FIRST_DAY, LAST_DAY } from '../calendar/day.js';
import { type ErrorPath, ForecastError } from '../errors.js';
import type { Progress } from '../long-call.js';
import type { DailySale } from './contract.js';

/** Longest product id, category or location in UTF-16 code units; a database can index that. */
export const MAX_TEXT_LENGTH = 400;

const LONE_SURROGATE = /\p{Surrogate}/u;
const ROWS_PER_STEP = 2_000;

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
 * Checks the rows of a batch, sums those of the same day, product and location, and puts them in reading order. A
 * generator of progress, so that a long batch can be merged in slices.
 *
 * @throws ForecastError `invalid-data` with path `[row, column]` for the first row that cannot be stored.
 */
export function* mergeBatch(rows: readonly DailySale[]): Generator<Progress, DailySale[], void> {
  const series = new Map<string, Map<Day, DailySale>>();
  for (let row = 0; row < rows.length; row++) {
    const sale = checkedSale(rows[row], row);
    const key = seriesKey(sale);
    let days = series.get(key);
    if (days === undefined) series.set(key, (days = new Map()));
    const earlier = days.get(sale.day);
    days.set(sale.day, earlier === undefined ? sale : addSales(earlier, sale));
    if ((row + 1) % ROWS_PER_STEP === 0) yield { phase: 'check rows', done: row + 1, total: rows.length };
  }
  // Sorting series, then the days of each, is quicker than sorting rows, and no step takes long.
  const merged: DailySale[] = [];
  const groups = [...series.values()].map((days) => [...days.values()]);
  groups.sort((a, b) => compareSales(a[0], b[0]));
  for (const sales of groups) {
    for (const sale of sales.sort((a, b) => a.day - b.day)) merged.push(sale);
    yield { phase: 'sort rows', done: merged.length, total: rows.length };
  }
  return merged;
}

/** @throws ForecastError `invalid-data` for a batch id that a storage cannot keep. */
export function checkBatchId(id: string | undefined): void {
  if (id !== undefined) checkText(['id'], 'the id of a batch', id, 1);
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
    fail([row, 'day'], 'day', day, 'must be a whole number of days between the years 1 and 9999');
  }
  checkText([row, 'productId'], 'productId', productId, 1);
  checkText([row, 'category'], 'category', category, 1);
  checkText([row, 'location'], 'location', location, 0);
  checkNumber(row, 'units', units);
  checkNumber(row, 'revenue', revenue ?? 0);
  checkNumber(row, 'price', price ?? 0);
  checkFlag(row, 'promo', promo);
  checkFlag(row, 'inStock', inStock);
  return { day, productId, category, location, units, revenue, price, promo, inStock };
}

function checkText(path: ErrorPath, what: string, text: string, minimum: number): void {
  if (typeof text !== 'string') fail(path, what, text, 'must be a string');
  if (text.length < minimum) fail(path, what, text, 'must not be empty');
  if (text.length > MAX_TEXT_LENGTH) {
    fail(path, what, `${text.slice(0, 20)}...`, `must not be longer than ${MAX_TEXT_LENGTH} characters`);
  }
  if (text.includes('\u0000')) fail(path, what, text, 'must not hold the character U+0000');
  // Invisible, left over from a file's byte order mark, and dropped by text decoders on the way back.
  if (text.startsWith('\ufeff')) fail(path, what, text, 'must not start with a byte order mark');
  // A surrogate without its partner has no UTF-8 form: a database would change it silently.
  if (LONE_SURROGATE.test(text)) fail(path, what, text, 'must be well-formed Unicode');
}

function checkNumber(row: number, column: string, value: number): void {
  if (!Number.isFinite(value)) fail([row, column], column, value, 'must be a finite number');
}

function checkFlag(row: number, column: string, value: boolean | undefined): void {
  if (value !== undefined && typeof value !== 'boolean') {
    fail([row, column], column, value, 'must be true or false');
  }
}

function fail(path: ErrorPath, what: string, value: unknown, rule: string): never {
  const where = typeof path[0] === 'number' ? `Row ${path[0]}: ${what}` : what;
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  throw new ForecastError('invalid-data', `${where} ${rule}, not ${shown}`, { path });
}
