import { formatDay } from '../../calendar/day.js';
import { ForecastError, invalidOption } from '../../errors.js';
import { type LongCallOptions, throwIfAborted } from '../../long-call.js';
import { type DataFinding, FindingCollector } from '../data-report.js';
import type { DailyRecord, SalesRecord } from '../sales-record.js';
import { csvDateReader } from './csv-dates.js';
import type { EncodingFacts } from './csv-encodings.js';
import { CsvHeader } from './csv-header.js';
import { CsvLineReader } from './csv-lines.js';
import { resolveCsvOptions, type SalesCsvMapping } from './csv-options.js';
import type { CsvQuestion } from './csv-questions.js';
import { answerTo } from './csv-questions.js';
import { type CsvInput, readCsvText } from './csv-source.js';
import { locateTable, type TableLocation } from './csv-table.js';
import { DateEvidence } from './date-evidence.js';
import { encodingQuestion } from './encoding-question.js';
import { profileOf } from './export-profile.js';
import { isData, scoreHeader } from './header-score.js';
import { InspectionSample } from './inspection-sample.js';
import { type KnownMapping, proposeMapping } from './propose-mapping.js';
import { noteEncoding } from './read-sales-csv.js';
import { SalesLines } from './sales-lines.js';

/** Characters in which the table is looked for. */
const HEAD_LENGTH = 1 << 16;
const SAMPLE_RECORDS = 10;

/** What is known of a file before it is looked at. */
export interface InspectOptions extends KnownMapping, Pick<LongCallOptions, 'signal'> {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly headerLine?: number;
  readonly skipLines?: number;
  readonly gzip?: 'auto' | boolean;
  /** Lines that are looked at; more only where a question is open that they may answer. Default 5,000. */
  readonly sampleLines?: number;
  /** Lines that are looked at in any case at most. Default: the whole file. */
  readonly maxLines?: number;
}

/** How a file is written. */
export interface CsvDialect {
  readonly delimiter: string;
  readonly encoding: string;
  /** Number of the line with the names of the columns, from 1; 0 if no line has them. */
  readonly headerLine: number;
  /** Lines above it. */
  readonly skipLines: number;
  readonly decimal: '.' | ',';
  /** The commonest form of the dates, such as `dd/MM/yyyy`. */
  readonly dateFormat: string;
  /** Whether the times tell an instant, so that the shop's time zone decides the day. */
  readonly needsTimeZone: boolean;
}

/** What a file holds, as far as its first lines tell. */
export interface SalesCsvInspection {
  /** Known export that the file is. */
  readonly profile: string | undefined;
  /** For the option `mapping` of `readSalesCsv`. */
  readonly mapping: SalesCsvMapping;
  readonly dialect: CsvDialect;
  /** The names of the columns. */
  readonly header: readonly string[];
  /** The first records as they are read with the mapping. */
  readonly sample: readonly SalesRecord[];
  /** What the file leaves open. */
  readonly questions: readonly CsvQuestion[];
  /** What was met in the lines that were looked at. */
  readonly findings: readonly DataFinding[];
  /** Lines that were looked at. */
  readonly lines: number;
}

/**
 * Finds out how a file of sales is to be read: where its table is, what its columns hold, how its dates and numbers are
 * written. What the file does not tell is a question, never a guess.
 *
 * ```ts
 * import { inspectSalesCsv, readSalesCsv } from 'commerce-forecast/csv';
 *
 * const text = 'Datum;Artikel;Menge\n06.01.2025;Tasse;3,00\n';
 * const { mapping, questions } = await inspectSalesCsv(text);
 * if (questions.every(({ assumed }) => assumed !== undefined)) {
 *   for await (const record of readSalesCsv(text, { mapping })) console.log(record);
 * }
 * ```
 *
 * A stream is read as far as needed and then closed.
 *
 * @throws ForecastError `empty-data` if the file has no line below a header, `invalid-option`, `invalid-data` for damaged
 * gzip data, `aborted`.
 */
export async function inspectSalesCsv(
  input: CsvInput,
  options: InspectOptions = {},
): Promise<SalesCsvInspection> {
  const inspection = new Inspection(options);
  const { gzip = 'auto', signal } = options;
  const encoding = options.encoding ?? answerTo(options.answers, 'encoding') ?? 'auto';
  let facts: EncodingFacts | undefined;
  const onEncoding = (found: Readonly<EncodingFacts>) => {
    facts = found as EncodingFacts;
  };
  throwIfAborted(signal);
  for await (const piece of readCsvText(input, { gzip, encoding, onEncoding })) {
    throwIfAborted(signal);
    if (inspection.add(piece, false)) return inspection.result(facts!);
  }
  inspection.add('', true);
  return inspection.result(facts!);
}

class Inspection {
  private head = '';
  private table: TableLocation | undefined;
  private reader: CsvLineReader | undefined;
  private sample: InspectionSample | undefined;
  private headless = false;
  private seen = 0;
  private checkAt: number;

