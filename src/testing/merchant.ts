import { type Day, parseDay } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import { exp, pow, square } from '../math/index.js';
import type { OptionTable } from '../options.js';
import { createRandom, type Random } from '../random.js';
import { negativeBinomial, poisson } from './distributions.js';
import { categoryFactors } from './merchant-calendar.js';

/** Size and character of a generated merchant. */
export interface GenerateOptions {
  /** Default 1. */
  readonly seed?: number;
  /** Number of products. Default 60. */
  readonly products?: number;
  /** Number of categories, at most the number of products. Default 6. */
  readonly categories?: number;
  /** Length of the history. Default 1096, three years. */
  readonly days?: number;
  /** First day. Default 2022-01-01. */
  readonly startDay?: Day;
  /** Share of the sold units that are returned. Default 0.02. */
  readonly returnRate?: number;
  /** Share of a product's demand that is missing in the seven days after a promotion. Default 0. */
  readonly postPromotionDip?: number;
  /** Share of the extra units of a promotion that the other products of the category lose. Default 0. */
  readonly cannibalisation?: number;
  /**
   * Mean price elasticity, at most 0; each product has its own, up to a fifth larger or smaller. Prices then
   * change every few weeks, and promotions have varying discounts, so that the two vary independently. Default:
   * only promotions change prices, and their uplift includes the effect.
   */
  readonly elasticity?: number;
  /** Days of a year, at irregular distances, on which the shop is closed and nothing is sold. Default 0. */
  readonly closures?: number;
}

