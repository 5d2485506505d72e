import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { countryHolidays } from '../calendar/country-holidays.js';
import type { EventSource } from '../calendar/events.js';
import { ForecastError } from '../errors.js';
import type { SalesRecords } from '../forecaster/index.js';
import type { LongCallOptions } from '../long-call.js';
import {
  type CsvInput,
  type CsvRow,
  inspectSalesCsv,
  readSalesCsv,
  type SalesCsvInspection,
} from '../panel/csv/index.js';
import type { PanelOptions } from '../panel/panel-options.js';
import { present } from '../present.js';
import type { SalesDescription } from '../report/forecast-results.js';
import { generateSales, merchantEvents } from '../testing/index.js';
import type { CliOptions } from './arguments.js';
import { Catalogue } from './catalogue.js';
import { loadCategoryRules } from './category-rules.js';
import { describeMapping } from './describe-mapping.js';
import { questionError } from './question-error.js';

/** The sales to forecast, and what is known around them. */
export interface SalesInput extends SalesDescription {
  readonly records: SalesRecords;
  readonly panel: PanelOptions;
  readonly events: EventSource;
  readonly inspection?: SalesCsvInspection;
}

export interface InputContext extends LongCallOptions {
  readonly stdin: AsyncIterable<Uint8Array>;
}

const noEvents: EventSource = () => [];

/** Opens the file of the command line, or generates a merchant. */
export async function openSales(options: CliOptions, context: InputContext): Promise<SalesInput> {
  const holidays = options.country === undefined ? undefined : await countryHolidays(options.country);
  if (options.file !== undefined) return openFile(options.file, options, holidays ?? noEvents, context);
  const { records, truth } = generateSales({ seed: options.seed });
  const { newProducts, intermittent, promotions } = truth;
  return {
    title: 'Generated merchant',
    source:
      `${truth.productIds.length} products (${intermittent.length} sell on few days, ${newProducts.length} is new), ` +
      `${promotions.length} promotions, returns, a stock-out; seed ${options.seed}`,
    leftOut: '',
    records,
    panel: { outOfStock: 'missing', ...lastDayOf(options) },
    events: holidays ?? merchantEvents,
    names: new Map(),
  };
}

/** Looks at the file of the command line. */
export async function inspectFile(options: CliOptions, context: InputContext): Promise<SalesCsvInspection> {
  const { open } = await sourceOf(present(options.file, 'file'), context);
  return inspectSalesCsv(open(), { ...options.reading, signal: context.signal });
}

async function openFile(
  file: string,
  options: CliOptions,
  events: EventSource,
  context: InputContext,
): Promise<SalesInput> {
  const { open, size, title } = await sourceOf(file, context);
  const { signal, onProgress } = context;
  const inspection = await inspectSalesCsv(open(), { ...options.reading, signal });
  const question = inspection.questions.find(({ assumed }) => assumed === undefined);
  if (question) throw questionError(question);
  if (inspection.sample.length === 0) throw nothingReadable(inspection);
  const rules =
    options.categoryRules === undefined ? undefined : await loadCategoryRules(options.categoryRules);
  const catalogue = new Catalogue(inspection, rules);
  const records = readSalesCsv(open(), {
    mapping: inspection.mapping,
    ...(rules ? { columns: { category: (row: CsvRow) => catalogue.categoryOf(row) } } : {}),
    filter: catalogue.isNeeded ? (row) => catalogue.isSale(row) : undefined,
    signal,
    onProgress: ({ phase, done }) => onProgress?.({ phase, done, total: size }),
  });
  return {
    title,
    source: describeMapping(inspection.mapping),
    leftOut: rules
      ? 'The category rules say that it is no sale of a product; the row was left out'
      : 'Nothing sold and no price: not on sale yet; the row was left out',
    records,
    panel: { byLocation: inspection.mapping.columns?.location !== undefined, ...lastDayOf(options) },
    events,
    names: catalogue.names,
    inspection,
  };
}

interface Source {
  readonly open: () => CsvInput;
  readonly size: number;
  readonly title: string;
}

async function sourceOf(file: string, { stdin }: InputContext): Promise<Source> {
  if (file === '-') {
    // Read whole, as it is looked at before it is read and comes only once.
    const pieces: Uint8Array[] = [];
    for await (const piece of stdin) pieces.push(piece);
    const bytes = new Uint8Array(Buffer.concat(pieces));
    return { open: () => bytes, size: bytes.length, title: 'Standard input' };
  }
  return { open: () => createReadStream(file), size: await fileSize(file), title: basename(file) };
}

async function fileSize(path: string): Promise<number> {
  try {
    const file = await stat(path);
    if (file.isFile()) return file.size;
  } catch (cause) {
    throw new ForecastError('not-found', `There is no file ${path}`, { path: ['file'], cause });
  }
  throw new ForecastError('invalid-option', `${path} is not a file`, { path: ['file'] });
}

function lastDayOf({ lastDay }: CliOptions): PanelOptions {
  return lastDay === undefined ? {} : { lastDay };
}

/** The commonest fault first. */
function nothingReadable({ findings, lines, header }: SalesCsvInspection): ForecastError {
  const [finding] = [...findings].sort((a, b) => b.count - a.count);
  const example = finding?.examples[0];
  const where = example ? ` For example ${example.path.join(' ')}: ${example.message}.` : '';
  return new ForecastError('empty-data', `None of the first ${lines} lines can be used`, {
    path: ['file'],
    hint: `${finding ? `${finding.message}.${where} ` : ''}The columns are: ${header.join(', ')}`,
  });
}
