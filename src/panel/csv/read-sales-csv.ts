import * as z from 'zod';
import { createDateReader } from '../../calendar/date-reader.js';
import { formatDay } from '../../calendar/day.js';
import { invalidOption } from '../../errors.js';
import type { LongCallOptions } from '../../long-call.js';
import { type OptionTable, parseOptions } from '../../options.js';
import { FindingCollector } from '../data-report.js';
import { describeValue } from '../describe-value.js';
import { nextOrAbort, type RecordSource } from '../record-source.js';
import type { DailyRecord, SalesRecord } from '../sales-record.js';
import { type CsvColumns, type CsvRow, csvColumnsSchema, RecordMaker } from './csv-columns.js';
import { type CsvLine, CsvLineReader } from './csv-lines.js';
import { type CsvInput, readCsvText } from './csv-source.js';

const DELIMITERS = [',', ';', '\t', '|'];

const optionsSchema = z.strictObject({
  columns: csvColumnsSchema.default({}),
  header: z.boolean().default(true),
  delimiter: z
    .union([
      z.literal('auto'),
      z
        .string()
        .length(1)
        .regex(/[^"\r\n\ufeff]/),
    ])
    .default('auto'),
  decimal: z.enum(['.', ',']).default('.'),
  gzip: z.union([z.literal('auto'), z.boolean()]).default('auto'),
  encoding: z.string().default('utf-8'),
  dateFormat: z.string().optional(),
  timeZone: z.string().optional(),
  filter: z.custom<(row: CsvRow) => boolean>((value) => typeof value === 'function').optional(),
  maxExamples: z.number().int().min(0).default(5),
});

type ResolvedOptions = z.output<typeof optionsSchema>;

/** How a CSV file is read. */
export interface CsvOptions extends LongCallOptions {
  /**
   * Where each column of a record comes from: the name of a column of the file, its position from 0, or a function of
   * the line. Default: columns named like those of a record, where `Product ID` and `product_id` also count.
   */
  readonly columns?: CsvColumns;
  /** Whether the first line names the columns. Without it, columns are given by position. Default true. */
  readonly header?: boolean;
  /** One character, or `auto` for the one that the first line has most of: comma, semicolon, tab or bar. */
  readonly delimiter?: string;
  /** Decimal mark of numbers. Default `.`. */
  readonly decimal?: '.' | ',';
  /** Whether the input is compressed with gzip; `auto`, the default, looks at its first bytes. */
  readonly gzip?: 'auto' | boolean;
  /** Encoding of the text such as `windows-1252`. Default `utf-8`. */
  readonly encoding?: string;
  /** A date-fns format such as `M/d/yyyy H:mm`, if the dates are not ISO 8601. */
  readonly dateFormat?: string;
  /** Time zone whose days count for timestamps with an offset. Default `UTC`. */
  readonly timeZone?: string;
  /** Leaves out, and counts, the lines for which it returns false. */
  readonly filter?: (row: CsvRow) => boolean;
  /** Examples kept for each finding of the report. Default 5. */
  readonly maxExamples?: number;
}

export const CSV_OPTIONS: OptionTable<CsvOptions> = {
  columns: csvColumnsSchema.shape,
  header: 1,
  delimiter: 1,
  decimal: 1,
  gzip: 1,
  encoding: 1,
  dateFormat: 1,
  timeZone: 1,
  filter: 1,
  maxExamples: 1,
  signal: 1,
  onProgress: 1,
};

/** The sales records of a CSV file, to be iterated over or given to `buildPanel` once. */
export type SalesCsv = RecordSource;

/**
 * Reads sales records from CSV, plain or compressed, as a stream: a file of any size takes little memory. Wrong lines
 * are left out; `buildPanel` lists them in its report.
 *
 * ```ts
 * import { buildPanel } from 'commerce-forecast';
 * import { readSalesCsv } from 'commerce-forecast/csv';
 *
 * const csv = readSalesCsv('InvoiceDate,StockCode,Quantity\n12/1/2010 8:26,85123A,6\n', {
 *   columns: { date: 'InvoiceDate', productId: 'StockCode', units: 'Quantity' },
 *   dateFormat: 'M/d/yyyy H:mm',
 * });
 * const { panel, report } = await buildPanel(csv);
 * ```
 *
 * @param input the text, a `Blob` or `File`, or a stream of bytes or text such as `createReadStream(path)` or
 * `response.body`
 * @throws ForecastError `invalid-option` for a wrong option; while reading: `invalid-option` if the header lacks a
 * column, `invalid-data` for damaged gzip data, `aborted` if the signal fired.
 */
export function readSalesCsv(input: CsvInput, options: CsvOptions = {}): SalesCsv {
  const { signal, onProgress, ...rest } = options;
  const resolved = parseOptions(optionsSchema, CSV_OPTIONS, rest);
  const rejections = new FindingCollector(resolved.maxExamples);
  let started = false;
  const batches = () => {
    if (started) {
      invalidOption('input', 'A CSV stream can be read only once');
    }
    started = true;
    return nextOrAbort(readBatches(input, resolved, rejections, { onProgress }), signal);
  };
  return {
    rejections,
    batches,
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches()) {
        for (const { day, ...record } of batch) yield { date: formatDay(day), ...record } as SalesRecord;
      }
    },
  };
}

