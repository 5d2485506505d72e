import type { Progress } from '../../long-call.js';
import { selectRank } from '../../math/select-rank.js';
import type { EventDays } from './event-days.js';

/** The columns of a history in which giant orders are found and blanked. */
interface GiantColumns {
  readonly steps: number;
  readonly seriesCount: number;
  readonly units: Float64Array;
  readonly events: EventDays;
  readonly promo: Uint8Array | undefined;
}

/** Multiple of the least of the largest values above which a value is a giant order. */
const GIANT = 4;
/** Share of the selling days that count as the largest values; at least two. */
const LARGEST_SHARE = 0.01;
const FEWEST_LARGEST = 2;

/**
 * Blanks orders and returns far beyond anything else that the series ever sold: they say nothing about demand
 * on other days. Sales on days of an event or a promotion are kept, and a level shift is not affected.
 *
 * The rule of the panel (`panel/giant-orders.ts`) compares a day with the usual ones; this one compares it with the largest
 * ones, so that a series whose sizes vary widely keeps its large days.
 */
export function* leaveOutGiants({
  steps,
  seriesCount,
  units,
  events,
  promo,
}: GiantColumns): Generator<Progress, void, void> {
  const sizes = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'read history', done: s, total: seriesCount };
    const own = units.subarray(s * steps, (s + 1) * steps);
    let count = 0;
    for (let i = 0; i < steps; i++)
      if (own[i] !== 0 && !Number.isNaN(own[i])) sizes[count++] = Math.abs(own[i]);
    const rank = Math.max(FEWEST_LARGEST, Math.ceil(LARGEST_SHARE * count));
    if (count <= rank) continue;
    const eventOf = events.of(s);
    const limit = GIANT * selectRank(sizes, count, count - 1 - rank);
    for (let i = 0; i < steps; i++) {
      const explained = own[i] > 0 && (eventOf[i] >= 0 || promo?.[s * steps + i] === 1);
      if (Math.abs(own[i]) > limit && !explained) own[i] = Number.NaN;
    }
  }
}
