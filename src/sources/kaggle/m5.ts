import { ForecastError } from '../../errors.js';
import type { LongCallOptions } from '../../long-call.js';
import type { SalesRecord } from '../../panel/sales-record.js';
import { columnOf, csvLines, csvRows } from './csv-rows.js';
import type { KaggleRecipe, OpenKaggleFile } from './kaggle-source.js';

const SALES = 'sales_train_evaluation.csv';
const CALENDAR = 'calendar.csv';
const PRICES = 'sell_prices.csv';

interface Calendar {
  /** Date of each column `d_1`, `d_2`, ... */
  readonly dates: ReadonlyMap<string, string>;
  /** Position of each column's week among all weeks. */
  readonly weekOf: ReadonlyMap<string, number>;
  /** Position of each week by its code. */
  readonly weeks: ReadonlyMap<string, number>;
}

/** Weekly prices by `store item`, NaN where there is none. */
type Prices = ReadonlyMap<string, Float32Array>;

/**
 * The M5 competition: 30,490 products of ten Walmart stores over 1,941 days. Days before a product's first price are left
 * out, as it was not on sale yet.
 *
 * @param options.prices Whether prices are read: 190 MB more to load, and about 35 MB of memory. Default true. Without them
 * every day counts as on sale.
 */
export function m5Recipe(options: { readonly prices?: boolean } = {}): KaggleRecipe {
  return {
    origin: { competition: 'm5-forecasting-accuracy' },
    async *read(open, longCall) {
      const calendar = await readCalendar(open, longCall.signal);
      const prices = options.prices === false ? undefined : await readPrices(open, calendar, longCall.signal);
      yield* readSales(open, calendar, prices, longCall);
    },
  };
}

async function readCalendar(open: OpenKaggleFile, signal: AbortSignal | undefined): Promise<Calendar> {
  const dates = new Map<string, string>();
  const weekOf = new Map<string, number>();
  const weeks = new Map<string, number>();
  const columns = ['d', 'date', 'wm_yr_wk'];
  for await (const [column = '', date = '', week = ''] of csvRows(
    CALENDAR,
    open(CALENDAR),
    columns,
    signal,
  )) {
    const position = weeks.get(week) ?? weeks.size;
    weeks.set(week, position);
    dates.set(column, date);
    weekOf.set(column, position);
  }
  return { dates, weekOf, weeks };
}

async function readPrices(
  open: OpenKaggleFile,
  { weeks }: Calendar,
  signal: AbortSignal | undefined,
): Promise<Prices> {
  const prices = new Map<string, Float32Array>();
  const columns = ['store_id', 'item_id', 'wm_yr_wk', 'sell_price'];
  for await (const [store, item, week = '', price] of csvRows(PRICES, open(PRICES), columns, signal)) {
    const key = `${store} ${item}`;
    let row = prices.get(key);
    if (!row) prices.set(key, (row = new Float32Array(weeks.size).fill(Number.NaN)));
    const position = weeks.get(week);
    if (position !== undefined) row[position] = Number(price);
  }
  return prices;
}

async function* readSales(
  open: OpenKaggleFile,
  calendar: Calendar,
  prices: Prices | undefined,
  { signal, onProgress }: LongCallOptions,
): AsyncGenerator<SalesRecord, void, void> {
  let series = 0;
  for await (const { header, fields } of csvLines(SALES, open(SALES), signal)) {
    const at = (column: string) => fields[columnOf(SALES, header, column)] ?? '';
    const [item, store, category] = [at('item_id'), at('store_id'), at('dept_id')];
    const row = prices?.get(`${store} ${item}`);
    for (const [i, column] of header.entries()) {
      if (!/^d_\d+$/.test(column)) continue;
      const date = calendar.dates.get(column);
      const units = Number(fields[i]);
      if (date === undefined || fields[i] === '' || !Number.isFinite(units)) {
        throw new ForecastError('invalid-data', `${SALES} has no day or no number in column ${column}`, {
          path: [SALES, item, column],
        });
      }
      const price = row?.[calendar.weekOf.get(column) ?? -1];
      if (prices && (price === undefined || Number.isNaN(price))) continue;
      yield { date, productId: item, category, location: store, units, price };
    }
    onProgress?.({ phase: 'read M5', done: ++series, total: Number.POSITIVE_INFINITY });
  }
}
