import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  type EventSource,
  ForecastError,
  type LongCallOptions,
  type PanelOptions,
  type SalesRecords,
} from 'commerce-forecast';
import { type CsvRow, readSalesCsv } from 'commerce-forecast/csv';
import { countryHolidays } from 'commerce-forecast/holidays';
import { generateSales, merchantEvents } from 'commerce-forecast/testing';
import { type CategoryRules, loadCategoryRules } from './category-rules.js';
import { type ColumnMapping, describeMapping, mapColumns, productIdOf } from './csv-mapping.js';
import type { DemoOptions } from './options.js';

/** The sales to forecast, and what is known around them. */
export interface SalesInput {
  readonly title: string;
  /** What was read, in one sentence. */
  readonly source: string;
  /** Why rows were left out before they were checked. */
  readonly leftOut: string;
  readonly records: SalesRecords;
  readonly panel: PanelOptions;
  readonly events: EventSource;
  /** Descriptions by product id; filled while the records are read. */
  readonly names: ReadonlyMap<string, string>;
}

/** Opens the file of `--data`, or generates a merchant. */
export async function openSales(options: DemoOptions, call: LongCallOptions): Promise<SalesInput> {
  const holidays = options.country === undefined ? undefined : await countryHolidays(options.country);
  if (options.data !== undefined) return openFile(options.data, options, holidays ?? noEvents, call);
  const { records, truth } = generateSales({ seed: options.seed });
  const { newProducts, intermittent, promotions } = truth;
  return {
    title: 'Generated merchant',
    source:
      `${truth.productIds.length} products (${intermittent.length} sell on few days, ${newProducts.length} is new), ` +
      `${promotions.length} promotions, returns, a stock-out; seed ${options.seed}`,
    leftOut: '',
    records,
    panel: lastDayOf(options),
    events: holidays ?? merchantEvents,
    names: new Map(),
  };
}

const noEvents: EventSource = () => [];

function lastDayOf({ lastDay }: DemoOptions): PanelOptions {
  return lastDay === undefined ? {} : { lastDay };
}

async function openFile(
  path: string,
  options: DemoOptions,
  events: EventSource,
  { signal, onProgress }: LongCallOptions,
): Promise<SalesInput> {
  const size = await fileSize(path);
  const mapping = mapColumns(await readHeader(path), options);
  const rules =
    options.categoryRules === undefined ? undefined : await loadCategoryRules(options.categoryRules);
  if (rules && mapping.description === undefined) {
    throw new ForecastError('invalid-option', '--category-rules needs a column with descriptions', {
      path: ['--description-column'],
      hint: 'Name it with --description-column NAME',
    });
  }
  const catalogue = new Catalogue(mapping, rules);
  const records = readSalesCsv(createReadStream(path), {
    columns: {
      date: mapping.date,
      productId:
        mapping.product.length === 1 ? mapping.product[0] : (row) => productIdOf(row, mapping.product),
      units: mapping.units,
      category: rules ? (row) => catalogue.categoryOf(row) : mapping.category,
      revenue: mapping.revenue,
      price: mapping.price,
      promo: mapping.promo,
      inStock: mapping.inStock,
    },
    dateFormat: options.dateFormat,
    filter: (row) => catalogue.isSale(row),
    signal,
    onProgress: ({ phase, done }) => onProgress?.({ phase, done, total: size }),
  });
  return {
    title: basename(path),
    source: describeMapping(mapping),
    leftOut: rules
      ? 'The category rules say that it is no sale of a product; the row was left out'
      : 'Nothing sold and no price: not on sale yet; the row was left out',
    records,
    panel: { dateFormat: options.dateFormat, ...lastDayOf(options) },
    events,
    names: catalogue.names,
  };
}

async function fileSize(path: string): Promise<number> {
  try {
    const file = await stat(path);
    if (file.isFile()) return file.size;
  } catch (cause) {
    throw new ForecastError('not-found', `--data: there is no file ${path}`, { path: ['--data'], cause });
  }
  throw new ForecastError('invalid-option', `--data: ${path} is not a file`, { path: ['--data'] });
}

/** The names of the columns, from the first line below them. */
async function readHeader(path: string): Promise<readonly string[]> {
  let header: readonly string[] = [];
  const input = createReadStream(path);
  const peek = readSalesCsv(input, {
    columns: { date: () => '2000-01-01', productId: () => 'any', units: () => 0 },
    filter: (row) => {
      header = header.length > 0 ? header : Object.keys(row);
      return true;
    },
  });
  for await (const _ of peek) break;
  input.destroy();
  if (header.length > 0) return header;
  throw new ForecastError('empty-data', `--data: ${path} has no line below its header`, { path: ['--data'] });
}

/** Names and categories of the products, by the first line of each. */
class Catalogue {
  readonly names = new Map<string, string>();
  private readonly categories = new Map<string, string>();

  constructor(
    private readonly mapping: ColumnMapping,
    private readonly rules: CategoryRules | undefined,
  ) {}

  /** Notes the name of the product. A line with neither units nor a price says that it is not on sale yet. */
  isSale(row: CsvRow): boolean {
    const { mapping, rules } = this;
    const id = productIdOf(row, mapping.product).trim();
    if (rules && !rules.isProduct(id)) return false;
    if (mapping.price !== undefined) {
      const price = row[mapping.price];
      if (rules?.pricedOnly && !(Number(price) > 0)) return false;
      if (price === '' && Number(row[mapping.units]) === 0) return false;
    }
    this.noteName(id, row);
    return true;
  }

  categoryOf(row: CsvRow): string {
    const id = productIdOf(row, this.mapping.product).trim();
    let category = this.categories.get(id);
    if (category === undefined) {
      category = this.rules!.categoryOf(row[this.mapping.description!]);
      this.categories.set(id, category);
    }
    return category;
  }

  private noteName(id: string, row: CsvRow): void {
    const { description, product } = this.mapping;
    if (description === undefined || product.includes(description) || this.names.has(id)) return;
    const name = row[description].replace(/\s+/g, ' ').trim();
    if (name !== '') this.names.set(id, name);
  }
}
