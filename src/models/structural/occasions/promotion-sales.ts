import { LEAST_RATIO } from './event-sales.js';

/** Share of the promotions that must have sales, and fewest promotions. */
const KEPT_SHARE = 0.8;
const FEWEST = 3;
/** Least number of observed steps without a promotion, in days. */
const FEWEST_OUTSIDE = 91;
/** Weight of a promotion relative to the one after it. */
const FADE = 0.7;

/**
 * Units of a promoted step of a series that sells many times as much in promotions as without, every time; undefined for
 * any other.
 *
 * @param values of one series by step, NaN where missing
 * @param promo 1 on promoted steps
 */
export function findPromotionSales(
  values: Float64Array,
  promo: Uint8Array,
  stepDays: number,
): number | undefined {
  const first = values.findIndex((value) => value > 0);
  if (first < 0) return undefined;
  let [usual, outside, sold, promoted] = [0, 0, 0, 0];
  let [promotions, selling, units, steps] = [0, 0, 0, 0];
  let own = 0;
  for (let i = first; i < values.length; i++) {
    if (promo[i] !== 1) {
      own = 0;
      if (Number.isNaN(values[i])) continue;
      usual += values[i];
      outside++;
      continue;
    }
    if (i === first || promo[i - 1] !== 1) {
      promotions++;
      units *= FADE;
      steps *= FADE;
    }
    if (Number.isNaN(values[i])) continue;
    if (own === 0 && values[i] > 0) selling++;
    own += values[i];
    sold += values[i];
    promoted++;
    units += values[i];
    steps++;
  }
  if (promotions < FEWEST || selling < KEPT_SHARE * promotions || outside < FEWEST_OUTSIDE / stepDays)
    return undefined;
  usual /= outside;
  return sold > 0 && sold >= LEAST_RATIO * usual * promoted ? Math.max(0, units / steps - usual) : undefined;
}
