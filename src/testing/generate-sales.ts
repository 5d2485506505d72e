import { type Day, formatDay } from '../calendar/day.js';
import type { CalendarEvent } from '../calendar/events.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import type { Panel } from '../panel/panel.js';
import {
  createBuffers,
  createMerchant,
  fillSeries,
  GENERATE_OPTIONS,
  type GenerateOptions,
  type Merchant,
  type ProductDays,
  type Promotion,
  type SeriesBuffers,
} from './merchant.js';
import { merchantEvents } from './merchant-calendar.js';

/** A generated sales record: a sale, a return (negative units), or a day recorded as out of stock. */
export interface GeneratedRecord {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly productId: string;
  readonly category: string;
  readonly units: number;
  readonly revenue: number;
  readonly price: number;
  readonly promo: boolean;
  readonly inStock: boolean;
}

/** Ground truth of the generated sales. */
export interface SalesTruth {
  readonly productIds: readonly string[];
  /** Expected demand, series-major: product `s` on day `d` at `s * days + d`; stock-outs do not lower it. */
  readonly mean: Float64Array;
  /**
   * The same without promotions and price changes, of the product itself and of those that take sales from it.
   */
  readonly baseline: Float64Array;
  /** Price elasticity of each product; 0 where none is generated. */
  readonly elasticities: Float64Array;
  /** Days on which the shop was closed. */
  readonly closures: readonly Day[];
  readonly events: readonly CalendarEvent[];
  readonly promotions: readonly Promotion[];
  readonly stockOuts: readonly ProductDays[];
  /** Products that came on sale during the history, from their first day to the end. */
  readonly newProducts: readonly ProductDays[];
  /** Products that sell on few days. */
  readonly intermittent: readonly string[];
}

export interface GeneratedSales {
  /** In order of day, then product; days without a sale have no record. */
  readonly records: readonly GeneratedRecord[];
  readonly truth: SalesTruth;
}

export interface GeneratePanelOptions extends GenerateOptions {
  /** Fills revenue, price, promo and inStock in addition to units. Default true. */
  readonly columns?: boolean;
}

const GENERATE_PANEL_OPTIONS: OptionTable<GeneratePanelOptions> = {
  columns: 1,
  seed: 1,
  products: 1,
  categories: 1,
  days: 1,
  startDay: 1,
  returnRate: 1,
  postPromotionDip: 1,
  cannibalisation: 1,
  elasticity: 1,
  closures: 1,
};

/**
 * Generates sales records of a merchant, for tests and demonstrations: weekly and yearly seasons, growth,
 * holidays, promotions, returns, intermittent products, one stock-out and one new product; on request dips
 * after promotions, cannibalisation within the category, price elasticities and closures. The same options give
 * the same records.
 *
 * ```ts
 * import { generateSales } from 'commerce-forecast/testing';
 *
 * const { records, truth } = generateSales({ products: 12, categories: 3, days: 730, seed: 7 });
 * ```
 *
 * @throws ForecastError `invalid-option` for a count that is not a positive whole number.
 */
export function generateSales(options: GenerateOptions = {}): GeneratedSales {
  refuseUnknown(options, GENERATE_OPTIONS);
  const merchant = createMerchant(options);
  const { days, products } = merchant;
  const buffers = createBuffers(days);
  const mean = new Float64Array(products.length * days);
  const baseline = new Float64Array(products.length * days);
  const recordsOfDay: GeneratedRecord[][] = Array.from({ length: days }, () => []);
  for (let s = 0; s < products.length; s++) {
    fillSeries(merchant, s, buffers);
    mean.set(buffers.mean, s * days);
    baseline.set(buffers.baseline, s * days);
    appendRecords(merchant, s, buffers, recordsOfDay);
  }
  return { records: recordsOfDay.flat(), truth: truthOf(merchant, mean, baseline) };
}

/**
 * Generates the same merchant directly as a panel, so that 10,000 products and two years take seconds. A day's
 * units are net of returns and at least 0; days out of stock and days before a product was on sale are missing.
 *
 * ```ts
 * import { generatePanel } from 'commerce-forecast/testing';
 *
 * const panel = generatePanel({ products: 1000, days: 730, seed: 7, columns: false });
 * ```
 *
 * @throws ForecastError `invalid-option` for a count that is not a positive whole number.
 */
