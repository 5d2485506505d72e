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

/** Characters in which the table is searched. */
const HEAD_LENGTH = 1 << 16;
const SAMPLE_RECORDS = 10;
/** Lines between two checks whether a question is still open. */
const CHECK_EVERY = 20_000;

/** Facts that the caller knows about a file before it is inspected. */
export interface InspectOptions extends KnownMapping, Pick<LongCallOptions, 'signal'> {
  readonly encoding?: string;
  readonly delimiter?: string;
  readonly headerLine?: number;
  readonly skipLines?: number;
  readonly gzip?: 'auto' | boolean;
  /** Lines that are examined; more only while a question is open that they may answer. Default 5,000. */
  readonly sampleLines?: number;
  /** Most lines that are examined even then. Default: the whole file. */
  readonly maxLines?: number;
}

/** Form in which a file is written: delimiter, encoding, header, decimal mark and dates. */
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
  /** True if the times are exact instants, so that the shop's time zone decides the day. */
  readonly needsTimeZone: boolean;
}

/** Content of a file, inferred from its first lines. */
export interface SalesCsvInspection {
  /** Id of the known export that the file was recognised as. */
  readonly profile: string | undefined;
  /** For the option `mapping` of `readSalesCsv`. */
  readonly mapping: SalesCsvMapping;
  readonly dialect: CsvDialect;
  /** The names of the columns. */
  readonly header: readonly string[];
  /** The first records as they are read with the mapping. */
  readonly sample: readonly SalesRecord[];
  /** Questions that the file leaves open. */
  readonly questions: readonly CsvQuestion[];
  /** Findings in the examined lines. */
  readonly findings: readonly DataFinding[];
  /** Number of examined lines. */
  readonly lines: number;
}

/**
 * Determines how to read a file of sales: where its table is, what its columns hold, how its dates and numbers
 * are written. Anything that the file leaves open becomes a question, never a guess.
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
  let facts: Readonly<EncodingFacts> | undefined;
  const onEncoding = (found: Readonly<EncodingFacts>) => {
    facts = found;
  };
  throwIfAborted(signal);
  for await (const piece of readCsvText(input, { gzip, encoding, onEncoding })) {
    throwIfAborted(signal);
    if (inspection.add(piece, false)) return inspection.result(facts);
  }
  inspection.add('', true);
  return inspection.result(facts);
}

interface LocatedTable {
  readonly table: TableLocation;
  /** True if the file begins with data, without a header. */
  readonly headless: boolean;
  readonly reader: CsvLineReader;
  readonly sample: InspectionSample;
}

class Inspection {
  private head = '';
  private located: LocatedTable | undefined;
  private seen = 0;
  /** True once the sample is complete and leaves a question open. */
  private asked = false;
  private checkAt: number;

  constructor(private readonly options: InspectOptions) {
    this.checkAt = options.sampleLines ?? 5000;
    if (!(this.checkAt >= 1)) invalidOption('sampleLines', 'sampleLines must be at least 1');
  }

  /** Examines a further piece; true once enough has been seen. */
  add(piece: string, last: boolean): boolean {
    let text = piece;
    let { located } = this;
    if (!located) {
      this.head += piece;
      if (this.head.length < HEAD_LENGTH && !last) return false;
      located = this.locate();
      if (!located) return false;
      text = this.head.replace(/^\ufeff/, '');
      this.head = '';
    }
    const { table, headless, reader, sample } = located;
    for (const line of reader.read(text, last)) {
      if (line.line < table.headerLine || (line.line === table.headerLine && !headless)) continue;
      if (this.asked) sample.addBeyond(line);
      else sample.add(line);
      this.seen++;
    }
    if (this.seen >= (this.options.maxLines ?? Number.POSITIVE_INFINITY)) return true;
    if (this.seen < this.checkAt) return false;
    // Further lines may answer what the first leave open.
    this.asked = true;
    this.checkAt = this.seen + CHECK_EVERY;
    return !this.propose(located).questions.some(({ code }) => code === 'date-order' || code === 'decimal');
  }

