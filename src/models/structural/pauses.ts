import type { Progress } from '../../long-call.js';
import { observedCount } from '../mean-size.js';
import { scratchFor } from './centred-mean.js';
import { findGaps } from './gaps.js';
import type { StructuralHistory } from './history.js';

/** A spell without sales of one series, from a step to before another one. */
export interface Pause {
  readonly series: number;
  readonly from: number;
  readonly to: number;
}

/** Days of the longest pause; longer ones are the rest of a season. */
const LONGEST_DAYS = 70;
/** Share of the days of a pause that another year must have observed to tell whether it recurs. */
const COMPARED = 0.5;

/**
 * Finds pauses of single products: some weeks without any sale that chance does not explain, on days that no
 * other year observed. The product was out of stock, or its sales were not recorded; a season learnt from one
 * year would remember a pause as a time in which nobody buys.
 */
export function* findPauses({
  units,
  steps,
  seriesCount,
  grid,
}: StructuralHistory): Generator<Progress, Pause[], void> {
  const even = new Float64Array(steps).fill(1);
  const scratch = scratchFor(steps);
  const pauses: Pause[] = [];
  for (let series = 0; series < seriesCount; series++) {
    const own = units.subarray(series * steps, (series + 1) * steps);
    for (const { from, to } of findGaps(own, even, grid.stepDays, scratch).past) {
      if ((to - from) * grid.stepDays > LONGEST_DAYS || seenAgain(own, from, to, grid.year)) continue;
      pauses.push({ series, from, to });
    }
    yield { phase: 'pauses', done: series, total: seriesCount };
  }
  return pauses;
}

/** True if these steps were observed in the year before or after. */
function seenAgain(units: Float64Array, from: number, to: number, year: number): boolean {
  return [-year, year].some((shift) => {
    const there = units.subarray(Math.max(0, from + shift), Math.max(0, to + shift));
    return observedCount(there) >= COMPARED * (to - from);
  });
}
