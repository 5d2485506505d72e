import { parseArgs } from 'node:util';
import { type CsvColumnSpec, type CsvColumns, type CsvOverlap, type CsvWhere, ONE_PER_LINE } from '../csv.js';
import { ForecastError } from '../errors.js';
import {
  FORECAST_LEVELS,
  type ForecastLevel,
  GRANULARITIES,
  type Granularity,
  TIME_PERIODS,
  type TimePeriod,
} from '../index.js';

export const COMMANDS = ['forecast', 'stock', 'alerts', 'inspect', 'backtest', 'demo'] as const;
export type Command = (typeof COMMANDS)[number];

/** Models to choose from. */
export const MODEL_NAMES = ['adaptive', 'fast', 'structural', 'blend'] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** Command and settings of a command line, with defaults filled in. */
export interface CliOptions {
  readonly command: Command;
  /** Files, or `-` for standard input; empty for a generated merchant. */
  readonly files: readonly string[];
  readonly period: TimePeriod;
  readonly category?: string;
  readonly limit: number;
  readonly country?: string;
  readonly model: ModelName;
  readonly seed: number;
  readonly lastDay?: string;
  readonly categoryRules?: string;
  /** Files with the current plan and with a scenario. */
  readonly plan?: string;
  readonly whatIf?: string;
  /** Rows of a table in place of the best sellers; undefined without `--by`. */
  readonly table?: TableOptions;
  /** Last days that `alerts` looks at. */
  readonly days?: number;
  /** Settings of the command `stock`. */
  readonly stock: StockOptions;
  readonly html?: string;
  readonly json?: string;
  readonly csv?: string;
  readonly origins: number;
  /** Rule for sales that are in several files. */
  readonly overlap?: CsvOverlap;
  readonly reading: ReadingOptions;
}

/** Table of forecasts that `forecast --by` asks for. */
export interface TableOptions {
  readonly granularity: Granularity;
  readonly level?: ForecastLevel;
  readonly productIds?: readonly string[];
  readonly horizon?: number;
  readonly from?: string;
  readonly to?: string;
  readonly quantiles?: readonly number[];
}

/** File of the stock, and on what terms orders are planned. */
export interface StockOptions {
  readonly file?: string;
  readonly leadTime?: number;
  readonly reviewPeriod?: number;
  readonly serviceLevel?: number;
  readonly fillRate?: number;
  readonly budget?: number;
}

/** Options for reading a file that the command line sets. */
export interface ReadingOptions {
  readonly columns?: CsvColumns;
  readonly decimal?: '.' | ',';
  readonly encoding?: string;
  readonly timeZone?: string;
  readonly skipLines?: number;
  readonly dateFormat?: string;
  readonly delimiter?: string;
  readonly where?: readonly CsvWhere[];
}

const FLAGS = {
  help: { type: 'boolean', short: 'h', default: false },
  period: { type: 'string', default: 'month' },
  category: { type: 'string' },
  limit: { type: 'string' },
  country: { type: 'string' },
  model: { type: 'string', default: 'adaptive' },
  seed: { type: 'string', default: '7' },
  origins: { type: 'string', default: '3' },
  'last-day': { type: 'string' },
  'category-rules': { type: 'string' },
  plan: { type: 'string' },
  'what-if': { type: 'string' },
  by: { type: 'string' },
  level: { type: 'string' },
  product: { type: 'string', multiple: true },
  horizon: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  quantiles: { type: 'string' },
  days: { type: 'string' },
  stock: { type: 'string' },
  'lead-time': { type: 'string' },
  review: { type: 'string' },
  'service-level': { type: 'string' },
  'fill-rate': { type: 'string' },
  budget: { type: 'string' },
  html: { type: 'string' },
  json: { type: 'string' },
  csv: { type: 'string' },
  column: { type: 'string', multiple: true },
  where: { type: 'string', multiple: true },
  decimal: { type: 'string' },
  encoding: { type: 'string' },
  'time-zone': { type: 'string' },
  overlap: { type: 'string' },
  'skip-lines': { type: 'string' },
  'date-format': { type: 'string' },
  delimiter: { type: 'string' },
} as const;

/**
 * Parses a command line; returns `undefined` if it asks for help. @throws ForecastError `invalid-option` with
 * the flag.
 */
