import { formatDay } from '../../calendar/day.js';
import { type ErrorPath, invalidOption } from '../../errors.js';
import type { LongCallOptions } from '../../long-call.js';
import { FindingCollector } from '../data-report.js';
import { nextOrAbort, type RecordSource } from '../record-source.js';
import type { DailyRecord, SalesRecord } from '../sales-record.js';
import { csvDateReader } from './csv-dates.js';
import type { EncodingFacts } from './csv-encodings.js';
import { CsvHeader } from './csv-header.js';
import { CsvLineReader } from './csv-lines.js';
import { type CsvOptions, type ResolvedCsvOptions, resolveCsvOptions } from './csv-options.js';
import { type CsvInput, readCsvText } from './csv-source.js';
import { locateTable } from './csv-table.js';
import { scoreNeeded } from './needed-columns.js';
import { pathOf, type SalesLineOptions, SalesLines } from './sales-lines.js';

/** Characters in which the table is searched. */
const HEAD_LENGTH = 1 << 14;

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
  const resolved = resolveCsvOptions(rest);
  const rejections = new FindingCollector(resolved.maxExamples);
  return recordSource(rejections, () =>
    nextOrAbort(readBatches(input, resolved, rejections, { onProgress }), signal),
  );
}

/** Makes a source of records that can be read once. */
export function recordSource(
  rejections: FindingCollector,
  read: () => AsyncGenerator<readonly DailyRecord[], void, void>,
): SalesCsv {
  let started = false;
  const batches = () => {
    if (started) invalidOption('input', 'A CSV stream can be read only once');
    started = true;
    return read();
  };
  return {
    rejections,
    batches,
    async *[Symbol.asyncIterator]() {
      for await (const batch of batches()) {
        for (const { day, line: _, file: __, ...record } of batch)
          yield { date: formatDay(day), ...record } as SalesRecord;
      }
    },
  };
}

/** Context of one of several files, in addition to its options. */
export interface FileContext extends Pick<SalesLineOptions, 'seen' | 'file'> {
  readonly onProgress?: LongCallOptions['onProgress'];
}

/** The records of a file in batches; what it leaves out is noted. */
export async function* readBatches(
  input: CsvInput,
  options: ResolvedCsvOptions,
  rejections: FindingCollector,
  { onProgress, ...context }: FileContext,
): AsyncGenerator<readonly DailyRecord[], void, void> {
  const reading = new CsvReading({ ...options, ...context }, rejections);
  const onRead = (size: number) =>
    onProgress?.({ phase: 'read csv', done: size, total: Number.POSITIVE_INFINITY });
  let facts: Readonly<EncodingFacts> | undefined;
  const onEncoding = (found: Readonly<EncodingFacts>) => {
    facts = found;
  };
  for await (const piece of readCsvText(input, { ...options, onRead, onEncoding })) {
    const batch = reading.read(piece, false);
    if (batch.length > 0) yield batch;
  }
  noteEncoding(facts, rejections, pathOf(context.file));
  const batch = reading.read('', true);
  if (batch.length > 0) yield batch;
}

/** Reports bytes that are not in the expected encoding. */
export function noteEncoding(
  facts: Readonly<EncodingFacts> | undefined,
  findings: FindingCollector,
  path: ErrorPath = [],
): void {
  if (facts?.fallback === undefined) return;
  const { fallback, mixed, encoding } = facts;
  const where = mixed ? 'some lines are not' : 'the file is not';
  findings.add('wrong-encoding', () => ({
    path: [...path, 'encoding'],
    message: `${where} ${encoding.toUpperCase()}; read as ${fallback}. Name another with the option encoding`,
  }));
}

interface StartedTable {
  readonly reader: CsvLineReader;
  readonly lines: SalesLines;
  /** Number of the first line below the header. */
  readonly firstLine: number;
}

/** The state of reading one file: before the header, then below it. */
class CsvReading {
  private head = '';
  private table: StartedTable | undefined;
  private readonly readDate;

  constructor(
    private readonly options: ResolvedCsvOptions & FileContext,
    private readonly findings: FindingCollector,
  ) {
    this.readDate = csvDateReader(options);
  }

  /** The records of the lines that a further piece completes. */
  read(piece: string, last: boolean): DailyRecord[] {
    let text = piece;
    let { table } = this;
    if (!table) {
      this.head += piece;
      // An incomplete line says nothing about the table.
      const enough = this.head.length >= HEAD_LENGTH && /[\r\n]/.test(this.head);
      if (!enough && !last) return [];
      table = this.start(this.head);
      if (!table) return [];
      text = this.head.replace(/^\ufeff/, '');
      this.head = '';
    }
    const records: DailyRecord[] = [];
    for (const line of table.reader.read(text, last)) {
      if (line.line < table.firstLine) continue;
      const record = table.lines.read(line);
      if (record) records.push(record);
    }
    return records;
  }

  private start(head: string): StartedTable | undefined {
    const { options } = this;
    const { delimiter, headerLine, skipLines } = options;
    const found = locateTable(head, { delimiter, headerLine, skipLines, score: scoreNeeded(options) });
    if (!found) return undefined;
    const { header } = found;
    const names = options.header ? header : header.map((_, i) => String(i));
    this.table = {
      lines: new SalesLines(new CsvHeader(names), { ...options, readDate: this.readDate }, this.findings),
      reader: new CsvLineReader(found.delimiter),
      firstLine: (options.header ? found.headerLine : skipLines) + 1,
    };
    return this.table;
  }
}
