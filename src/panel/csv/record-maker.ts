import type { DateReader } from '../../calendar/date-reader.js';
import type { Day } from '../../calendar/day.js';
import { present } from '../../present.js';
import { type DailyRecord, firstWrongColumn, type RecordColumn } from '../sales-record.js';
import { type CsvColumnSpec, type CsvColumns, RECORD_COLUMNS, REQUIRED_COLUMNS } from './csv-columns.js';
import { readFlag } from './csv-flags.js';
import type { CsvHeader } from './csv-header.js';
import { fieldAt } from './csv-lines.js';
import { type Decimal, readNumber } from './csv-numbers.js';
import { ProductIds } from './product-ids.js';

type Getter = (fields: readonly string[]) => unknown;
const NUMERIC = new Set<RecordColumn>(['units', 'revenue', 'price']);
const FLAGS = new Set<RecordColumn>(['promo', 'inStock']);

/** A column of a line that cannot be read, and its value. */
export interface WrongValue {
  readonly wrong: RecordColumn;
  readonly value: unknown;
}

export interface RecordMakerOptions {
  readonly columns: CsvColumns;
  readonly decimal: Decimal;
  readonly readDate: DateReader;
  /** Values that titles above the lines give to columns that are blank in the lines themselves. */
  readonly carried: ReadonlyMap<RecordColumn, () => string>;
  /** Name of the file, where several are read. */
  readonly file?: string;
  /** Called for optional values that are not understood; the record is made without them. */
  readonly onIgnored: (ignored: WrongValue) => void;
  readonly onCollision: (id: string) => void;
}

/** Turns the fields of lines under one header into records. */
export class RecordMaker {
  private readonly get: Partial<Record<RecordColumn, Getter>> = {};

  /** @throws ForecastError `invalid-option` if the header lacks a required column. */
  constructor(
    private readonly header: CsvHeader,
    private readonly options: RecordMakerOptions,
  ) {
    for (const name of RECORD_COLUMNS) {
      const carried = options.carried.get(name);
      const getter = this.getter(name, carried !== undefined);
      if (carried) this.get[name] = getter ? (fields) => getter(fields) || carried() : carried;
      else if (getter) this.get[name] = getter;
    }
  }

  /** The text or value of a column in a line. */
  value(column: RecordColumn, fields: readonly string[]): unknown {
    return this.get[column]?.(fields);
  }

  /** Positions of the columns of revenue and price that are read as they stand. */
  moneyPositions(): number[] {
    return (['revenue', 'price'] as const).map((name) => this.positionOf(name)).filter((at) => at >= 0);
  }

  /** @param line number of the line in the file */
  make(fields: readonly string[], line: number): DailyRecord | WrongValue {
    const { get } = this;
    const date = get.date?.(fields);
    const day: Day | undefined = this.options.readDate(typeof date === 'string' ? date.trim() : date);
    if (day === undefined) return { wrong: 'date', value: date };
    const record = {
      day,
      productId: trimmed(get.productId?.(fields)),
      category: trimmed(get.category?.(fields)),
      units: get.units?.(fields) ?? Number.NaN,
      revenue: get.revenue?.(fields),
      price: get.price?.(fields),
      promo: get.promo?.(fields),
      inStock: get.inStock?.(fields),
      location: trimmed(get.location?.(fields)),
      line,
      file: this.options.file,
    } as DailyRecord;
    const wrong = firstWrongColumn(record);
    if (wrong === undefined || wrong === '') return record;
    return this.withoutOptional(record, wrong, fields);
  }

  /** Drops a wrong value of an optional column, not the line. */
  private withoutOptional(
    record: DailyRecord,
    first: RecordColumn,
    fields: readonly string[],
  ): DailyRecord | WrongValue {
    const kept: Record<string, unknown> = { ...record };
    for (let wrong: RecordColumn | '' | undefined = first; wrong; wrong = firstWrongColumn(kept as never)) {
      const value = this.asWritten(wrong, fields);
      if (REQUIRED_COLUMNS.has(wrong)) return { wrong, value };
      this.options.onIgnored({ wrong, value });
      kept[wrong] = undefined;
    }
    return kept as unknown as DailyRecord;
  }

  private asWritten(name: RecordColumn, fields: readonly string[]): unknown {
    const column = this.options.columns[name];
    if (typeof column === 'function') return column(this.header.row(fields) as never);
    return fields[this.positionOf(name)];
  }

  /** Position of the first column of a name; -1 without one, or for a function. */
  private positionOf(name: RecordColumn): number {
    const column = this.options.columns[name];
    if (typeof column === 'function') return -1;
    const spec = typeof column === 'object' ? column.column : column;
    const first = Array.isArray(spec) ? spec[0] : spec;
    return first === undefined ? this.header.findDefault(name) : this.header.find(first);
  }

  private getter(name: RecordColumn, isCarried: boolean): Getter | undefined {
    const column = this.options.columns[name];
    if (typeof column === 'function') {
      const of = (fields: readonly string[]) => column(this.header.row(fields) as never);
      return NUMERIC.has(name) || FLAGS.has(name) ? this.converted(name, of, {}) : of;
    }
    if (column === undefined) return this.defaultGetter(name, isCarried);
    const spec: CsvColumnSpec = typeof column === 'object' ? column : { column };
    if (spec.constant !== undefined) return () => spec.constant;
    if (name === 'productId') return this.productGetter(spec);
    return this.converted(name, this.firstFilled(spec, name), spec);
  }

  private defaultGetter(name: RecordColumn, isCarried: boolean): Getter | undefined {
    const position = this.header.findDefault(name);
    if (position >= 0 && name === 'productId') return this.productGetter({ column: position });
    if (position >= 0) return this.converted(name, (fields) => fields[position], {});
    if (isCarried || !REQUIRED_COLUMNS.has(name)) return undefined;
    throw this.header.missing(`for ${name}`, `columns.${name}`);
  }

  private productGetter(spec: CsvColumnSpec): Getter {
    const ids = new ProductIds(spec, this.header, 'columns.productId');
    ids.onCollision = this.options.onCollision;
    return (fields) => ids.of(fields);
  }

  private firstFilled({ column }: CsvColumnSpec, name: RecordColumn): Getter {
    const option = `columns.${name}`;
    if (column === undefined) throw this.header.missing(`for ${name}`, option);
    const columns = (Array.isArray(column) ? column : [column]) as readonly (string | number)[];
    const positions = columns.map((one) => this.header.position(one, option));
    const position = present(positions[0], 'column');
    if (positions.length === 1) return (fields) => fields[position];
    return (fields) => fields[positions.find((at) => fieldAt(fields, at).trim() !== '') ?? position];
  }

  private converted(name: RecordColumn, of: Getter, { decimal, minus }: CsvColumnSpec): Getter {
    if (FLAGS.has(name)) return (fields) => flag(of(fields));
    if (!NUMERIC.has(name)) return of;
    const mark = decimal ?? this.options.decimal;
    const amount = (value: unknown) => (typeof value === 'string' ? readNumber(value, mark) : value);
    if (minus === undefined) return (fields) => amount(of(fields));
    const others = minus.map((column) => this.header.position(column, `columns.${name}`));
    return (fields) =>
      others.reduce(
        (sum, at) => (sum as number) - Math.abs((amount(fields[at]) as number) ?? 0),
        amount(of(fields)) ?? Number.NaN,
      );
  }
}

function trimmed(value: unknown): unknown {
  return typeof value === 'string' ? value.trim() : value;
}

function flag(value: unknown): unknown {
  return typeof value === 'string' ? readFlag(value) : value;
}
