import { formatDay } from '../../calendar/day.js';
import type { LongCallOptions } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { ColumnEvidence } from '../../panel/csv/column-evidence.js';
import { csvDateReader } from '../../panel/csv/csv-dates.js';
import { readFlag } from '../../panel/csv/csv-flags.js';
import { type Decimal, readNumber } from '../../panel/csv/csv-numbers.js';
import type { CsvInput } from '../../panel/csv/csv-source.js';
import { examineDates, orderName } from '../../panel/csv/date-questions.js';
import { examineDecimals } from '../../panel/csv/decimal-questions.js';
import { openQuestion } from '../../panel/csv/open-sales-csv.js';
import {
  type CsvLineProblem,
  missingColumn,
  readSmallTable,
  recordsOf,
  type SmallTable,
} from '../../panel/csv/small-table.js';
import type { PlanRecord } from '../plan-record.js';
import { planRecord } from '../plan-record-schema.js';
import { findPlanColumns, type PlanColumn } from './plan-column-names.js';

export interface PlanCsvOptions extends Pick<LongCallOptions, 'signal'> {
  /** Columns that are not recognised by their names: `{ product: 'Ref', promo: 'Flyer' }`. */
  readonly columns?: Readonly<Partial<Record<PlanColumn, string>>>;
  /** `DMY`, `MDY` or `YMD`, or a date-fns format, for ambiguous dates. */
  readonly dateFormat?: string;
  readonly decimal?: Decimal;
  /** One character. Default: detected. */
  readonly delimiter?: string;
  /** Such as `windows-1252`. Default: detected. */
  readonly encoding?: string;
  readonly gzip?: 'auto' | boolean;
}

const PLAN_CSV_OPTIONS: OptionTable<PlanCsvOptions> = {
  columns: 1,
  dateFormat: 1,
  decimal: 1,
  delimiter: 1,
  encoding: 1,
  gzip: 1,
  signal: 1,
};

/** Plans of a file. */
export interface PlanCsv {
  readonly records: readonly PlanRecord[];
  readonly problems: readonly CsvLineProblem[];
  /** The name of each recognised column. */
  readonly columns: Readonly<Partial<Record<PlanColumn, string>>>;
}

/** Words for every product, in a column of products or categories. */
const EVERYTHING = new Set(['*', 'all', 'alle', 'alles', 'tous', 'tout', 'todos', 'todo', 'tutti', 'tutto']);
const SCOPE = ['product', 'category', 'location'] as const;

/**
 * Reads prices, promotions, closures and events from CSV, for `forecaster.plan`. Columns are recognised by
 * their names, in the same languages as for files of sales: a date, or the first and the last day; product,
 * category, location; price, promo, open or closed, available, event, note. Wrong lines are reported and left
 * out.
 *
 * A line without product, category and location applies to every product if it has only `open`, `closed` or an
 * event; for a price or a promotion of every product, write `*`.
 *
 * ```ts
 * import { createForecaster } from 'commerce-forecast';
 * import { readPlanCsv } from 'commerce-forecast/csv';
 *
 * const text = 'from;to;product;price;promo\n01.12.2026;24.12.2026;SKU-1;7,50;yes\n';
 * const { records, problems } = await readPlanCsv(text, { dateFormat: 'DMY' });
 * await createForecaster().plan(records);
 * ```
 *
 * @param input as `readSalesCsv` takes it
 * @throws ForecastError `empty-data` without a line below a header, `invalid-option` without a column of dates
 *   or of anything that can be planned, `invalid-data` if the order of the numbers in dates or the decimal mark
 *   is ambiguous, `limit-exceeded`, `aborted`.
 */
export async function readPlanCsv(input: CsvInput, options: PlanCsvOptions = {}): Promise<PlanCsv> {
  refuseUnknown(options, PLAN_CSV_OPTIONS);
  const table = await readSmallTable(input, { ...options, what: 'plan', find: findPlanColumns });
  checkColumns(table);
  const reader = new PlanLineReader(table.columns, table.evidence, options);
  return recordsOf(table, planRecord(), (fields) => reader.read(fields));
}

/**
 * @throws ForecastError `invalid-option` if the header lacks a column of days, or of anything that can be
 *   planned.
 */