export function parseArguments(args: readonly string[]): CliOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help || args.length === 0) return undefined;
  const [command, ...files] = positionals;
  if (!isOneOf(COMMANDS, command)) {
    throw wrong('command', `There is no command "${command ?? ''}"`, `Commands: ${COMMANDS.join(', ')}`);
  }
  if (command === 'inspect' && files.length > 1) {
    throw wrong('arguments', `inspect reads one file at a time: "${files[1]}" is one too many`);
  }
  if (files.length === 0 && command !== 'demo') {
    throw wrong('arguments', `${command} needs a file, or - for standard input`);
  }
  for (const flag of ['plan', 'what-if'] as const) {
    if (values[flag] === undefined || command === 'forecast' || command === 'demo') continue;
    if (flag === 'plan' && (command === 'stock' || command === 'alerts')) continue;
    throw wrong(`--${flag}`, `--${flag} belongs to forecast and demo, not to ${command}`);
  }
  for (const flag of ['stock', 'lead-time', 'review', 'service-level', 'fill-rate', 'budget'] as const) {
    if (values[flag] === undefined || command === 'stock') continue;
    throw wrong(`--${flag}`, `--${flag} belongs to stock, not to ${command}`);
  }
  for (const flag of ['by', ...TABLE_FLAGS] as const) {
    if (values[flag] === undefined) continue;
    if (command !== 'forecast' && command !== 'demo') {
      throw wrong(`--${flag}`, `--${flag} belongs to forecast and demo, not to ${command}`);
    }
    if (values.by === undefined) throw wrong(`--${flag}`, `--${flag} needs --by day, week, month or total`);
  }
  if (values.by !== undefined) {
    for (const flag of ['html', 'what-if'] as const) {
      if (values[flag] !== undefined) throw wrong(`--${flag}`, `--${flag} does not go with --by`);
    }
  }
  if (values.days !== undefined && command !== 'alerts') {
    throw wrong('--days', `--days belongs to alerts, not to ${command}`);
  }
  if (values.html !== undefined && command === 'alerts') {
    throw wrong('--html', 'alerts are in the report of forecast --html');
  }
  if (!isOneOf(TIME_PERIODS, values.period)) {
    throw wrong('--period', `--period must be ${TIME_PERIODS.join(', ')}, got "${values.period}"`);
  }
  if (!isOneOf(MODEL_NAMES, values.model)) {
    throw wrong('--model', `--model must be ${MODEL_NAMES.join(', ')}, got "${values.model}"`);
  }
  return {
    command,
    files,
    period: values.period,
    category: values.category,
    limit: wholeNumber(
      '--limit',
      values.limit ?? (command === 'stock' || command === 'alerts' || values.by !== undefined ? '20' : '5'),
      1,
    ),
    country: values.country,
    model: values.model,
    seed: wholeNumber('--seed', values.seed, 0),
    overlap: overlapOf(values.overlap),
    origins: wholeNumber('--origins', values.origins, 1),
    lastDay: values['last-day'],
    categoryRules: values['category-rules'],
    plan: values.plan,
    whatIf: values['what-if'],
    table: values.by === undefined ? undefined : tableOf(values.by, values),
    days: ifGiven(values.days, (text) => wholeNumber('--days', text, 1)),
    stock: {
      file: values.stock,
      leadTime: ifGiven(values['lead-time'], (text) => wholeNumber('--lead-time', text, 0)),
      reviewPeriod: ifGiven(values.review, (text) => wholeNumber('--review', text, 1)),
      serviceLevel: ifGiven(values['service-level'], (text) => decimalNumber('--service-level', text)),
      fillRate: ifGiven(values['fill-rate'], (text) => decimalNumber('--fill-rate', text)),
      budget: ifGiven(values.budget, (text) => decimalNumber('--budget', text)),
    },
    html: values.html,
    json: values.json,
    csv: values.csv,
    reading: {
      columns: values.column === undefined ? undefined : columnsOf(values.column),
      decimal: decimalOf(values.decimal),
      encoding: values.encoding,
      timeZone: values['time-zone'],
      skipLines:
        values['skip-lines'] === undefined ? undefined : wholeNumber('--skip-lines', values['skip-lines'], 0),
      dateFormat: values['date-format'],
      delimiter: values.delimiter === 'tab' || values.delimiter === '\\t' ? '\t' : values.delimiter,
      where: values.where?.map(whereOf),
    },
  };
}

