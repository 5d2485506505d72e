import type { EventDays } from './event-days.js';

/** The columns of a history that giant orders are found in and left out of. */
interface GiantColumns {
  readonly steps: number;
  readonly seriesCount: number;
  readonly units: Float64Array;
  readonly events: EventDays;
  readonly promo: Uint8Array | undefined;
}

/** A giant is more than so many times the value that the largest values have in common. */
const GIANT = 4;
/** Share of the selling days that are the largest values, of which there are at least two. */
const LARGEST_SHARE = 0.01;
const FEWEST_LARGEST = 2;

/**
 * Makes orders and returns missing that are out of all proportion to what the series ever sold else: they say nothing of
 * demand on other days. Days of an event or a promotion may be as large as they are, and a level that stays up is no giant.
 */
export function leaveOutGiants({ steps, seriesCount, units, events, promo }: GiantColumns): void {
  const sizes = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    const own = units.subarray(s * steps, (s + 1) * steps);
    let count = 0;
    for (let i = 0; i < steps; i++)
      if (own[i] !== 0 && !Number.isNaN(own[i])) sizes[count++] = Math.abs(own[i]);
    const rank = Math.max(FEWEST_LARGEST, Math.ceil(LARGEST_SHARE * count));
    if (count <= rank) continue;
    const eventOf = events.of(s);
    const limit = GIANT * sizes.subarray(0, count).sort()[count - 1 - rank];
    for (let i = 0; i < steps; i++) {
      const explained = own[i] > 0 && (eventOf[i] >= 0 || promo?.[s * steps + i] === 1);
      if (Math.abs(own[i]) > limit && !explained) own[i] = Number.NaN;
    }
  }
}