  constructor(private readonly options: InspectOptions) {
    this.checkAt = options.sampleLines ?? 5000;
    if (!(this.checkAt >= 1)) invalidOption('sampleLines', 'sampleLines must be at least 1');
  }

  /** Looks at a further piece; true once enough has been seen. */
  add(piece: string, last: boolean): boolean {
    let text = piece;
    if (!this.table) {
      this.head += piece;
      if (this.head.length < HEAD_LENGTH && !last) return false;
      if (!this.locate()) return false;
      text = this.head.replace(/^\ufeff/, '');
      this.head = '';
    }
    const { headerLine } = this.table!;
    for (const line of this.reader!.read(text, last)) {
      if (line.line < headerLine || (line.line === headerLine && !this.headless)) continue;
      this.sample!.add(line);
      this.seen++;
    }
    if (this.seen >= (this.options.maxLines ?? Number.POSITIVE_INFINITY)) return true;
    if (this.seen < this.checkAt) return false;
    // Further lines may answer what the first leave open; the more were seen, the rarer it is asked.
    this.checkAt = this.seen * 2;
    return !this.propose().questions.some(({ code }) => code === 'date-order' || code === 'decimal');
  }

  private locate(): boolean {
    const { delimiter = 'auto', headerLine, skipLines } = this.options;
    this.table = locateTable(this.head, { delimiter, headerLine, skipLines, score: scoreHeader });
    if (!this.table) return false;
    const { header } = this.table;
    this.headless = isData(header);
    this.reader = new CsvLineReader(this.table.delimiter);
    const names = this.headless ? header.map((_, i) => String(i)) : header;
    this.sample = new InspectionSample(names, this.options.sampleLines ?? 5000);
    return true;
  }

  private get preamble(): readonly string[] {
    return this.table!.preamble.map(({ fields }) => fields!.filter((field) => field.trim() !== '').join(' '));
  }

  private propose() {
    return proposeMapping(this.sample!, profileOf(this.sample!.header), this.preamble, this.options);
  }

  result(facts: EncodingFacts): SalesCsvInspection {
    if (!this.table || this.sample!.lines.length === 0) {
      throw emptyFile(this.table?.header);
    }
    const { headerLine, delimiter, header } = this.table;
    const proposal = this.propose();
    // Bytes in another encoding are met again, and reported again, when the file is read.
    const encoding = facts.fallback === undefined ? facts.encoding : 'auto';
    const mapping: SalesCsvMapping = {
      ...proposal.mapping,
      delimiter,
      encoding,
      ...(this.headless ? { header: false, skipLines: headerLine - 1 } : { headerLine }),
    };
    const questions = [...proposal.questions, ...encodingQuestion(facts, this.options)];
    const findings = new FindingCollector(5);
    noteEncoding(facts, findings);
    const readable = questions.every(({ code }) => code !== 'missing-column');
    const records = readable ? this.read(mapping, findings) : [];
    return {
      profile: mapping.profile,
      mapping,
      dialect: { ...this.dialect(mapping, questions), encoding: facts.fallback ?? facts.encoding },
      header,
      sample: records.slice(0, SAMPLE_RECORDS).map(({ day, ...rest }) => ({ date: formatDay(day), ...rest })),
      questions,
      findings: findings.findings(),
      lines: this.seen,
    };
  }

  /** The records of the lines that were kept. */
  private read(mapping: SalesCsvMapping, findings: FindingCollector): DailyRecord[] {
    const options = resolveCsvOptions(mapping);
    const readDate = csvDateReader(options);
    const lines = new SalesLines(new CsvHeader(this.sample!.header), { ...options, readDate }, findings);
    return this.sample!.lines.flatMap((line) => lines.read(line) ?? []);
  }

  private dialect(mapping: SalesCsvMapping, questions: readonly CsvQuestion[]): Omit<CsvDialect, 'encoding'> {
    const { headerLine } = this.table!;
    const dates = this.dateEvidence(mapping);
    const orders = dates.orders();
    return {
      delimiter: mapping.delimiter!,
      headerLine: this.headless ? 0 : headerLine,
      skipLines: headerLine - 1,
      decimal: mapping.decimal!,
      dateFormat: dates.form(
        ({ DMY: 'dmy', MDY: 'mdy', YMD: 'ymd' } as const)[mapping.dateFormat as 'DMY'] ?? orders[0],
      ),
      needsTimeZone: questions.some(({ code }) => code === 'time-zone'),
    };
  }

  private dateEvidence({ columns }: SalesCsvMapping): DateEvidence {
    const date = columns?.date;
    const reference = typeof date === 'object' && 'column' in date ? date.column : date;
    const found = this.sample!.columns.find(
      ({ title, position }) => title === reference || position === reference,
    );
    return found?.dates ?? new DateEvidence();
  }
}

function emptyFile(header: readonly string[] | undefined): ForecastError {
  const hint = header ? `The header has: ${header.join(', ')}` : 'The file is empty';
  return new ForecastError('empty-data', 'The file has no line below its header', { path: ['input'], hint });
}
