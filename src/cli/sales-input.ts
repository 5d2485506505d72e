import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { countryHolidays } from '../calendar/country-holidays.js';
import type { EventSource } from '../calendar/events.js';
import {
  type CsvInput,
  type CsvRow,
  inspectSalesCsv,
  readSalesCsvFiles,
  type SalesCsvFile,
  type SalesCsvInspection,
  type SalesCsvMapping,
} from '../csv.js';
import { ForecastError } from '../errors.js';
import type { SalesRecords } from '../forecaster/index.js';
import type { LongCallOptions } from '../long-call.js';
import type { PanelOptions } from '../panel/panel-options.js';
import { present } from '../present.js';
import type { SalesDescription } from '../report/forecast-results.js';
import { type GeneratedRecord, generateSales, merchantEvents } from '../testing/index.js';
import type { CliOptions } from './arguments.js';
import { Catalogue } from './catalogue.js';
import { type CategoryRules, loadCategoryRules } from './category-rules.js';
import { describeMapping } from './describe-mapping.js';
import { fileSize } from './file-size.js';
import { questionError } from './question-error.js';

/** The sales to forecast, with their description, events and panel options. */
export interface SalesInput extends SalesDescription {
  readonly records: SalesRecords;
  readonly panel: PanelOptions;
  readonly events: EventSource;
  /** The records of the generated merchant. */
  readonly generated?: readonly GeneratedRecord[];
}

export interface InputContext extends LongCallOptions {
  readonly stdin: AsyncIterable<Uint8Array>;
}

const noEvents: EventSource = () => [];

/** Opens the file of the command line, or generates a merchant. */
export async function openSales(options: CliOptions, context: InputContext): Promise<SalesInput> {
  const holidays = options.country === undefined ? undefined : await countryHolidays(options.country);
  if (options.files.length > 0) return openFiles(options, holidays ?? noEvents, context);
  const { records, truth } = generateSales({ seed: options.seed });
  const { newProducts, intermittent, promotions } = truth;
  return {
    title: 'Generated merchant',
    source:
      `${truth.productIds.length} products (${intermittent.length} sell on few days, ${newProducts.length} is new), ` +
      `${promotions.length} promotions, returns, a stock-out; seed ${options.seed}`,
    leftOut: '',
    records,
    generated: records,
    panel: { outOfStock: 'missing', ...lastDayOf(options) },
    events: holidays ?? merchantEvents,
    names: new Map(),
  };
}

/** Inspects the file of the command line. */
export async function inspectFile(options: CliOptions, context: InputContext): Promise<SalesCsvInspection> {
  const { open } = await sourceOf(present(options.files[0], 'file'), context);
  return inspectSalesCsv(open(), { ...options.reading, signal: context.signal });
}

async function openFiles(
  options: CliOptions,
  events: EventSource,
  context: InputContext,
): Promise<SalesInput> {
  const { signal, onProgress } = context;
  const rules =
    options.categoryRules === undefined ? undefined : await loadCategoryRules(options.categoryRules);
  const names = new Map<string, string>();
  const files: OpenedFile[] = [];
  for (const path of options.files) {
    files.push(await openFile(path, options, { rules, names }, context));
  }
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const records = readSalesCsvFiles(
    files.map(({ file }) => file),
    {
      overlap: options.overlap,
      signal,
      onProgress: ({ phase, done }) => onProgress?.({ phase, done, total }),
    },
  );
  return {
    title: files.map(({ file }) => file.name).join(', '),
    source: [...new Set(files.map(({ mapping }) => describeMapping(mapping)))].join('; '),
    leftOut: rules
      ? 'By the category rules the row is not a sale of a product; it was left out'
      : 'Nothing sold and no price: not on sale yet; the row was left out',
    records,
    panel: {
      byLocation: files.some(({ mapping }) => mapping.columns?.location !== undefined),
      ...lastDayOf(options),
    },
    events,
    names,
  };
}

interface OpenedFile {
  readonly file: SalesCsvFile;
  readonly size: number;
  readonly mapping: SalesCsvMapping;
}

async function openFile(
  path: string,
  options: CliOptions,
  { rules, names }: { readonly rules: CategoryRules | undefined; readonly names: Map<string, string> },
  context: InputContext,
): Promise<OpenedFile> {
  const { open, size, title } = await sourceOf(path, context);
  const inspection = await inspectSalesCsv(open(), { ...options.reading, signal: context.signal });
  const question = inspection.questions.find(({ assumed }) => assumed === undefined);
  if (question) throw questionError(question);
  if (inspection.sample.length === 0) throw nothingReadable(inspection);
  const { mapping } = inspection;
  const catalogue = new Catalogue(inspection, rules, names);
  const file: SalesCsvFile = {
    name: title,
    input: open,
    mapping,
    ...(rules ? { columns: { category: (row: CsvRow) => catalogue.categoryOf(row) } } : {}),
    filter: catalogue.isNeeded ? (row) => catalogue.isSale(row) : undefined,
  };
  return { file, size, mapping };
}

interface Source {
  readonly open: () => CsvInput;
  readonly size: number;
  readonly title: string;
}

async function sourceOf(file: string, { stdin }: InputContext): Promise<Source> {
  if (file === '-') {
    // Standard input is buffered, as it is read twice: to inspect it and to read its records.
    const pieces: Uint8Array[] = [];
    for await (const piece of stdin) pieces.push(piece);
    const bytes = new Uint8Array(Buffer.concat(pieces));
    return { open: () => bytes, size: bytes.length, title: 'Standard input' };
  }
  return { open: () => createReadStream(file), size: await fileSize(file), title: basename(file) };
}

function lastDayOf({ lastDay }: CliOptions): PanelOptions {
  return lastDay === undefined ? {} : { lastDay };
}

/** The error for a file without usable lines, with the commonest finding as hint. */
function nothingReadable({ findings, lines, header }: SalesCsvInspection): ForecastError {
  const [finding] = [...findings].sort((a, b) => b.count - a.count);
  const example = finding?.examples[0];
  const where = example ? ` For example ${example.path.join(' ')}: ${example.message}.` : '';
  return new ForecastError('empty-data', `None of the first ${lines} lines can be used`, {
    path: ['file'],
    hint: `${finding ? `${finding.message}.${where} ` : ''}The columns are: ${header.join(', ')}`,
  });
}
