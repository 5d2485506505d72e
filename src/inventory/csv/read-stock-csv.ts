import type { LongCallOptions } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { type Decimal, readNumber } from '../../panel/csv/csv-numbers.js';
import type { CsvInput } from '../../panel/csv/csv-source.js';
import { examineDecimals } from '../../panel/csv/decimal-questions.js';
import { openQuestion } from '../../panel/csv/open-sales-csv.js';
import {
  type CsvLineProblem,
  missingColumn,
  readSmallTable,
  recordsOf,
} from '../../panel/csv/small-table.js';
import { type StockRecord, stockRules } from '../stock-record.js';
import { findStockColumns, type StockColumn } from './stock-column-names.js';

export interface StockCsvOptions extends Pick<LongCallOptions, 'signal'> {
  /** Names of columns whose own names do not tell: `{ onHand: 'Ist' }`. */
  readonly columns?: Readonly<Partial<Record<StockColumn, string>>>;
  readonly decimal?: Decimal;
  /** One character. Default: found out. */
  readonly delimiter?: string;
  /** Such as `windows-1252`. Default: found out. */
  readonly encoding?: string;
  readonly gzip?: 'auto' | boolean;
}

const STOCK_CSV_OPTIONS: OptionTable<StockCsvOptions> = {
  columns: 1,
  decimal: 1,
  delimiter: 1,
  encoding: 1,
  gzip: 1,
  signal: 1,
};

/** Stock of a file. */
export interface StockCsv {
  readonly records: readonly StockRecord[];
  readonly problems: readonly CsvLineProblem[];
  /** The name of each column that was recognised. */
  readonly columns: Readonly<Partial<Record<StockColumn, string>>>;
}

/**
 * Reads stock by product from CSV, for `forecaster.stockPlan`. Columns are recognised by their names, in the languages that files
 * of sales are: product, units on hand and on order, lead time, service level, minimum order, pack size, shelf life, price, cost
 * and salvage. Wrong lines are reported and left out; an empty field says nothing.
 *
 * ```ts
 * import { readStockCsv } from 'commerce-forecast/csv';
 *
 * const { records } = await readStockCsv('SKU;Lagerbestand;VE;EK-Preis\nA-1;35;6;2,40\n');
 * ```
 *
 * @param input as `readSalesCsv` takes it
 * @throws ForecastError `empty-data` without a line below a header, `invalid-option` without a product or units on hand,
 * `invalid-data` if the decimal mark is open, `limit-exceeded`, `aborted`.
 */
export async function readStockCsv(input: CsvInput, options: StockCsvOptions = {}): Promise<StockCsv> {
  refuseUnknown(options, STOCK_CSV_OPTIONS);
  const table = await readSmallTable(input, { ...options, what: 'stock', find: findStockColumns });
  const { header, columns, evidence } = table;
  if (!columns.has('product')) throw missingColumn('The stock has no column of products', header, 'product');
  if (!columns.has('onHand'))
    throw missingColumn('The stock has no column of units on hand', header, 'onHand');
  const numeric = evidence.filter(({ position }) =>
    [...columns].some(([c, at]) => c !== 'product' && c !== 'location' && at === position),
  );
  const { decimal, byColumn, questions } = examineDecimals(numeric, evidence, options.decimal, undefined);
  const [question] = questions;
  if (question) throw openQuestion(question);
  return recordsOf(table, stockRules().record, (fields) => {
    const record: Record<string, unknown> = {};
    for (const [column, position] of columns) {
      const text = (fields[position] ?? '').trim();
      if (column === 'product') record.productId = text;
      else if (column === 'location') record.location = text === '' ? null : text;
      else if (text !== '') record[column] = numberOf(text, byColumn.get(position) ?? decimal);
    }
    return record;
  });
}

/** The number that a field holds, a share for a percentage; the text itself if it is no number. */
function numberOf(text: string, decimal: Decimal): number | string {
  const percent = text.endsWith('%');
  const number = readNumber(percent ? text.slice(0, -1).trim() : text, decimal);
  if (number === undefined || Number.isNaN(number)) return text;
  return percent ? number / 100 : number;
}
