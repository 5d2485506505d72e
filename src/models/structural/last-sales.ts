import type { Progress } from '../../long-call.js';
import { log } from '../../math/index.js';
import type { PooledSales } from './pooling.js';

/** Minus the log of the probability that none of a product's sales falls in a silence by chance, from which it is an end. */
const END_EVIDENCE = 8;
/** Share of the silent steps that the year before must have observed to tell which of both. */
const COMPARED = 0.5;
/** Share of the usual selling steps that the same days of the year before had if the silence is an end. */
const LEAST_SHARE = 0.5;

/**
 * Finds where sales ended for good: the step after the last sale if the silence since is no chance, and the year before was not
 * silent on these days; the number of steps for all others. Sales in seasons end for good only if they missed one, and a shop
 * where nothing sells any more is out of season.
 */
export function* lastSales({
  units,
  steps,
  seriesCount,
  grid,
}: PooledSales): Generator<Progress, Int32Array, void> {
  const ends = new Int32Array(seriesCount).fill(steps);
  let living = 0;
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'last sales', done: s, total: seriesCount };
    const own = units.subarray(s * steps, (s + 1) * steps);
    const first = own.findIndex((value) => value > 0);
    if (first < 0) continue;
    const end = own.findLastIndex((value) => value > 0) + 1;
    const [life, silence] = [countOf(own, first, end), countOf(own, end, steps)];
    const evidence = (life.selling - 1) * log(1 + silence.observed / life.observed);
    const length = Math.min(steps - end, grid.year);
    const before = countOf(own, Math.max(0, end - grid.year), end - grid.year + length);
    const isSeason =
      before.observed >= COMPARED * length &&
      before.selling * life.observed < LEAST_SHARE * life.selling * before.observed;
    if (evidence >= END_EVIDENCE && !isSeason) ends[s] = end;
    else living++;
  }
  return living > 0 ? ends : ends.fill(steps);
}

/** Observed steps, and those with sales. */
function countOf(values: ArrayLike<number>, from: number, to: number) {
  let [observed, selling] = [0, 0];
  for (let i = from; i < to; i++) {
    if (Number.isNaN(values[i])) continue;
    observed++;
    if (values[i] > 0) selling++;
  }
  return { observed, selling };
}

/**
 * The same sales without the steps after the ends: those of one product are no season of the others.
 *
 * @param ends of {@link lastSales}
 */
export function withoutEnds<T extends PooledSales>(sales: T, ends: Int32Array): T {
  const { steps } = sales;
  if (ends.every((end) => end === steps)) return sales;
  const units = sales.units.slice();
  ends.forEach((end, s) => {
    units.fill(Number.NaN, s * steps + end, (s + 1) * steps);
  });
  return { ...sales, units };
}
