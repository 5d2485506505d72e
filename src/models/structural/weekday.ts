import { DAYS_OF_52_WEEKS, WEEK_DAYS } from '../../calendar/weeks.js';
import type { Progress } from '../../long-call.js';
import { square } from '../../math/index.js';
import { centredMean, type Scratch, scratchFor } from './centred-mean.js';
import type { StructuralHistory } from './history.js';
import { groupIndices, groupWeights, type Pooling } from './pooling.js';
import {
  type Deviation,
  deviationOf,
  type HalvedFactors,
  mixFactors,
  NO_DEVIATION,
  ownShares,
} from './shrinkage.js';

/** Days from which weekdays are learnt. */
const WINDOW = DAYS_OF_52_WEEKS;
/** Least weeks, and least expected sales, after which a weekday without sales counts as closed. */
const CLOSED_WEEKS = 8;
const CLOSED_EXPECTED = 8;
/** Least factor of a weekday that is not closed. */
const LEAST_FACTOR = 0.02;
/** Weeks of history at which a series keeps half of its own weekday factors. */
const HALF_WEEKS = 4;

/**
 * Weekday factors of every series, series-major, 7 each: sales over the mean of the week around them, shrunk to those of
 * the category and of all. A weekday on which nothing was ever sold gets 0.
 *
 * @param values units adjusted for the other factors
 */
export function* weekdayFactors(
  history: StructuralHistory,
  pooling: Pooling,
  values: Float64Array,
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount, groupCount, groupOf, grid } = history;
  const factors = new Float64Array(seriesCount * WEEK_DAYS).fill(1);
  if (grid.stepDays !== 1) return factors;
  const scratch = { ...scratchFor(steps), mean: new Float64Array(steps) };
  const indices = yield* groupIndices(history, pooling, values);
  const weights = groupWeights(history, pooling);
  const { common } = history.events;
  const own = (g: number) => ratios(history, indices.subarray(g * steps, (g + 1) * steps), common, scratch);
  const flat = new Float64Array(WEEK_DAYS).fill(1);
  const whole = own(groupCount);
  const all = shrunk(whole, flat, ownShares([deviationOf(whole, flat)], [1])[0] * whole.known);
  const groups = Array.from({ length: groupCount }, (_, g) => own(g));
  const groupShares = ownShares(
    groups.map((group) => deviationOf(group, all)),
    weights,
  );
  const groupFactors = groups.map((group, g) => shrunk(group, all, groupShares[g] * group.known));
  const series: (WeekdayRatios | undefined)[] = [];
  const deviations: Deviation[] = [];
  for (let s = 0; s < seriesCount; s++) {
    const mine = values.subarray(s * steps, (s + 1) * steps);
    const one = pooling.mean[s] > 0 ? ratios(history, mine, history.events.of(s), scratch) : undefined;
    series.push(one);
    deviations.push(one && one.known > 0 ? deviationOf(one, groupFactors[groupOf[s]]) : NO_DEVIATION);
    yield { phase: 'weekdays', done: s, total: seriesCount };
  }
  const shares = ownShares(deviations, pooling.weight, pooling.noise);
  for (const [s, one] of series.entries()) {
    if (s % 64 === 0) yield { phase: 'weekdays', done: s, total: seriesCount };
    const parent = groupFactors[groupOf[s]];
    factors.set(one ? shrunk(one, parent, shares[s] * one.known) : parent, s * WEEK_DAYS);
  }
  return factors;
}

interface WeekdayRatios extends HalvedFactors {
  /** Weight of the ratios by the number of weeks, from 0 to 1. */
  readonly known: number;
}

function ratios(
  { weekday }: StructuralHistory,
  values: Float64Array,
  eventOf: Int32Array,
  scratch: Scratch & { readonly mean: Float64Array },
): WeekdayRatios {
  const { mean } = scratch;
  centredMean(values, WEEK_DAYS >> 1, mean, scratch);
  const sold = [new Float64Array(WEEK_DAYS), new Float64Array(WEEK_DAYS)];
  const expected = [new Float64Array(WEEK_DAYS), new Float64Array(WEEK_DAYS)];
  const weeks = new Float64Array(WEEK_DAYS);
  const last = values.length - 1;
  const from = Math.max(0, values.length - WINDOW);
  const isUsual = (i: number) => !Number.isNaN(values[i]) && mean[i] > 0 && !(eventOf[i] >= 0);
  let observed = 0;
  for (let i = from; i <= last; i++) {
    if (!isUsual(i)) continue;
    const half = Math.floor((last - i) / WEEK_DAYS) % 2;
    sold[half][weekday[i]] += values[i];
    expected[half][weekday[i]] += mean[i];
    weeks[weekday[i]]++;
    observed++;
  }
  const soldInAll = sold[0].map((x, k) => x + sold[1][k]);
  const expectedInAll = expected[0].map((x, k) => x + expected[1][k]);
  let squares = 0;
  let total = 0;
  for (let i = from; i <= last; i++) {
    if (!isUsual(i)) continue;
    // Around the ratios of weekdays: sales of the weekend alone are no noise.
    squares += square(values[i] - (mean[i] * soldInAll[weekday[i]]) / expectedInAll[weekday[i]]);
    total += mean[i];
  }
  const dispersion = total > 0 ? squares / total : 0;
  const closed = (k: number) =>
    soldInAll[k] === 0 && weeks[k] >= CLOSED_WEEKS && expectedInAll[k] >= CLOSED_EXPECTED * dispersion;
  const all = quotient(soldInAll, expectedInAll, closed);
  return {
    all,
    halves: [quotient(sold[0], expected[0], closed), quotient(sold[1], expected[1], closed)],
    // What a single half shows may be chance, and nothing tells how much of it.
    known: sold.every((half) => half.some((units) => units > 0))
      ? observed / (observed + WEEK_DAYS * HALF_WEEKS)
      : 0,
  };
}

/** Ratios with a mean of one over the days that are open; one where nothing was expected. */
function quotient(sold: Float64Array, expected: Float64Array, closed: (k: number) => boolean): Float64Array {
  const out = Float64Array.from(sold, (x, k) =>
    closed(k) ? 0 : expected[k] > 0 ? Math.max(x / expected[k], LEAST_FACTOR) : 1,
  );
  const mean = out.reduce((sum, x) => sum + x, 0) / WEEK_DAYS;
  return mean > 0 ? out.map((x) => x / mean) : out.fill(1);
}

/** Mixes factors with the parent's; a weekday on which the series is closed stays closed. */
function shrunk({ all }: HalvedFactors, parent: Float64Array, share: number): Float64Array {
  const out = new Float64Array(WEEK_DAYS);
  mixFactors(all, parent, share, LEAST_FACTOR, out);
  for (let k = 0; k < WEEK_DAYS; k++) if (all[k] === 0) out[k] = 0;
  return out;
}