async function* readBatches(
  input: CsvInput,
  options: ResolvedOptions,
  rejections: FindingCollector,
  { onProgress }: LongCallOptions,
): AsyncGenerator<readonly DailyRecord[], void, void> {
  const readDate = createDateReader({ dateFormat: options.dateFormat, timeZone: options.timeZone });
  const reading = new CsvReading(options, rejections, (header) => {
    return new RecordMaker(header, options.columns as CsvColumns, readDate, options.decimal);
  });
  const onRead = (size: number) =>
    onProgress?.({ phase: 'read csv', done: size, total: Number.POSITIVE_INFINITY });
  for await (const piece of readCsvText(input, { ...options, onRead })) {
    const batch = reading.read(piece, false);
    if (batch.length > 0) yield batch;
  }
  const batch = reading.read('', true);
  if (batch.length > 0) yield batch;
}

/** The state of reading one file: before the header, then below it. */
class CsvReading {
  private head = '';
  private lines: CsvLineReader | undefined;
  private maker: RecordMaker | undefined;
  private header: readonly string[] = [];

  constructor(
    private readonly options: ResolvedOptions,
    private readonly rejections: FindingCollector,
    private readonly makerFor: (header: readonly string[]) => RecordMaker,
  ) {}

  /** The records of the lines that a further piece completes. */
  read(piece: string, last: boolean): DailyRecord[] {
    this.lines ??= this.start(piece, last);
    if (!this.lines) return [];
    const text = this.head === '' ? piece : this.head;
    this.head = '';
    const records: DailyRecord[] = [];
    for (const line of this.lines.read(text, last)) {
      const record = this.readLine(line);
      if (record) records.push(record);
    }
    return records;
  }

  /** Waits for the whole first line, which tells the delimiter. */
  private start(piece: string, last: boolean): CsvLineReader | undefined {
    this.head += piece;
    const text = this.head.replace(/^\ufeff?[\r\n]*/, '');
    const end = text.search(/[\r\n]/);
    if (end < 0 && !last) return undefined;
    this.head = this.head.replace(/^\ufeff/, '');
    const firstLine = end < 0 ? text : text.slice(0, end);
    const { delimiter } = this.options;
    return new CsvLineReader(delimiter === 'auto' ? commonestDelimiter(firstLine) : delimiter);
  }

  private readLine(line: CsvLine): DailyRecord | undefined {
    const { fields } = line;
    if (fields?.length === 1 && fields[0].trim() === '') return undefined;
    if (!this.maker) {
      if (this.readHeader(fields ?? [])) return undefined;
    }
    if (!fields || !this.fits(fields)) return this.rejectLine(line);
    return this.readFields(fields, line.line);
  }

  /** Reads the names of the columns; false if there are none and the line is data. */
  private readHeader(fields: readonly string[]): boolean {
    this.header = this.options.header ? withoutEmptyEnd(fields) : fields.map((_, i) => String(i));
    this.maker = this.makerFor(this.header);
    return this.options.header;
  }

  /** Spreadsheets write empty fields after the last column; anything else of another length is torn. */
  private fits(fields: readonly string[]): boolean {
    const width = this.header.length;
    if (fields.length === width) return true;
    return fields.length > width && fields.slice(width).every((field) => field === '');
  }

  private rejectLine({ line, fields, text }: CsvLine): undefined {
    this.rejections.add('malformed-line', () => ({
      path: ['line', line],
      message: fields
        ? `${fields.length} fields where the header has ${this.header.length}`
        : `a quote does not close: ${describeValue(text)}`,
    }));
    return undefined;
  }

  private readFields(fields: readonly string[], line: number): DailyRecord | undefined {
    const { filter } = this.options;
    if (filter && !filter(this.maker!.row(fields))) {
      this.rejections.add('filtered', () => ({ path: ['line', line], message: 'refused by the filter' }));
      return undefined;
    }
    const verdict = this.maker!.make(fields);
    if (!('wrong' in verdict)) return verdict;
    this.rejections.add(`invalid-${verdict.wrong}`, () => ({
      path: ['line', line, verdict.wrong],
      message: describeValue(verdict.value),
    }));
    return undefined;
  }
}

/** The names of a header; spreadsheets write empty ones after the last. */
function withoutEmptyEnd(fields: readonly string[]): string[] {
  const names = fields.map((name) => name.trim());
  while (names.length > 0 && names[names.length - 1] === '') names.pop();
  return names;
}

function commonestDelimiter(line: string): string {
  const unquoted = line.replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => unquoted.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