const TABLE_FLAGS = ['level', 'product', 'horizon', 'from', 'to', 'quantiles'] as const;

function tableOf(by: string, values: ReturnType<typeof parse>['values']): TableOptions {
  const { level, horizon, quantiles } = values;
  if (!isOneOf(GRANULARITIES, by))
    throw wrong('--by', `--by must be ${GRANULARITIES.join(', ')}, got "${by}"`);
  if (level !== undefined && !isOneOf(FORECAST_LEVELS, level)) {
    throw wrong('--level', `--level must be ${FORECAST_LEVELS.join(', ')}, got "${level}"`);
  }
  return {
    granularity: by,
    level,
    productIds: values.product,
    horizon: ifGiven(horizon, (text) => wholeNumber('--horizon', text, 1)),
    from: values.from,
    to: values.to,
    quantiles: quantiles?.split(',').map((text) => decimalNumber('--quantiles', text.trim())),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: true });
  } catch (cause) {
    throw wrong(
      'arguments',
      cause instanceof Error ? cause.message : String(cause),
      'See commerce-forecast --help',
    );
  }
}

const COLUMN_KEYS: Readonly<Record<string, keyof CsvColumns>> = {
  date: 'date',
  product: 'productId',
  productId: 'productId',
  units: 'units',
  category: 'category',
  revenue: 'revenue',
  price: 'price',
  promo: 'promo',
  'in-stock': 'inStock',
  inStock: 'inStock',
  location: 'location',
};

/** `units=Qty`; several columns, separated by commas, identify a product together: `product=item,store`. */
function columnsOf(flags: readonly string[]): CsvColumns {
  const columns: Record<string, CsvColumnSpec> = {};
  for (const flag of flags) {
    const at = flag.indexOf('=');
    const key = COLUMN_KEYS[flag.slice(0, Math.max(at, 0))];
    if (at < 1 || key === undefined || at === flag.length - 1) {
      throw wrong(
        '--column',
        `--column must be like units=Qty, got "${flag}"`,
        `Keys: ${Object.keys(COLUMN_KEYS).join(', ')}`,
      );
    }
    const value = flag.slice(at + 1);
    const [column, ...join] = key === 'productId' ? value.split(',').map((name) => name.trim()) : [value];
    columns[key] =
      key === 'units' && value === ONE_PER_LINE
        ? { constant: 1 }
        : { column, ...(join.length > 0 ? { join } : {}) };
  }
  return columns as CsvColumns;
}

/**
 * `Type=Order,Invoice` keeps lines, `Status!=Cancelled` leaves lines out, `Type-=Refund` subtracts their units.
 */
function whereOf(flag: string): CsvWhere {
  const match = /^(.+?)(!=|-=|=)(.*)$/.exec(flag);
  if (!match)
    throw wrong(
      '--where',
      `--where must be like Type=Order, Status!=Cancelled or Type-=Refund, got "${flag}"`,
    );
  const [, name = '', sign, list = ''] = match;
  const column = name.trim();
  const values = list.split(',').map((value) => value.trim());
  if (sign === '=') return { column, keep: values };
  return sign === '!=' ? { column, drop: values } : { column, returns: values };
}

function overlapOf(text: string | undefined): CsvOverlap | undefined {
  if (text === undefined || text === 'once' || text === 'add') return text;
  throw wrong('--overlap', `--overlap must be once or add, got "${text}"`);
}

function decimalOf(text: string | undefined): '.' | ',' | undefined {
  if (text === undefined) return undefined;
  const mark = { point: '.', comma: ',', '.': '.', ',': ',' }[text];
  if (mark === '.' || mark === ',') return mark;
  throw wrong('--decimal', `--decimal must be comma or point, got "${text}"`);
}

function wholeNumber(flag: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw wrong(flag, `${flag} must be a whole number of at least ${least}, got "${text}"`);
}

function decimalNumber(flag: string, text: string): number {
  if (/^\d{1,12}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw wrong(flag, `${flag} must be a number such as 0.95, got "${text}"`);
}

function ifGiven<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function isOneOf<T extends string>(list: readonly T[], text: string | undefined): text is T {
  return list.some((item) => item === text);
}

function wrong(path: string, message: string, hint?: string): ForecastError {
  return new ForecastError('invalid-option', message, { path: [path], hint });
}
