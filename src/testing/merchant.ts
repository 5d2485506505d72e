import { type Day, parseDay } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import type { OptionTable } from '../options.js';
import { createRandom, type Random } from '../random.js';
import { negativeBinomial, poisson } from './distributions.js';
import { categoryFactors } from './merchant-calendar.js';

/** What a generated merchant looks like. */
export interface GenerateOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Number of products. Default 60. */
  readonly products?: number;
  /** Number of categories, of which at most as many as there are products are used. Default 6. */
  readonly categories?: number;
  /** Length of the history. Default 1096, three years. */
  readonly days?: number;
  /** First day. Default 2022-01-01. */
  readonly startDay?: Day;
  /** Share of the sold units that come back. Default 0.02. */
  readonly returnRate?: number;
}

export const GENERATE_OPTIONS: OptionTable<GenerateOptions> = {
  seed: 1,
  products: 1,
  categories: 1,
  days: 1,
  startDay: 1,
  returnRate: 1,
};

/** A stretch of days of one product, `to` excluded. */
export interface ProductDays {
  readonly productId: string;
  readonly from: Day;
  readonly to: Day;
}

export interface Promotion extends ProductDays {
  /** What the promotion multiplies demand by, its lower price included. */
  readonly uplift: number;
}

export interface Product {
  readonly id: string;
  readonly category: number;
  /** Units of an average day. */
  readonly level: number;
  readonly price: number;
  readonly intermittent: boolean;
  /** Index of the first day on sale. */
  readonly firstDay: number;
  readonly stockOut: ProductDays | undefined;
  readonly promotions: readonly Promotion[];
}

export interface Merchant {
  readonly seed: number;
  readonly startDay: Day;
  readonly days: number;
  readonly returnRate: number;
  readonly categories: readonly string[];
  readonly products: readonly Product[];
  /** Per category, what each day multiplies its sales by. */
  readonly factors: readonly Float64Array[];
  /** What each day multiplies all sales by: the weather, a quiet street. Noise, not part of the expected demand. */
  readonly dayNoise: Float64Array;
}

/** One product's days; scratch space that {@link fillSeries} overwrites. */
export interface SeriesBuffers {
  readonly sold: Float64Array;
  readonly returned: Float64Array;
  /** Expected demand. */
  readonly mean: Float64Array;
  readonly price: Float64Array;
  readonly promo: Uint8Array;
  readonly inStock: Uint8Array;
}

export function createBuffers(days: number): SeriesBuffers {
  return {
    sold: new Float64Array(days),
    returned: new Float64Array(days),
    mean: new Float64Array(days),
    price: new Float64Array(days),
    promo: new Uint8Array(days),
    inStock: new Uint8Array(days),
  };
}

const CATEGORY_NAMES = ['Drinks', 'Snacks', 'Household', 'Garden', 'Toys', 'Clothing'];
const PROMOTION_DAYS = 7;
const PROMOTION_DISCOUNT = 0.2;
/** Shape of the gamma that spreads a product's daily demand: its variance is mean + mean²/12. */
const DEMAND_SHAPE = 12;
const DAY_NOISE = 0.04;
const RETURN_DELAY = 3;

/** @throws ForecastError `invalid-option` for a count that is not a positive whole number or a rate outside [0, 1]. */
export function createMerchant(options: GenerateOptions = {}): Merchant {
  const { seed = 1, products = 60, days = 1096, returnRate = 0.02 } = options;
  const categories = Math.min(products, options.categories ?? 6);
  const startDay = options.startDay ?? parseDay('2022-01-01');
  for (const [name, value] of Object.entries({ products, categories, days })) {
    if (!Number.isInteger(value) || value < 1) throw wrongOption(name, 'a whole number of at least 1');
  }
  if (!Number.isInteger(startDay)) throw wrongOption('startDay', 'a day number');
  if (!(returnRate >= 0 && returnRate <= 1)) throw wrongOption('returnRate', 'between 0 and 1');
  const random = createRandom(seed);
  return {
    seed,
    startDay,
    days,
    returnRate,
    categories: Array.from({ length: categories }, (_, c) => CATEGORY_NAMES[c] ?? `Category ${c + 1}`),
    factors: Array.from({ length: categories }, () => categoryFactors(startDay, days, random)),
    dayNoise: Float64Array.from({ length: days }, () => logNormalNoise(random, DAY_NOISE)),
    products: Array.from({ length: products }, (_, s) =>
      createProduct(s, s % categories, products, startDay, days, createRandom(seed, 2 * s + 1)),
    ),
  };
}

