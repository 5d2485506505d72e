import { isPlausibleDay } from '../../calendar/date-reader.js';
import { ForecastError } from '../../errors.js';
import type { SalesColumns } from '../../panel/sales-columns.js';
import { COLUMN_FAULTS, isRecordText, MAX_AMOUNT, type RecordColumn } from '../../panel/sales-record.js';
import { SalesColumnsWriter, TextCodes } from '../../storage/sales-columns.js';
import type { DuckDbChunk } from './duckdb-client.js';
import { SALES_COLUMNS } from './sales-query.js';

/**
 * The columns of a chunk, checked by the rule of a sales record.
 *
 * @throws ForecastError `invalid-data` for the first wrong row, with its product and column.
 */
export function columnsOfChunk(chunk: DuckDbChunk): SalesColumns {
  const column = (name: RecordColumn) => chunk.getColumnVector(SALES_COLUMNS.indexOf(name));
  const day = column('date');
  const product = column('productId');
  const location = column('location');
  const category = column('category');
  const units = column('units');
  const revenue = column('revenue');
  const price = column('price');
  const promo = column('promo');
  const inStock = column('inStock');
  const writer = new SalesColumnsWriter(chunk.rowCount);
  const categories = new TextCodes();
  for (let row = 0; row < chunk.rowCount; row++) {
    const productId = product.getItem(row);
    if (productId === '' || !isRecordText(productId)) return refuse('productId', productId);
    const place = location.getItem(row) ?? '';
    if (!isRecordText(place)) return refuse('location', productId);
    const name = category.getItem(row) ?? '';
    if (!isRecordText(name)) return refuse('category', productId);
    const soldOn = day.getItem(row);
    if (typeof soldOn !== 'number' || !isPlausibleDay(soldOn)) return refuse('date', productId);
    const at = writer.append(productId, place, 1);
    writer.day[at] = soldOn;
    writer.category[at] = categories.codeOf(name);
    writer.units[at] = amount(units.getItem(row), 'units', productId);
    if (Number.isNaN(writer.units[at])) refuse('units', productId);
    writer.revenue[at] = amount(revenue.getItem(row), 'revenue', productId);
    writer.price[at] = amount(price.getItem(row), 'price', productId);
    if (writer.price[at] < 0) refuse('price', productId);
    writer.promo[at] = flag(promo.getItem(row));
    writer.inStock[at] = flag(inStock.getItem(row));
  }
  return writer.finish(categories.texts);
}

/** NaN for NULL. */
function amount(value: unknown, column: RecordColumn, productId: string): number {
  if (value === null) return Number.NaN;
  if (typeof value === 'number' && Math.abs(value) <= MAX_AMOUNT) return value;
  return refuse(column, productId);
}

function flag(value: unknown): number {
  return value === null ? -1 : Number(value);
}

function refuse(column: RecordColumn, product: unknown): never {
  throw new ForecastError('invalid-data', COLUMN_FAULTS[column], {
    path: ['product', String(product), column],
    hint: 'Leave such rows out in a view, or correct them',
  });
}