export const GENERATE_OPTIONS: OptionTable<GenerateOptions> = {
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

/** A stretch of days of one product, `to` excluded. */
export interface ProductDays {
  readonly productId: string;
  readonly from: Day;
  readonly to: Day;
}

export interface Promotion extends ProductDays {
  /** Factor of the promotion on demand; its lower price is included unless elasticities are generated. */
  readonly uplift: number;
  /** Discount as a share of the price. */
  readonly discount: number;
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
  /** Exponent of the price in the demand; 0 without elasticities. */
  readonly elasticity: number;
  /** Price of each day outside of promotions over the usual one; undefined where it never changes. */
  readonly priceRatio: Float64Array | undefined;
}

export interface Merchant {
  readonly seed: number;
  readonly startDay: Day;
  readonly days: number;
  readonly returnRate: number;
  readonly categories: readonly string[];
  readonly products: readonly Product[];
  /** Daily factors of the sales of each category. */
  readonly factors: readonly Float64Array[];
  /** Factor of each day on all sales: the weather, a quiet street. Noise, not part of the expected demand. */
  readonly dayNoise: Float64Array;
  /** 1 on days on which the shop is closed. */
  readonly closed: Uint8Array;
  readonly postPromotionDip: number;
  /** Per category, the share of the demand of each day that products without a promotion lose to those with one. */
  readonly lost: readonly Float64Array[];
}

/** One product's days; scratch space that {@link fillSeries} overwrites. */
export interface SeriesBuffers {
  readonly sold: Float64Array;
  readonly returned: Float64Array;
  /** Expected demand. */
  readonly mean: Float64Array;
  /** The same without promotions and price changes, its own and others'. */
  readonly baseline: Float64Array;
  readonly price: Float64Array;
  readonly promo: Uint8Array;
  readonly inStock: Uint8Array;
}

export function createBuffers(days: number): SeriesBuffers {
  return {
    sold: new Float64Array(days),
    returned: new Float64Array(days),
    mean: new Float64Array(days),
    baseline: new Float64Array(days),
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
const DIP_DAYS = 7;
/** Prices over the usual one, and discounts of promotions, where elasticities are generated. */
const PRICE_RATIOS = [1, 1, 0.9, 1.1, 0.8, 1.2];
const DISCOUNTS = [0, 0.1, 0.2, 0.3];
const MOST_LOST = 0.8;
/** Streams of random numbers beyond those of the products. */
const PRICE_STREAM = 2 ** 30;
const CLOSURE_STREAM = 2 ** 31;

/** @throws ForecastError `invalid-option` for a count that is not a positive whole number or a rate outside [0, 1]. */
export function createMerchant(options: GenerateOptions = {}): Merchant {
  const { seed = 1, products = 60, days = 1096, returnRate = 0.02 } = options;
  const categories = Math.min(products, options.categories ?? 6);
  const startDay = options.startDay ?? parseDay('2022-01-01');
  for (const [name, value] of Object.entries({ products, categories, days })) {
    if (!Number.isInteger(value) || value < 1) throw wrongOption(name, 'a whole number of at least 1');
  }
  if (!Number.isInteger(startDay)) throw wrongOption('startDay', 'a day number');
  const { postPromotionDip = 0, cannibalisation = 0, elasticity = 0, closures = 0 } = options;
  for (const [name, value] of Object.entries({ returnRate, postPromotionDip, cannibalisation })) {
    if (!(value >= 0 && value <= 1)) throw wrongOption(name, 'between 0 and 1');
  }
  if (!(elasticity <= 0 && elasticity >= -10)) throw wrongOption('elasticity', 'from -10 to 0');
  if (!(closures >= 0 && closures <= 180)) throw wrongOption('closures', 'from 0 to 180');
  const random = createRandom(seed);
  const merchant = {
    seed,
    startDay,
    days,
    returnRate,
    categories: Array.from({ length: categories }, (_, c) => CATEGORY_NAMES[c] ?? `Category ${c + 1}`),
    factors: Array.from({ length: categories }, () => categoryFactors(startDay, days, random)),
    dayNoise: Float64Array.from({ length: days }, () => logNormalNoise(random, DAY_NOISE)),
    products: Array.from({ length: products }, (_, s) =>
      createProduct(s, s % categories, products, startDay, days, createRandom(seed, 2 * s + 1)),
    ).map((product, s) =>
      elasticity < 0 ? withPrices(product, elasticity, days, createRandom(seed, PRICE_STREAM + s)) : product,
    ),
    closed: closedDays(days, closures, createRandom(seed, CLOSURE_STREAM)),
    postPromotionDip,
  };
  return { ...merchant, lost: lostShares(merchant, cannibalisation) };
}

/** Draws the days of one product into the buffers, from a random stream of its own. */
export function fillSeries(merchant: Merchant, series: number, buffers: SeriesBuffers): void {
  const { startDay, days, returnRate, dayNoise, closed, lost } = merchant;
  const { sold, returned, mean, baseline, price, promo, inStock } = buffers;
  const product = merchant.products[series];
  const factors = merchant.factors[product.category];
  const random = createRandom(merchant.seed, 2 * series + 2);
  price.fill(product.price);
  promo.fill(0);
  inStock.fill(1);
  returned.fill(0);
  for (let d = 0; d < days; d++) mean[d] = d < product.firstDay ? 0 : product.level * factors[d];
  for (let d = 0; d < days; d++) if (closed[d]) mean[d] = 0;
  baseline.set(mean);
  const { priceRatio, elasticity } = product;
  for (let d = 0; priceRatio && d < days; d++) {
    price[d] *= priceRatio[d];
    mean[d] *= pow(priceRatio[d], elasticity);
  }
  for (const { from, to, uplift, discount } of product.promotions) {
    const end = Math.min(days, to - startDay);
    for (let d = Math.max(0, from - startDay); d < end; d++) {
      promo[d] = 1;
      price[d] *= 1 - discount;
      mean[d] *= uplift * pow(1 - discount, elasticity);
    }
  }
  applyDip(merchant, product, promo, mean);
  for (let d = 0; d < days; d++) if (promo[d] === 0) mean[d] *= 1 - lost[product.category][d];
  if (product.stockOut) inStock.fill(0, product.stockOut.from - startDay, product.stockOut.to - startDay);
  for (let d = 0; d < days; d++) {
    sold[d] = inStock[d] === 0 ? 0 : negativeBinomial(random, mean[d] * dayNoise[d], DEMAND_SHAPE);
    if (d >= RETURN_DELAY && !closed[d]) returned[d] = poisson(random, returnRate * sold[d - RETURN_DELAY]);
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
  const level = intermittent ? 0.05 + 0.35 * random.uniform() : 25 * exp(0.9 * random.normal());
  const price = Math.round(100 * exp(2.5 + 0.8 * random.normal())) / 100 + 0.5;
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
    elasticity: 0,
    priceRatio: undefined,
  };
}

/** A week of promotion every eight to sixteen weeks. */
function createPromotions(productId: string, startDay: Day, days: number, random: Random): Promotion[] {
  const uplift = 1.3 + 0.7 * random.uniform();
  const promotions: Promotion[] = [];
  let day = startDay + random.integer(112);
  while (day < startDay + days) {
    promotions.push({
      productId,
      from: day,
      to: day + PROMOTION_DAYS,
      uplift,
      discount: PROMOTION_DISCOUNT,
    });
    day += 56 + random.integer(57);
  }
  return promotions;
}

/** The product with an elasticity of its own, prices that change now and then, and promotions of different discounts. */
function withPrices(product: Product, elasticity: number, days: number, random: Random): Product {
  const own = elasticity * (0.8 + 0.4 * random.uniform());
  const priceRatio = new Float64Array(days);
  for (let d = 0; d < days; ) {
    const ratio = PRICE_RATIOS[random.integer(PRICE_RATIOS.length)];
    const until = Math.min(days, d + 14 + random.integer(43));
    priceRatio.fill(ratio, d, until);
    d = until;
  }
  const promotions = product.promotions.map((promotion) => ({
    ...promotion,
    discount: DISCOUNTS[random.integer(DISCOUNTS.length)],
  }));
  return { ...product, elasticity: own, priceRatio, promotions };
}

/** Closed days, about `perYear` a year. */
function closedDays(days: number, perYear: number, random: Random): Uint8Array {
  const closed = new Uint8Array(days);
  if (perYear === 0) return closed;
  const every = 365 / perYear;
  for (let at = every * random.uniform(); at < days; at += every * (0.5 + random.uniform())) {
    closed[Math.floor(at)] = 1;
  }
  return closed;
}

/** Applies the dip to the days after each promotion that are not promoted themselves. */
function applyDip(
  { startDay, days, postPromotionDip }: Merchant,
  { promotions }: Product,
  promo: Uint8Array,
  mean: Float64Array,
): void {
  if (postPromotionDip === 0) return;
  const dipped = new Uint8Array(days);
  for (const { to } of promotions) {
    for (let d = Math.max(0, to - startDay); d < Math.min(days, to - startDay + DIP_DAYS); d++) {
      if (promo[d] === 1 || dipped[d] === 1) continue;
      dipped[d] = 1;
      mean[d] *= 1 - postPromotionDip;
    }
  }
}

/**
 * Distributes the cannibalised units of promotions over the other products of the category, in proportion to
 * their levels.
 */
function lostShares(
  { startDay, days, categories, products }: Pick<Merchant, 'startDay' | 'days' | 'categories' | 'products'>,
  cannibalisation: number,
): Float64Array[] {
  return categories.map((_, category) => {
    const lost = new Float64Array(days);
    if (cannibalisation === 0) return lost;
    const members = products.filter((product) => product.category === category);
    const extra = new Float64Array(days);
    const others = new Float64Array(days);
    for (const product of members) {
      const { level, firstDay, promotions, elasticity } = product;
      for (let d = firstDay; d < days; d++) others[d] += level;
      for (const { from, to, uplift, discount } of promotions) {
        const factor = uplift * pow(1 - discount, elasticity);
        for (let d = Math.max(firstDay, from - startDay); d < Math.min(days, to - startDay); d++) {
          extra[d] += level * (factor - 1);
          others[d] -= level;
        }
      }
    }
    return lost.map((_, d) =>
      others[d] > 0 ? Math.min(MOST_LOST, Math.max(0, (cannibalisation * extra[d]) / others[d])) : 0,
    );
  });
}

/** A log-normal factor with mean 1. */
function logNormalNoise(random: Random, deviation: number): number {
  return exp(deviation * random.normal() - square(deviation) / 2);
}

function wrongOption(name: string, expected: string): ForecastError {
  return new ForecastError('invalid-option', `${name} must be ${expected}`, { path: [name] });
}
