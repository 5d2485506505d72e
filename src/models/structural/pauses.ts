import { findGaps } from './gaps.js';
import type { StructuralHistory } from './history.js';

/** Days of the longest pause; longer ones are the rest of a season. */
const LONGEST_DAYS = 70;
/** Share of the days of a pause that another year must have observed to tell whether it recurs. */
const COMPARED = 0.5;

/**
 * Copy of the values in which a pause of a single product is missing: some weeks without any sale that chance
 * does not explain, on days that no other year observed. It was out of stock, or its sales were not recorded; a
 * season learnt from one year would remember a pause as a time in which nobody buys.
 */
export function withoutPauses(history: StructuralHistory, values: Float64Array): Float64Array {
  const { units, steps, seriesCount, grid } = history;
  const out = values.slice();
  const even = new Float64Array(steps).fill(1);
  for (let s = 0; s < seriesCount; s++) {
    const own = units.subarray(s * steps, (s + 1) * steps);
    for (const { from, to } of findGaps(own, even, grid.stepDays).past) {
      if ((to - from) * grid.stepDays > LONGEST_DAYS || seenAgain(own, from, to, grid.year)) continue;
      out.fill(Number.NaN, s * steps + from, s * steps + to);
    }
  }
  return out;
}

/** True if these steps were observed in the year before or after. */
function seenAgain(units: Float64Array, from: number, to: number, year: number): boolean {
  return [-year, year].some((shift) => {
    let observed = 0;
    for (let i = Math.max(0, from + shift); i < Math.min(units.length, to + shift); i++) {
      if (!Number.isNaN(units[i])) observed++;
    }
    return observed >= COMPARED * (to - from);
  });
}
