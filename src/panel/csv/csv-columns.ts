import * as z from 'zod';
import type { DateReader } from '../../calendar/date-reader.js';
import type { Day } from '../../calendar/day.js';
import { type ErrorPath, ForecastError } from '../../errors.js';
import { type DailyRecord, firstWrongColumn, type RecordColumn } from '../sales-record.js';
import { readFlag, readNumber } from './csv-values.js';

/** A line as an object: the text of each column by its name in the header. */
export type CsvRow = Readonly<Record<string, string>>;

/** Where a value comes from: a column by name, a column by position from 0, or a function of the line. */
export type CsvColumn<T> = string | number | ((row: CsvRow) => T);

/** Where each column of a record comes from. */
export interface CsvColumns {
  readonly date?: CsvColumn<string | Date>;
  readonly productId?: CsvColumn<string>;
  readonly category?: CsvColumn<string | null | undefined>;
  readonly units?: CsvColumn<string | number>;
  readonly revenue?: CsvColumn<string | number | null | undefined>;
  readonly price?: CsvColumn<string | number | null | undefined>;
  readonly promo?: CsvColumn<string | boolean | null | undefined>;
  readonly inStock?: CsvColumn<string | boolean | null | undefined>;
  readonly location?: CsvColumn<string | null | undefined>;
}

const column = z.union([
  z.string(),
  z.number().int().min(0),
  z.custom<(row: CsvRow) => never>((f) => typeof f === 'function'),
]);

export const csvColumnsSchema = z.strictObject({
  date: column.optional(),
  productId: column.optional(),
  category: column.optional(),
  units: column.optional(),
  revenue: column.optional(),
  price: column.optional(),
  promo: column.optional(),
  inStock: column.optional(),
  location: column.optional(),
});

const COLUMNS = Object.keys(csvColumnsSchema.shape) as RecordColumn[];
const REQUIRED: ReadonlySet<RecordColumn> = new Set(['date', 'productId', 'units']);

type Getter = (fields: readonly string[]) => unknown;

/** A record, or which of its columns is wrong and what stands there. */
export type CsvVerdict = DailyRecord | { readonly wrong: RecordColumn; readonly value: unknown };

/** Turns the fields of lines under one header into records. */
export class RecordMaker {
  private readonly get: Partial<Record<RecordColumn, Getter>> = {};
  private readonly toNumber: (text: string) => number | undefined;

  /** @throws ForecastError `invalid-option` if the header has not a column that is needed. */
  constructor(
    private readonly header: readonly string[],
    columns: CsvColumns,
    private readonly readDate: DateReader,
    decimal: '.' | ',',
  ) {
    this.toNumber = (text) => readNumber(text, decimal);
    for (const name of COLUMNS) {
      const getter = this.getter(name, columns[name]);
      if (getter) this.get[name] = getter;
    }
  }

  /** The line as an object, for functions of the caller. */
  row(fields: readonly string[]): CsvRow {
    const row: Record<string, string> = {};
    for (let i = 0; i < this.header.length; i++) row[this.header[i]] = fields[i];
    return row;
  }

  make(fields: readonly string[]): CsvVerdict {
    const { get } = this;
    const date = get.date!(fields);
    const day: Day | undefined = this.readDate(typeof date === 'string' ? date.trim() : date);
    if (day === undefined) return { wrong: 'date', value: date };
    const record = {
      day,
      productId: trimmed(get.productId!(fields)),
      category: trimmed(get.category?.(fields)),
      units: this.amount(get.units!(fields)) ?? Number.NaN,
      revenue: this.amount(get.revenue?.(fields)),
      price: this.amount(get.price?.(fields)),
      promo: flag(get.promo?.(fields)),
      inStock: flag(get.inStock?.(fields)),
      location: trimmed(get.location?.(fields)),
    } as DailyRecord;
    const wrong = firstWrongColumn(record);
    if (wrong === undefined || wrong === '') return record;
    return { wrong, value: get[wrong]!(fields) };
  }

  private amount(value: unknown): unknown {
    return typeof value === 'string' ? this.toNumber(value) : value;
  }

  private getter(name: RecordColumn, column: CsvColumns[RecordColumn]): Getter | undefined {
    if (typeof column === 'function') return (fields) => column(this.row(fields));
    const position =
      typeof column === 'number' ? column : this.position(column ?? name, column !== undefined);
    if (position >= 0 && position < this.header.length) return (fields) => fields[position];
    if (column === undefined && !REQUIRED.has(name)) return undefined;
    const path: ErrorPath = ['columns', name];
    const wanted = column === undefined ? `for ${name}` : JSON.stringify(column);
    throw new ForecastError('invalid-option', `The header has no column ${wanted}`, {
      path,
      hint: `Name it in the option columns.${name}; the header has: ${this.header.join(', ')}`,
    });
  }

  /** A given name must match exactly; a default one also as `Product ID` or `product_id`. */
  private position(name: string, exact: boolean): number {
    if (exact) return this.header.indexOf(name);
    return this.header.findIndex(
      (title) => title.toLowerCase().replace(/[\s_-]/g, '') === name.toLowerCase(),
    );
  }
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

function flag(value: unknown): unknown {
  return typeof value === 'string' ? readFlag(value) : value;
}
