import { ForecastError } from '../../errors.js';
import type { LongCallOptions } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { ColumnEvidence } from '../../panel/csv/column-evidence.js';
import { type Decimal, readNumber } from '../../panel/csv/csv-numbers.js';
import type { CsvInput } from '../../panel/csv/csv-source.js';
import { examineDecimals } from '../../panel/csv/decimal-questions.js';
import { openQuestion } from '../../panel/csv/open-sales-csv.js';
import { readSmallTable } from '../../panel/csv/small-table.js';
import { checkedBy, firstIssue } from '../../schema.js';
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

/** A line of a list of stock that cannot be used. */
export interface StockCsvProblem {
  /** Number of the line in the file, from 1. */
  readonly line: number;
  readonly column: string;
  readonly message: string;
}

/** Stock of a file. */
export interface StockCsv {
  readonly records: readonly StockRecord[];
  readonly problems: readonly StockCsvProblem[];
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
  const told = new Set(Object.values(options.columns ?? {}));
  const { header, lines } = await readSmallTable(input, {
    ...options,
    what: 'stock',
    score: (fields) =>
      findStockColumns(fields).size + fields.filter((field) => told.has(field.trim())).length,
  });
  const columns = columnsOf(header, options);
  const evidence = header.map((title, position) => new ColumnEvidence(position, title));
  for (const { fields } of lines) {
    for (const column of evidence) column.add(fields?.[column.position] ?? '');
  }
  const numeric = evidence.filter(({ position }) =>
    [...columns].some(([c, at]) => c !== 'product' && at === position),
  );
  const { decimal, byColumn, questions } = examineDecimals(numeric, evidence, options.decimal, undefined);
  const [question] = questions;
  if (question) throw openQuestion(question);
  const records: StockRecord[] = [];
  const problems: StockCsvProblem[] = [];
  const { record: rule } = stockRules();
  for (const { line, fields } of lines) {
    if (!fields) {
      problems.push({ line, column: 'line', message: 'The line is not well-formed' });
      continue;
    }
    const record: Record<string, unknown> = {};
    for (const [column, position] of columns) {
      const text = (fields[position] ?? '').trim();
      if (column === 'product') record.productId = text;
      else if (text !== '') record[column] = numberOf(text, byColumn.get(position) ?? decimal);
    }
    const checked = checkedBy(rule, record);
    if (checked.success) records.push(checked.data);
    else {
      const { path, message } = firstIssue(checked.error);
      problems.push({ line, column: String(path[0] ?? 'line'), message });
    }
  }
  const named = [...columns].map(([column, position]) => [column, header[position]]);
  return { records, problems, columns: Object.fromEntries(named) };
}

/** @throws ForecastError `invalid-option` if the header lacks a product or the units on hand. */
function columnsOf(
  header: readonly string[],
  { columns: given = {} }: StockCsvOptions,
): ReadonlyMap<StockColumn, number> {
  const columns = new Map(findStockColumns(header));
  const refuse = (message: string, path: string): never => {
    throw new ForecastError('invalid-option', message, {
      path: [path],
      hint: `The header has: ${header.join(', ')}.`,
    });
  };
  for (const [column, name] of Object.entries(given) as [StockColumn, string][]) {
    const position = header.indexOf(name);
    if (position < 0) refuse(`The stock has no column "${name}"`, `columns.${column}`);
    for (const [other, taken] of columns) if (taken === position) columns.delete(other);
    columns.set(column, position);
  }
  if (!columns.has('product')) refuse('The stock has no column of products', 'columns.product');
  if (!columns.has('onHand')) refuse('The stock has no column of units on hand', 'columns.onHand');
  return columns;
}

/** The number that a field holds, a share for a percentage; the text itself if it is no number. */
function numberOf(text: string, decimal: Decimal): number | string {
  const percent = text.endsWith('%');
  const number = readNumber(percent ? text.slice(0, -1).trim() : text, decimal);
  if (number === undefined || Number.isNaN(number)) return text;
  return percent ? number / 100 : number;
}
