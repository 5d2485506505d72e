import * as z from 'zod/mini';
import { once } from '../../once.js';
import type { OptionTable } from '../../options.js';
import type { RecordColumn } from '../sales-record.js';
import type { Decimal } from './csv-numbers.js';

/** A line as an object: the text of each column by its name in the header; of a repeated name, the first. */
export type CsvRow = Readonly<Record<string, string>>;

/** Detailed source of a value, where one name is not enough. All of it is plain data. */
export interface CsvColumnSpec {
  /** Name or position of the column; of several, the first that is not blank in the line. */
  readonly column?: string | number | readonly (string | number)[];
  /** Value of every line in place of a column, such as `1` for files with a line per unit. */
  readonly constant?: string | number;
  /** Columns whose values follow the first, joined by `@`: the same item in each store is a product of its own. */
  readonly join?: readonly (string | number)[];
  /** Column of the size or flavour, which distinguishes items that have a name but no code. */
  readonly variant?: string | number;
  /** Columns with numbers to subtract, such as cancelled units. */
  readonly minus?: readonly (string | number)[];
  /** Decimal mark of this column, if it is not that of the file. */
  readonly decimal?: Decimal;
  /** Certainty of a recognised column, from 0 to 1. */
  readonly confidence?: number;
}

/** Source of a value: a column by name, by position from 0, a function of the line, or a specification. */
export type CsvColumn<T> = string | number | ((row: CsvRow) => T) | CsvColumnSpec;

/** Source of each column of a record. */
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

export const CSV_COLUMNS: OptionTable<CsvColumns> = {
  date: 1,
  productId: 1,
  category: 1,
  units: 1,
  revenue: 1,
  price: 1,
  promo: 1,
  inStock: 1,
  location: 1,
};
export const RECORD_COLUMNS = Object.keys(CSV_COLUMNS) as RecordColumn[];

/** Schema of the name of a column of a file, or of its position. */
export const csvReferenceSchema = once(() => z.union([z.string(), z.int().check(z.gte(0))]));

export const csvColumnsSchema = once(() => {
  const reference = csvReferenceSchema();
  const column = z.union([
    reference,
    z.custom<(row: CsvRow) => never>((f) => typeof f === 'function'),
    z.strictObject({
      column: z.optional(z.union([reference, z.array(reference).check(z.minLength(1))])),
      constant: z.optional(z.union([z.string(), z.number()])),
      join: z.optional(z.array(reference)),
      variant: z.optional(reference),
      minus: z.optional(z.array(reference)),
      decimal: z.optional(z.enum(['.', ','])),
      confidence: z.optional(z.number().check(z.gte(0), z.lte(1))),
    }),
  ]);
  return z.strictObject(Object.fromEntries(RECORD_COLUMNS.map((name) => [name, z.optional(column)])));
});
export const REQUIRED_COLUMNS: ReadonlySet<RecordColumn> = new Set(['date', 'productId', 'units']);