export function generatePanel(options: GeneratePanelOptions = {}): Panel {
  refuseUnknown(options, GENERATE_PANEL_OPTIONS);
  const merchant = createMerchant(options);
  const { days, products, startDay, categories } = merchant;
  const size = products.length * days;
  const buffers = createBuffers(days);
  const units = new Float64Array(size);
  const columns = options.columns === false ? undefined : createColumns(size);
  for (let s = 0; s < products.length; s++) {
    fillSeries(merchant, s, buffers);
    const { firstDay } = products[s];
    for (let d = 0; d < days; d++) {
      const observed = d >= firstDay && buffers.inStock[d] === 1;
      units[s * days + d] = observed ? Math.max(0, buffers.sold[d] - buffers.returned[d]) : Number.NaN;
    }
    if (columns) fillColumns(columns, s * days, firstDay, units, buffers);
  }
  return {
    startDay,
    days,
    seriesCount: products.length,
    ids: products.map((product) => product.id),
    categories,
    categoryOf: Int32Array.from(products, (product) => product.category),
    units,
    firstDay: Int32Array.from(products, (product) => product.firstDay),
    ...columns,
    ...(merchant.closed.includes(1) && { open: openColumn(merchant) }),
  };
}

function openColumn({ closed, days, products }: Merchant): Uint8Array {
  return Uint8Array.from({ length: products.length * days }, (_, i) => 1 - closed[i % days]);
}

type Columns = Required<Pick<Panel, 'revenue' | 'price' | 'promo' | 'inStock'>>;

function createColumns(size: number): Columns {
  return {
    revenue: new Float64Array(size),
    price: new Float32Array(size).fill(Number.NaN),
    promo: new Uint8Array(size),
    inStock: new Uint8Array(size).fill(1),
  };
}

function fillColumns(
  columns: Columns,
  base: number,
  firstDay: number,
  units: Float64Array,
  buffers: SeriesBuffers,
): void {
  for (let d = firstDay; d < buffers.sold.length; d++) {
    columns.price[base + d] = buffers.price[d];
    columns.promo[base + d] = buffers.promo[d];
    columns.inStock[base + d] = buffers.inStock[d];
    if (buffers.inStock[d] === 1) columns.revenue[base + d] = units[base + d] * buffers.price[d];
  }
}

function appendRecords(
  merchant: Merchant,
  series: number,
  buffers: SeriesBuffers,
  recordsOfDay: GeneratedRecord[][],
): void {
  const { id, category } = merchant.products[series];
  for (let d = 0; d < merchant.days; d++) {
    if (merchant.closed[d] === 1) continue;
    const price = buffers.price[d];
    const record = (units: number): GeneratedRecord => ({
      date: formatDay(merchant.startDay + d),
      productId: id,
      category: merchant.categories[category],
      units,
      revenue: Math.round(units * price * 100) / 100,
      price,
      promo: buffers.promo[d] === 1,
      inStock: buffers.inStock[d] === 1,
    });
    if (buffers.sold[d] > 0 || buffers.inStock[d] === 0) recordsOfDay[d].push(record(buffers.sold[d]));
    if (buffers.returned[d] > 0) recordsOfDay[d].push(record(-buffers.returned[d]));
  }
}

function truthOf(merchant: Merchant, mean: Float64Array, baseline: Float64Array): SalesTruth {
  const { products, startDay, days, closed } = merchant;
  return {
    productIds: products.map((product) => product.id),
    mean,
    baseline,
    elasticities: Float64Array.from(products, ({ elasticity }) => elasticity),
    closures: Array.from(closed.keys()).flatMap((d) => (closed[d] === 1 ? [startDay + d] : [])),
    events: merchantEvents(startDay, startDay + days - 1),
    promotions: products.flatMap((product) => product.promotions),
    stockOuts: products.flatMap((product) => product.stockOut ?? []),
    newProducts: products
      .filter((product) => product.firstDay > 0)
      .map(({ id, firstDay }) => ({ productId: id, from: startDay + firstDay, to: startDay + days })),
    intermittent: products.filter((product) => product.intermittent).map((product) => product.id),
  };
}
