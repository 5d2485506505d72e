import { parseDay } from '../src/calendar/day.js';
import type { Panel } from '../src/panel/panel.js';
import { createRandom } from '../src/random.js';
import { negativeBinomial } from '../src/testing/distributions.js';

/** What a generated shop is like. */
export interface ShopOptions {
  readonly seed: number;
  readonly products?: number;
  readonly categories?: number;
  readonly days?: number;
  /** Share of what a promotion sells that other products of the category lose. */
  readonly cannibalisation?: number;
  /** Whether prices change without promotions, and promotions come without a price. Default true. */
  readonly apart?: boolean;
  /** Whether there are promotions and prices at all. Default true. */
  readonly planned?: boolean;
}

export interface PromotionShop {
  readonly panel: Panel;
  /** Expected units of each cell, and what they were without promotions and without cannibalisation. */
  readonly expected: Float64Array;
  readonly plain: Float64Array;
  /** Log of what a promotion multiplies sales by at the usual price, and elasticity, of each product. */
  readonly uplift: Float64Array;
  readonly elasticity: Float64Array;
}

const WEEKDAYS = [0.8, 0.9, 1, 1, 1.1, 1.3, 0.9];
const START = parseDay('2023-01-02');

/**
 * A shop whose promotions, price changes and cannibalisation are known: promotions of a week every six to twelve weeks, price
 * changes of two to six weeks, a common noise of days of 3 %, and negative binomial sales.
 */
export function promotionShop(options: ShopOptions): PromotionShop {
  const { seed, products = 12, categories = 3, days = 730, cannibalisation = 0, apart = true } = options;
  const random = createRandom(seed);
  const cells = products * days;
  const categoryOf = Int32Array.from({ length: products }, (_, s) => s % categories);
  const levels = Float64Array.from({ length: products }, () => 8 + 40 * random.uniform());
  const typical = Array.from({ length: categories }, () => ({
    uplift: 0.5 + 0.4 * random.uniform(),
    elasticity: -1 - random.uniform(),
  }));
  const uplift = Float64Array.from(categoryOf, (c) => typical[c].uplift + 0.2 * random.normal());
  const elasticity = Float64Array.from(categoryOf, (c) => typical[c].elasticity + 0.4 * random.normal());
  const promo = new Uint8Array(cells);
  const price = new Float32Array(cells).fill(10);
  for (let s = 0; s < products && options.planned !== false; s++) {
    if (apart) {
      for (let d = random.integer(60); d < days; ) {
        const length = 14 + random.integer(28);
        const level = [9, 10, 11, 10, 12][random.integer(5)];
        price.fill(level, s * days + d, s * days + Math.min(days, d + length));
        d += length;
      }
    }
    for (let d = random.integer(60); d < days; d += 42 + random.integer(43)) {
      for (let i = d; i < Math.min(days, d + 7); i++) {
        promo[s * days + i] = 1;
        if (!apart) price[s * days + i] = 8;
      }
    }
  }
  const plain = new Float64Array(cells);
  const expected = new Float64Array(cells);
  for (let d = 0; d < days; d++) {
    const noise = Math.exp(0.03 * random.normal());
    const extra = new Float64Array(categories);
    const size = new Float64Array(categories);
    const own = new Float64Array(products);
    for (let s = 0; s < products; s++) {
      const at = s * days + d;
      plain[at] = levels[s] * WEEKDAYS[d % 7] * noise;
      const log = uplift[s] * promo[at] + elasticity[s] * Math.log(price[at] / 10);
      own[s] = plain[at] * (Math.exp(log) - 1);
      extra[categoryOf[s]] += own[s];
      size[categoryOf[s]] += plain[at];
    }
    for (let s = 0; s < products; s++) {
      const at = s * days + d;
      const c = categoryOf[s];
      const others = size[c] - plain[at];
      const share = others > 0 ? (extra[c] - own[s]) / others : 0;
      expected[at] = (plain[at] + own[s]) * Math.max(0.2, 1 - cannibalisation * share);
    }
  }
  const units = expected.map((mean) => negativeBinomial(random, mean, 15));
  const names = Array.from({ length: categories }, (_, c) => `Category ${c}`);
  const panel: Panel = {
    startDay: START,
    days,
    seriesCount: products,
    ids: Array.from({ length: products }, (_, s) => `P${s}`),
    categories: names,
    categoryOf,
    units,
    firstDay: new Int32Array(products),
    ...(options.planned !== false && { price, promo }),
  };
  return { panel, expected, plain, uplift, elasticity };
}

/** Records of the shop, as a merchant would hand them over. */
export function recordsOf({ panel }: PromotionShop, dateOf: (day: number) => string) {
  return Array.from({ length: panel.units.length }, (_, at) => {
    const s = Math.floor(at / panel.days);
    return {
      date: dateOf(panel.startDay + (at % panel.days)),
      productId: panel.ids[s],
      category: panel.categories[panel.categoryOf[s]],
      units: panel.units[at],
      ...(panel.price && { price: panel.price[at] }),
      ...(panel.promo && { promo: panel.promo[at] === 1 }),
    };
  });
}