function checkColumns({ header, columns }: SmallTable<PlanColumn>): void {
  if (!columns.has('date') && !columns.has('from')) {
    throw missingColumn('The plan has no column of days: date, or from and to', header, 'date');
  }
  const says = (['price', 'promo', 'open', 'closed', 'available', 'event'] as const).some((column) =>
    columns.has(column),
  );
  if (!says) {
    const message = 'The plan has no column of price, promo, open, closed, available or event';
    throw missingColumn(message, header, 'promo');
  }
}

/** Turns the fields of a line into an unchecked record. */
class PlanLineReader {
  private readonly dates: ReturnType<typeof csvDateReader>;
  private readonly decimal: Decimal;

  constructor(
    private readonly columns: ReadonlyMap<PlanColumn, number>,
    evidence: readonly ColumnEvidence[],
    options: PlanCsvOptions,
  ) {
    this.dates = csvDateReader({ dateFormat: options.dateFormat ?? this.orderOf(evidence) });
    const price = columns.get('price');
    const priced = evidence.filter(({ position }) => position === price);
    const { decimal, byColumn, questions } = examineDecimals(priced, evidence, options.decimal, undefined);
    const [question] = questions;
    if (question) throw openQuestion(question);
    this.decimal = price === undefined ? decimal : (byColumn.get(price) ?? decimal);
  }

  read(fields: readonly string[]): Record<string, unknown> {
    const text = (column: PlanColumn) => {
      const position = this.columns.get(column);
      return (position === undefined ? '' : (fields[position] ?? '')).trim();
    };
    const day = (column: PlanColumn) => this.dayOf(text(column));
    const flag = (column: PlanColumn) => readFlag(text(column));
    const closed = flag('closed');
    const price = readNumber(text('price'), this.decimal);
    const from = day('from');
    const to = day('to');
    const record: Record<string, unknown> = {
      date: day('date') ?? (to === undefined ? from : undefined),
      from: to === undefined ? undefined : from,
      to,
      productId: text('product'),
      category: text('category'),
      location: text('location'),
      price: Number.isNaN(price) ? text('price') : price,
      promo: flag('promo'),
      open: flag('open') ?? (typeof closed === 'boolean' ? !closed : closed),
      available: flag('available'),
      event: text('event') || undefined,
      note: text('note') || undefined,
      knownSince: day('knownSince'),
    };
    if (record.date !== undefined) delete record.from;
    if (record.date !== undefined && record.to === record.date) delete record.to;
    this.placeScope(record, flag('all') === true);
    for (const [name, value] of Object.entries(record)) if (value === undefined) delete record[name];
    return record;
  }

  private placeScope(record: Record<string, unknown>, all: boolean): void {
    const names = { product: 'productId', category: 'category', location: 'location' } as const;
    let everything = all;
    for (const column of SCOPE) {
      const name = names[column];
      const value = String(record[name]);
      if (EVERYTHING.has(value.toLowerCase())) everything = true;
      if (value === '' || EVERYTHING.has(value.toLowerCase())) record[name] = undefined;
    }
    const named = record.productId ?? record.category ?? record.location;
    if (named !== undefined) return;
    const ofProducts = [record.price, record.promo, record.available].some((value) => value !== undefined);
    const hasScope = SCOPE.some((column) => this.columns.has(column));
    if (everything || !ofProducts || !hasScope) record.all = true;
  }

  /** ISO date, or the unchanged text if it is not a date. */
  private dayOf(text: string): string | undefined {
    if (text === '') return undefined;
    const day = this.dates(text);
    return day === undefined ? text : formatDay(day);
  }

  /** @throws ForecastError `invalid-data` if all dates are ambiguous. */
  private orderOf(evidence: readonly ColumnEvidence[]): string | undefined {
    const used = (['date', 'from', 'to', 'knownSince'] as const).flatMap((column) => {
      const at = this.columns.get(column);
      return evidence.filter(({ position }) => position === at);
    });
    for (const column of used) {
      const others = used.filter((other) => other !== column);
      const { order, questions } = examineDates(column, others, [], undefined);
      const open = questions.find(({ code }) => code === 'date-order');
      if (open) throw openQuestion(open);
      if (order !== undefined) return orderName(order);
    }
    return undefined;
  }
}
