import type { Progress } from '../../long-call.js';
import { seasonPositions } from './calendar-columns.js';
import type { StructuralHistory } from './history.js';

/** Parts into which a year is divided. */
const PARTS = 12;
/** Least number of parts of the year without any sale for a product to be seasonal only. */
const FEWEST_EMPTY = 5;
/**
 * Least share of days with a sale in the parts that have some; products below it sell rarely rather than
 * seasonally.
 */
const DENSE = 0.25;
/** Least number of years with sales in a part of the year for it to count as repeated. */
const FEWEST_SELLING_YEARS = 2;

/**
 * Finds the series that sell only in a season, in the same parts of every year. They are not pooled with the
 * seasons of others.
 *
 * @returns 1 for each such series
 */
export function* seasonOnly({
  units,
  steps,
  seriesCount,
  position,
  yearOf,
  years,
  grid,
}: StructuralHistory): Generator<Progress, Uint8Array, void> {
  const found = new Uint8Array(seriesCount);
  const positions = seasonPositions(grid);
  const cellOf = position.map((at, i) => yearOf[i] * PARTS + Math.floor((at * PARTS) / positions));
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'season', done: 0, total: seriesCount };
    const observed = new Float64Array(years * PARTS);
    const selling = new Float64Array(years * PARTS);
    for (let i = 0; i < steps; i++) {
      const value = units[s * steps + i];
      if (Number.isNaN(value)) continue;
      const cell = cellOf[i];
      observed[cell]++;
      if (value > 0) selling[cell]++;
    }
    let [empty, repeated, days, sold, once] = [0, 0, 0, 0, 0];
    for (let part = 0; part < PARTS; part++) {
      let [inYears, ofYears, count, seen] = [0, 0, 0, 0];
      for (let cell = part; cell < years * PARTS; cell += PARTS) {
        count += selling[cell];
        seen += observed[cell];
        if (selling[cell] > 0) inYears++;
        if (observed[cell] > 0) ofYears++;
      }
      if (count === 0) {
        if (seen > 0) empty++;
        continue;
      }
      if (inYears >= FEWEST_SELLING_YEARS) repeated++;
      else if (ofYears >= FEWEST_SELLING_YEARS) once++;
      days += seen;
      sold += count;
    }
    found[s] = empty >= FEWEST_EMPTY && repeated > 0 && repeated >= once && sold >= DENSE * days ? 1 : 0;
  }
  return found;
}
