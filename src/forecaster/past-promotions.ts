import type { Panel } from '../panel/panel.js';
import { numberAt } from '../present.js';

/** A promotion of one series: days of the panel, `to` excluded. */
export interface PastPromotion {
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** Longest break within a promotion, in days: a closed Sunday, a missing record. */
const LONGEST_BREAK = 1;

/** The promotions of series, each a run of promoted days. */
export function findPromotions(panel: Panel, chosen: readonly number[]): PastPromotion[] {
  const { promo, days } = panel;
  if (!promo) return [];
  return chosen.flatMap((series) => {
    const found: PastPromotion[] = [];
    let from = -1;
    let last = -1;
    for (let d = 0; d <= days; d++) {
      if (d < days && promo[series * days + d] === 1) {
        if (from < 0) from = d;
        last = d;
      } else if (from >= 0 && (d === days || d - last > LONGEST_BREAK)) {
        found.push({ series, from, to: last + 1 });
        from = -1;
      }
    }
    return found;
  });
}

/** Last known price of a series, up to a day, on a day without a promotion; NaN if there is none. */
export function priceWithout({ price, promo, days }: Panel, series: number, day: number): number {
  if (!price) return Number.NaN;
  for (let d = day; d >= 0; d--) {
    const cell = series * days + d;
    const paid = numberAt(price, cell);
    if (promo?.[cell] !== 1 && paid > 0) return paid;
  }
  return Number.NaN;
}
