import { parseArgs } from 'node:util';
import {
  accurateEnsemble,
  ForecastError,
  type ForecastModel,
  TIME_PERIODS,
  type TimePeriod,
  xgboostProphetBlend,
} from 'commerce-forecast';
import type { ColumnFlags } from './csv-mapping.js';

/** Models to choose from. */
const MODELS = { documented: () => xgboostProphetBlend(), accurate: () => accurateEnsemble() };

type ModelName = keyof typeof MODELS;

/** What the command line asks for. */
export interface DemoOptions extends ColumnFlags {
  readonly help: boolean;
  /** A CSV file, plain or gzipped; the generated merchant without it. */
  readonly data?: string;
  readonly period: TimePeriod;
  readonly limit: number;
  readonly category?: string;
  readonly country?: string;
  readonly model: ModelName;
  readonly seed: number;
  readonly lastDay?: string;
  readonly out: string;
  readonly json?: string;
}

export const HELP = `Forecast the best sellers of a shop, and write the result as an HTML report.

Usage: npm run demo -- [options]

Without --data, sales of an invented merchant are generated: 6 categories, 60 products, 3 years.

What to forecast
  --data FILE              CSV file with a header, plain or .gz
  --period PERIOD          week, month or year (default: month)
  --category NAME          only this category (default: all)
  --limit N                products per category (default: 5)
  --country CODE           public holidays of a country, such as US
  --model NAME             documented or accurate, which takes longer (default: documented)
  --last-day YYYY-MM-DD    leave out later days, such as a last day that is not complete
  --seed N                 seed of the generated merchant and of the training (default: 7)

Where the columns are, if their names do not tell
  --date-column NAME
  --product-column NAMES   one, or several that together name a product: item,store
  --category-column NAME
  --units-column NAME
  --revenue-column NAME
  --price-column NAME
  --description-column NAME  shown beside the product, and read by --category-rules
  --date-format FORMAT     such as M/d/yyyy (date-fns), if dates are not ISO 8601
  --category-rules FILE    JSON with keywords of descriptions for each category

Where the result goes
  --out FILE               HTML report (default: out/report.html)
  --json FILE              the same figures as JSON
  --help
`;

const FLAGS = {
  help: { type: 'boolean', short: 'h', default: false },
  data: { type: 'string' },
  period: { type: 'string', default: 'month' },
  limit: { type: 'string', default: '5' },
  category: { type: 'string' },
  country: { type: 'string' },
  model: { type: 'string', default: 'documented' },
  seed: { type: 'string', default: '7' },
  'last-day': { type: 'string' },
  out: { type: 'string', default: 'out/report.html' },
  json: { type: 'string' },
  'date-column': { type: 'string' },
  'product-column': { type: 'string' },
  'category-column': { type: 'string' },
  'units-column': { type: 'string' },
  'revenue-column': { type: 'string' },
  'price-column': { type: 'string' },
  'description-column': { type: 'string' },
  'date-format': { type: 'string' },
  'category-rules': { type: 'string' },
} as const;

/** @throws ForecastError `invalid-option` with the flag that is wrong. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const values = parseFlags(args);
  return {
    help: values.help,
    data: values.data,
    period: timePeriod(values.period),
    limit: wholeNumber('--limit', values.limit, 1),
    category: values.category,
    country: values.country,
    model: modelName(values.model),
    seed: wholeNumber('--seed', values.seed, 0),
    lastDay: values['last-day'],
    out: values.out,
    json: values.json,
    dateColumn: values['date-column'],
    productColumns: values['product-column']?.split(',').map((name) => name.trim()),
    categoryColumn: values['category-column'],
    unitsColumn: values['units-column'],
    revenueColumn: values['revenue-column'],
    priceColumn: values['price-column'],
    descriptionColumn: values['description-column'],
    dateFormat: values['date-format'],
    categoryRules: values['category-rules'],
  };
}

/** The model that was asked for. */
export function modelOf(options: DemoOptions): ForecastModel {
  return MODELS[options.model]();
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new ForecastError('invalid-option', cause instanceof Error ? cause.message : String(cause), {
      path: ['arguments'],
      hint: 'See npm run demo -- --help',
      cause,
    });
  }
}

function modelName(text: string): ModelName {
  if (Object.hasOwn(MODELS, text)) return text as ModelName;
  throw new ForecastError(
    'invalid-option',
    `--model must be ${Object.keys(MODELS).join(' or ')}, got "${text}"`,
    {
      path: ['--model'],
    },
  );
}

function timePeriod(text: string): TimePeriod {
  const period = TIME_PERIODS.find((known) => known === text);
  if (period) return period;
  throw new ForecastError('invalid-option', `--period must be ${TIME_PERIODS.join(', ')}, got "${text}"`, {
    path: ['--period'],
  });
}

function wholeNumber(flag: string, text: string, least: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) >= least) return Number(text);
  throw new ForecastError(
    'invalid-option',
    `${flag} must be a whole number of at least ${least}, got "${text}"`,
    {
      path: [flag],
    },
  );
}
