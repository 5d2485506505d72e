import * as z from 'zod/mini';
import { ForecastError } from '../../errors.js';
import { LONG_CALL_OPTIONS, type LongCallOptions } from '../../long-call.js';
import { once } from '../../once.js';
import type { OptionTable } from '../../options.js';
import { parseOptions } from '../../schema.js';
import {
  CSV_COLUMNS,
  type CsvColumns,
  type CsvRow,
  csvColumnsSchema,
  csvReferenceSchema,
} from './csv-columns.js';
import type { Decimal } from './csv-numbers.js';
import { type CsvWhere, csvWhereSchema } from './csv-where.js';
import type { CsvCarry } from './sales-lines.js';

const shape = once(() => {
  const reference = csvReferenceSchema();
  const character = z.string().check(z.length(1), z.regex(/[^"\r\n\ufeff]/));
  return {
    columns: z._default(csvColumnsSchema(), {}),
    header: z._default(z.boolean(), true),
    headerLine: z.optional(z.int().check(z.gte(1))),
    skipLines: z._default(z.int().check(z.gte(0)), 0),
    delimiter: z._default(z.union([z.literal('auto'), character]), 'auto'),
    decimal: z._default(z.enum(['.', ',']), '.'),
    encoding: z._default(z.string(), 'auto'),
    dateFormat: z.optional(z.string()),
    timeZone: z.optional(z.string()),
    datesInUtc: z._default(z.boolean(), false),
    where: z._default(z.array(csvWhereSchema()), []),
    carry: z.optional(z.strictObject({ column: reference, to: z.enum(['productId', 'date', 'category']) })),
    fillDown: z._default(z.array(reference), []),
    order: z.optional(reference),
    lineId: z.optional(reference),
  };
});

const mappingSchema = once(() =>
  z.partial(
    z.strictObject({ ...shape(), profile: z.optional(z.string()), open: z.optional(z.array(z.string())) }),
  ),
);

const csvOptionsSchema = once(() =>
  z.strictObject({
    ...shape(),
    gzip: z._default(z.union([z.literal('auto'), z.boolean()]), 'auto'),
    filter: z.optional(z.custom<(row: CsvRow) => boolean>((value) => typeof value === 'function')),
    maxExamples: z._default(z.int().check(z.gte(0)), 5),
  }),
);

export type ResolvedCsvOptions = Omit<z.output<ReturnType<typeof csvOptionsSchema>>, 'columns'> & {
  readonly columns: CsvColumns;
};

/** Instructions for reading the table of a file; plain data unless a column is a function. */
export interface SalesCsvMapping {
  /** The export that the file was recognised as. */
  readonly profile?: string;
  /** Ids of questions without an assumed answer: such a mapping is refused unless options of the call settle them. */
  readonly open?: readonly string[];
  /**
   * Source of each column of a record: the name of a column of the file, its position from 0, a function of the
   * line, or a specification. Default: columns named like those of a record, where `Product ID` and `product_id` also
   * count.
   */
  readonly columns?: CsvColumns;
  /** True if a line names the columns. Without it, columns are given by position. Default true. */
  readonly header?: boolean;
  /**
   * Number of the line with the names of the columns, from 1. Default: the first line that names the required
   * columns.
   */
  readonly headerLine?: number;
  /** Lines at the top that are left out. Default 0. */
  readonly skipLines?: number;
  /** One character, or `auto` to choose among comma, semicolon, tab and bar. Default `auto`. */
  readonly delimiter?: string;
  /** Decimal mark of numbers. Default `.`. */
  readonly decimal?: Decimal;
  /**
   * Encoding of the text such as `windows-1252`, or `auto`: by its byte order mark, otherwise UTF-8. Bytes that
   * are not UTF-8 are read in the likeliest encoding, and reported. Default `auto`.
   */
  readonly encoding?: string;
  /**
   * `DMY`, `MDY` or `YMD` for the order of the numbers in dates such as `3/9/2026`, or a date-fns format such
   * as `M/d/yyyy H:mm`. Not needed for unambiguous dates.
   */
  readonly dateFormat?: string;
  /** Time zone whose days count for timestamps with an offset, or `as-written`. Default `UTC`. */
  readonly timeZone?: string;
  /** True if times without an offset are UTC. Default false: they are of the shop's own zone. */
  readonly datesInUtc?: boolean;
  /** Rules that classify lines as sales, returns or others by the values of columns. */
  readonly where?: readonly CsvWhere[];
  /** Titles between the lines that name the product, day or category of the lines below. */
  readonly carry?: CsvCarry;
  /** Columns that are blank where they repeat the line above. */
  readonly fillDown?: readonly (string | number)[];
  /** Column with the order number: a line of an order that is in two files counts once. */
  readonly order?: string | number;
  /** Column with an id of the line itself: each id counts once, in one file or several. */
  readonly lineId?: string | number;
}

/** Options for reading a CSV file. */
export interface CsvOptions extends SalesCsvMapping, LongCallOptions {
  /** Mapping that `inspectSalesCsv` proposes; the other options of the call take precedence. */
  readonly mapping?: SalesCsvMapping;
  /** True if the input is compressed with gzip; `auto`, the default, looks at its first bytes. */
  readonly gzip?: 'auto' | boolean;
  /** Leaves out, and counts, the lines for which it returns false. */
  readonly filter?: (row: CsvRow) => boolean;
  /** Examples kept for each finding of the report. Default 5. */
  readonly maxExamples?: number;
}

export const MAPPING_OPTIONS: OptionTable<SalesCsvMapping> = {
  profile: 1,
  open: 1,
  columns: CSV_COLUMNS,
  header: 1,
  headerLine: 1,
  skipLines: 1,
  delimiter: 1,
  decimal: 1,
  encoding: 1,
  dateFormat: 1,
  timeZone: 1,
  datesInUtc: 1,
  where: 1,
  carry: 1,
  fillDown: 1,
  order: 1,
  lineId: 1,
};

export const CSV_OPTIONS: OptionTable<CsvOptions> = {
  ...MAPPING_OPTIONS,
  ...LONG_CALL_OPTIONS,
  mapping: MAPPING_OPTIONS,
  gzip: 1,
  filter: 1,
  maxExamples: 1,
};

/** The options of a call with its mapping and defaults filled in. @throws ForecastError `invalid-option`. */
export function resolveCsvOptions({
  mapping,
  profile,
  open,
  ...own
}: Omit<CsvOptions, keyof LongCallOptions>): ResolvedCsvOptions {
  const {
    profile: _profile,
    open: _open,
    ...proposed
  } = parseOptions(mappingSchema(), MAPPING_OPTIONS, mapping ?? {});
  refuseOpen([...(open ?? []), ...(mapping?.open ?? [])], own);
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const columns = { ...(mapping?.columns ?? {}), ...(own.columns ?? {}) };
  return parseOptions(csvOptionsSchema(), CSV_OPTIONS, {
    ...proposed,
    ...given,
    columns,
  }) as ResolvedCsvOptions;
}

/** Refuses questions that a file leaves open. @throws ForecastError `invalid-option` with the id of the question. */
function refuseOpen(open: readonly string[], { dateFormat, decimal, columns }: CsvOptions): void {
  for (const id of open) {
    const [code, column] = id.split(':');
    if (code === 'date-order' && dateFormat !== undefined) continue;
    if (code === 'decimal' && decimal !== undefined) continue;
    if (code === 'missing-column' && columns?.[column as keyof CsvColumns] !== undefined) continue;
    throw new ForecastError('invalid-option', `The mapping leaves the question "${id}" open`, {
      path: ['mapping', 'open'],
      hint: 'Give inspectSalesCsv its answer, or settle it with dateFormat, decimal or columns',
    });
  }
}
