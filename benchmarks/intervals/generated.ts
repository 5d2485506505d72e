import type { Panel } from 'commerce-forecast';
import { createRandom } from '../../src/random.js';
import { negativeBinomial } from '../../src/testing/distributions.js';

/** What moves the level of generated products. */
export const DRIFTS = ['stationary', 'own drift', 'common drift', 'both'] as const;
export type Drift = (typeof DRIFTS)[number];

/** Standard deviation of the log of a level after 28 days. */
const OWN_DRIFT = 0.05;
const COMMON_DRIFT = 0.03;
const CATEGORIES = 5;
/** Shape of the negative binomial distribution of a day. */
const SHAPE = 4;

/**
 * Generates a shop whose law is known: levels between 0.5 and 50 a day that stand still or walk at random, by
 * themselves or together with their category; weekdays and a mild season; negative binomial days.
 */
export function driftingShop(
  drift: Drift,
  { products, days, seed }: { readonly products: number; readonly days: number; readonly seed: number },
): Panel {
  const random = createRandom(seed, DRIFTS.indexOf(drift));
  const own = drift === 'own drift' || drift === 'both' ? OWN_DRIFT / Math.sqrt(28) : 0;
  const common = drift === 'common drift' || drift === 'both' ? COMMON_DRIFT / Math.sqrt(28) : 0;
  const walk = (deviation: number) => {
    const path = new Float64Array(days);
    for (let d = 1; d < days; d++) path[d] = path[d - 1] + (deviation > 0 ? deviation * random.normal() : 0);
    return path;
  };
  const shared = Array.from({ length: CATEGORIES }, () => walk(common));
  const units = new Float64Array(products * days);
  for (let s = 0; s < products; s++) {
    const level = 0.5 * 100 ** random.uniform();
    const path = walk(own);
    const category = shared[s % CATEGORIES];
    for (let d = 0; d < days; d++) {
      const calendar =
        (1 + 0.2 * Math.sin((2 * Math.PI * d) / 7)) * (1 + 0.15 * Math.sin((2 * Math.PI * d) / 365.25));
      units[s * days + d] = negativeBinomial(
        random,
        level * calendar * Math.exp(path[d] + category[d]),
        SHAPE,
      );
    }
  }
  return {
    startDay: 19_000,
    days,
    seriesCount: products,
    ids: Array.from({ length: products }, (_, s) => `P${s}`),
    categories: Array.from({ length: CATEGORIES }, (_, c) => `C${c}`),
    categoryOf: Int32Array.from({ length: products }, (_, s) => s % CATEGORIES),
    units,
    firstDay: new Int32Array(products),
  };
}