/** Draws the days of one product into the buffers; a stream of its own makes it independent of the others. */
export function fillSeries(merchant: Merchant, series: number, buffers: SeriesBuffers): void {
  const { startDay, days, returnRate, dayNoise } = merchant;
  const { sold, returned, mean, price, promo, inStock } = buffers;
  const product = merchant.products[series];
  const factors = merchant.factors[product.category];
  const random = createRandom(merchant.seed, 2 * series + 2);
  price.fill(product.price);
  promo.fill(0);
  inStock.fill(1);
  returned.fill(0);
  for (let d = 0; d < days; d++) mean[d] = d < product.firstDay ? 0 : product.level * factors[d];
  for (const { from, to, uplift } of product.promotions) {
    const end = Math.min(days, to - startDay);
    for (let d = Math.max(0, from - startDay); d < end; d++) {
      promo[d] = 1;
      price[d] = product.price * (1 - PROMOTION_DISCOUNT);
      mean[d] *= uplift;
    }
  }
  if (product.stockOut) inStock.fill(0, product.stockOut.from - startDay, product.stockOut.to - startDay);
  for (let d = 0; d < days; d++) {
    sold[d] = inStock[d] === 0 ? 0 : negativeBinomial(random, mean[d] * dayNoise[d], DEMAND_SHAPE);
    if (d >= RETURN_DELAY) returned[d] = poisson(random, returnRate * sold[d - RETURN_DELAY]);
  }
}

function createProduct(
  series: number,
  category: number,
  products: number,
  startDay: Day,
  days: number,
  random: Random,
): Product {
  const id = `P${String(series + 1).padStart(String(products).length, '0')}`;
  const intermittent = series % 5 === 4;
  const level = intermittent ? 0.05 + 0.35 * random.uniform() : 25 * Math.exp(0.9 * random.normal());
  const price = Math.round(100 * Math.exp(2.5 + 0.8 * random.normal())) / 100 + 0.5;
  const isNew = series === 1 && days >= 180;
  const stockOutStart = startDay + Math.floor(days * 0.7);
  return {
    id,
    category,
    level,
    price,
    intermittent,
    firstDay: isNew ? days - 90 : 0,
    stockOut:
      series === 0 && days >= 60 ? { productId: id, from: stockOutStart, to: stockOutStart + 10 } : undefined,
    promotions: intermittent ? [] : createPromotions(id, startDay, days, random),
  };
}

/** A week of promotion every eight to sixteen weeks. */
function createPromotions(productId: string, startDay: Day, days: number, random: Random): Promotion[] {
  const uplift = 1.3 + 0.7 * random.uniform();
  const promotions: Promotion[] = [];
  let day = startDay + random.integer(112);
  while (day < startDay + days) {
    promotions.push({ productId, from: day, to: day + PROMOTION_DAYS, uplift });
    day += 56 + random.integer(57);
  }
  return promotions;
}

/** A log-normal factor with mean 1. */
function logNormalNoise(random: Random, deviation: number): number {
  return Math.exp(deviation * random.normal() - deviation ** 2 / 2);
}

function wrongOption(name: string, expected: string): ForecastError {
  return new ForecastError('invalid-option', `${name} must be ${expected}`, { path: [name] });
}
