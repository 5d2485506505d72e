import { formatDay, tryParseDay } from '../../calendar/day.js';
import { WEEK_DAYS } from '../../calendar/weeks.js';
import { ForecastError } from '../../errors.js';
import type { LongCallOptions } from '../../long-call.js';
import type { CsvOptions } from '../../panel/csv/csv-options.js';
import { readSalesCsv } from '../../panel/csv/read-sales-csv.js';
import type { SalesRecord } from '../../panel/sales-record.js';
import { csvRows } from './csv-rows.js';
import type { KaggleOrigin, KaggleRecipe, OpenKaggleFile } from './kaggle-source.js';
import { m5Recipe } from './m5.js';

/** A recipe for a single CSV file in long form. */
export function csvRecipe(origin: KaggleOrigin, file: string, csv: CsvOptions): KaggleRecipe {
  return { origin, read: (open, longCall) => readSalesCsv(open(file), { ...csv, ...longCall }) };
}

/**
 * Recipes for well-known sales data sets. Where a data set has turnover instead of units, `units` is the turnover.
 *
 * - `storeItemDemand`: 50 items in 10 stores, daily (Store Item Demand Forecasting Challenge)
 * - `rossmann`: turnover of 1,115 drug stores, daily, with promotions and closed days (Rossmann Store Sales)
 * - `favorita`: 33 product families in 54 grocery stores, daily (Store Sales, Corporación Favorita)
 * - `m5`: 3,049 products in 10 stores, daily, with prices (M5 Forecasting Accuracy)
 * - `walmart`: turnover of 81 departments in 45 stores, weekly, spread evenly over the days (Walmart Recruiting)
 */
export const KAGGLE_RECIPES = {
  storeItemDemand: csvRecipe({ competition: 'demand-forecasting-kernels-only' }, 'train.csv', {
    columns: { date: 'date', productId: 'item', location: 'store', units: 'sales' },
  }),
  rossmann: {
    origin: { competition: 'rossmann-store-sales' },
    read: readRossmann,
  },
  favorita: csvRecipe({ competition: 'store-sales-time-series-forecasting' }, 'train.csv', {
    columns: {
      date: 'date',
      productId: 'family',
      category: 'family',
      location: 'store_nbr',
      units: 'sales',
      promo: (row) => Number(row['onpromotion']) > 0,
    },
  }),
  m5: m5Recipe(),
  walmart: {
    origin: { competition: 'walmart-recruiting-store-sales-forecasting' },
    read: readWalmart,
  },
} satisfies Record<string, KaggleRecipe>;

/** The store is the product, and its type (a to d, from `store.csv`) the category. */
function readRossmann(open: OpenKaggleFile, longCall: LongCallOptions): AsyncIterable<SalesRecord> {
  const types = new Map<string, string>();
  const typesThenSales = async function* () {
    const stores = csvRows('store.csv', open('store.csv'), ['Store', 'StoreType'], longCall.signal);
    for await (const [store = '', type = ''] of stores) types.set(store, type);
    yield* open('train.csv');
  };
  return readSalesCsv(typesThenSales(), {
    ...longCall,
    columns: {
      date: 'Date',
      productId: 'Store',
      category: (row) => types.get(row['Store'] ?? ''),
      units: 'Sales',
      revenue: 'Sales',
      promo: 'Promo',
      inStock: 'Open',
    },
  });
}

/** Weeks end on the Friday that dates them. */
async function* readWalmart(
  open: OpenKaggleFile,
  { signal }: LongCallOptions,
): AsyncGenerator<SalesRecord, void, void> {
  const columns = ['Store', 'Dept', 'Date', 'Weekly_Sales'];
  for await (const [location = '', productId = '', date = '', sales] of csvRows(
    'train.csv',
    open('train.csv.zip'),
    columns,
    signal,
  )) {
    const last = tryParseDay(date);
    const units = sales === '' ? Number.NaN : Number(sales) / WEEK_DAYS;
    if (last === undefined || !Number.isFinite(units)) {
      throw new ForecastError('invalid-data', 'train.csv has a line without a day or a number', {
        path: ['train.csv', `${location} ${productId} ${date}`],
      });
    }
    for (let day = last - WEEK_DAYS + 1; day <= last; day++) {
      yield { date: formatDay(day), productId, location, units, revenue: units };
    }
  }
}
