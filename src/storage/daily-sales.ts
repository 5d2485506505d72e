import { isPlausibleDay } from '../calendar/date-reader.js';
import type { Day } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import type { Progress } from '../long-call.js';
import {
  COLUMN_FAULTS,
  type DailyRecord,
  firstWrongColumn,
  type SalesRecord,
} from '../panel/sales-record.js';
import type { DailySale } from './contract.js';

const ROWS_PER_STEP = 2_000;

/** Lists of rows that were checked on their way in, and are not checked again. */
const checkedLists = new WeakSet<readonly DailySale[]>();

/** Marks rows that passed the check of a sales record, so that a storage takes them as they are. */
export function asChecked(rows: readonly DailySale[]): readonly DailySale[] {
  checkedLists.add(rows);
  return rows;
}

/** A record that passed the check, as a row. */
export function dailySale(record: SalesRecord | DailyRecord, day: Day, uncategorized: string): DailySale {
  return {
    day,
    productId: record.productId,
    category: record.category || uncategorized,
    units: record.units,
    ...(record.location ? { location: record.location } : {}),
    ...(record.revenue == null ? {} : { revenue: record.revenue }),
    ...(record.price == null ? {} : { price: record.price }),
    ...(record.promo == null ? {} : { promo: record.promo }),
    ...(record.inStock == null ? {} : { inStock: record.inStock }),
  };
}

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
 * Checks rows, sums those of the same day, product and location, and puts them in reading order. A generator of
 * progress, so that a long batch can be merged in slices.
 *
 * @param firstRow place of the first row in its delivery, for errors
 * @throws ForecastError `invalid-data` with path `[row, column]` for the first row that cannot be stored.
 */
export function* mergeSales(
  rows: readonly DailySale[],
  firstRow = 0,
): Generator<Progress, readonly DailySale[], void> {
  const trusted = checkedLists.has(rows);
  const series = new Map<string, Map<Day, DailySale>>();
  let done = 0;
  for (const row of rows) {
    if (!trusted) checkSale(row, firstRow + done);
    const sale = plainSale(row);
    const key = seriesKey(sale);
    let days = series.get(key);
    if (days === undefined) series.set(key, (days = new Map()));
    const earlier = days.get(sale.day);
    days.set(sale.day, earlier === undefined ? sale : addSales(earlier, sale));
    if (++done % ROWS_PER_STEP === 0) yield { phase: 'check rows', done, total: rows.length };
  }
  // Sorting series, then the days of each, is quicker than sorting rows, and no step takes long.
  const merged: DailySale[] = [];
  const groups = [...series.values()].flatMap((days) => {
    const sales = [...days.values()];
    const [first] = sales;
    return first ? [{ first, sales }] : [];
  });
  groups.sort((a, b) => compareSales(a.first, b.first));
  for (const { sales } of groups) {
    for (const sale of sales.sort((a, b) => a.day - b.day)) merged.push(sale);
    yield { phase: 'sort rows', done: merged.length, total: rows.length };
  }
  return merged;
}

/**
 * Adds a later sale of the same key: units and revenue are summed, the day is promoted, or out of stock, if
 * either is, and the later category and price are kept.
 */
export function addSales(stored: DailySale, later: DailySale): DailySale {
  return {
    day: stored.day,
    productId: stored.productId,
    category: later.category,
    location: stored.location,
    units: stored.units + later.units,
    revenue: sumOf(stored.revenue, later.revenue),
    price: later.price ?? stored.price,
    promo: stored.promo || later.promo || (stored.promo ?? later.promo),
    inStock: stored.inStock === false ? false : (later.inStock ?? stored.inStock),
  };
}

function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : a + b;
}

/** The row with its known columns only; callers from JavaScript may give null for missing values. */
function plainSale(sale: DailySale): DailySale {
  const { day, productId, category, units } = sale;
  return {
    day,
    productId,
    category,
    location: sale.location ?? '',
    units,
    revenue: sale.revenue ?? undefined,
    price: sale.price ?? undefined,
    promo: sale.promo ?? undefined,
    inStock: sale.inStock ?? undefined,
  };
}

function checkSale(sale: DailySale, row: number): void {
  const wrong = firstWrongColumn(sale);
  if (wrong === '') refuse(row, [], 'The row is not an object');
  if (wrong !== undefined) refuse(row, [wrong], COLUMN_FAULTS[wrong]);
  if (!isPlausibleDay(sale.day))
    refuse(row, ['day'], 'The day is not a whole day number within 1900 to 2199');
  if (!sale.category) refuse(row, ['category'], 'The category is missing');
}

function refuse(row: number, column: readonly string[], fault: string): never {
  throw new ForecastError('invalid-data', `Row ${row}: ${fault}`, { path: [row, ...column] });
}