  private locate(): LocatedTable | undefined {
    const { delimiter = 'auto', headerLine, skipLines } = this.options;
    const table = locateTable(this.head, { delimiter, headerLine, skipLines, score: scoreHeader });
    if (!table) return undefined;
    const { header } = table;
    const headless = isData(header);
    const names = headless ? header.map((_, i) => String(i)) : header;
    this.located = {
      table,
      headless,
      reader: new CsvLineReader(table.delimiter),
      sample: new InspectionSample(names, this.options.sampleLines ?? 5000),
    };
    return this.located;
  }

  private propose({ table, sample }: LocatedTable) {
    const preamble = table.preamble.map(({ fields }) =>
      fields.filter((field) => field.trim() !== '').join(' '),
    );
    return proposeMapping(sample, profileOf(sample.header), preamble, this.options);
  }

  /** Facts about the bytes; none about the encoding of an empty file. */
  result(facts: EncodingFacts | undefined): SalesCsvInspection {
    const { located } = this;
    if (!located || !facts || located.sample.lines.length === 0) {
      throw emptyFile(located?.table.header);
    }
    const { headerLine, delimiter, header } = located.table;
    const proposal = this.propose(located);
    // With `auto`, bytes in another encoding are reported again when the file is read.
    const encoding = facts.fallback === undefined ? facts.encoding : 'auto';
    const questions = [...proposal.questions, ...encodingQuestion(facts, this.options)];
    const open = questions.filter(({ assumed }) => assumed === undefined).map(({ id }) => id);
    const mapping: SalesCsvMapping = {
      ...proposal.mapping,
      delimiter,
      encoding,
      ...(located.headless ? { header: false, skipLines: headerLine - 1 } : { headerLine }),
      ...(open.length > 0 ? { open } : {}),
    };
    const findings = new FindingCollector(5);
    noteEncoding(facts, findings);
    const records = open.length === 0 ? recordsOf(located.sample, mapping, findings) : [];
    return {
      profile: mapping.profile,
      mapping,
      dialect: {
        delimiter,
        headerLine: located.headless ? 0 : headerLine,
        skipLines: headerLine - 1,
        decimal: proposal.mapping.decimal,
        ...datesOf(located.sample, mapping, questions),
        encoding: facts.fallback ?? facts.encoding,
      },
      header,
      sample: records
        .slice(0, SAMPLE_RECORDS)
        .map(({ day, line: _, file: __, ...rest }) => ({ date: formatDay(day), ...rest })),
      questions,
      findings: findings.findings(),
      lines: this.seen,
    };
  }
}

/** The records of the lines that were kept. */
function recordsOf(
  sample: InspectionSample,
  mapping: SalesCsvMapping,
  findings: FindingCollector,
): DailyRecord[] {
  const options = resolveCsvOptions(mapping);
  const readDate = csvDateReader(options);
  const lines = new SalesLines(new CsvHeader(sample.header), { ...options, readDate }, findings);
  return sample.lines.flatMap((line) => lines.read(line) ?? []);
}

function datesOf(
  sample: InspectionSample,
  mapping: SalesCsvMapping,
  questions: readonly CsvQuestion[],
): Pick<CsvDialect, 'dateFormat' | 'needsTimeZone'> {
  const dates = dateEvidence(sample, mapping);
  const orders = dates.orders();
  return {
    dateFormat: dates.form(
      ({ DMY: 'dmy', MDY: 'mdy', YMD: 'ymd' } as const)[mapping.dateFormat as 'DMY'] ?? orders[0],
    ),
    needsTimeZone: questions.some(({ code }) => code === 'time-zone'),
  };
}

function dateEvidence(sample: InspectionSample, { columns }: SalesCsvMapping): DateEvidence {
  const date = columns?.date;
  const reference = typeof date === 'object' && 'column' in date ? date.column : date;
  const found = sample.columns.find(({ title, position }) => title === reference || position === reference);
  return found?.dates ?? new DateEvidence();
}

function emptyFile(header: readonly string[] | undefined): ForecastError {
  const hint = header ? `The header has: ${header.join(', ')}` : 'The file is empty';
  return new ForecastError('empty-data', 'The file has no line below its header', { path: ['input'], hint });
}
