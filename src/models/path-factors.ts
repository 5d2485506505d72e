import type { createPacer } from '../long-call.js';
import { square } from '../math/index.js';
import { numberAt, present } from '../present.js';
import { coarseScores, type Expansion, expansionOf, FactorSum, loadFor } from './normal-scores.js';
import { eachSeries, type LawSource } from './path-laws.js';

/** Steps over which sums have their own law in paths: errors of long sums are not those of short ones. */
const SUMS = [7, 28, 91, 182, 364];
/** Load beyond which two steps are one. */
const LARGEST_LOAD = Math.sqrt(0.999);

/** Parts of the normal variable of a step, whose squares add up to 1. */
export interface ScoreParts {
  /** Parts that last: those of all series, and of the series itself. */
  readonly shared: number;
  readonly own: number;
  /** Parts of a single step: that of the step of all series, and the rest. */
  readonly sharedDay: number;
  readonly day: number;
}

/** Correlations of the steps of paths, and of the series. */
export interface PathFactors {
  /** Parts of each step of the series at a place in the list. */
  partsOf(place: number): ScoreParts[];
}

/**
 * Finds the parts with which sums over the first 7, 28, 91, ... steps, and over all of them, vary as the model says: first those of the
 * sums of each series, then those of everything together.
 */
export async function pathFactors(
  laws: LawSource,
  series: readonly number[],
  { horizon, whole }: { readonly horizon: number; readonly whole: boolean },
  pace: ReturnType<typeof createPacer>,
): Promise<PathFactors> {
  const ends = [...SUMS.filter((steps) => steps < horizon), horizon];
  const blocks = ends.map((to, k) => ({ from: ends[k - 1] ?? 0, to }));
  const grid = coarseScores();
  const query = { ranges: ends.map((to) => ({ from: 0, to })), series, probabilities: grid.probabilities };
  const sums = { grid, columns: await laws({ ...query, together: false }), whole: false };
  const everything = { grid, columns: await laws({ ...query, together: true }), whole: false };
  const loads = blocks.map(() => new Float64Array(series.length));
  /** First terms of what lasts of each series in each block, and variances of its sum up to there. */
  const parts = blocks.map((): Expansion[] => []);
  /** Sums over the series, for each step, of the first terms of what does not last, and of their squares. */
  const rests = new Float64Array(horizon);
  const restSquares = new Float64Array(horizon);
  let done = 0;
  for await (const { table, law, place } of eachSeries(laws, series, horizon, whole)) {
    let before = new FactorSum();
    for (const [k, { from, to }] of blocks.entries()) {
      const days = Array.from({ length: to - from }, (_, i) => expansionOf(table, law + from + i));
      const part = new FactorSum();
      for (const day of days) part.add(day);
      const known = before;
      const { variance } = expansionOf(sums, place * blocks.length + k);
      const load = loadFor(variance, LARGEST_LOAD, (one) => plus(known, part, one).variance);
      before = plus(before, part, load);
      let [first, second] = [0, 0];
      days.forEach((day, i) => {
        const rest = Math.sqrt(1 - square(load)) * day.first;
        rests[from + i] = numberAt(rests, from + i) + rest;
        restSquares[from + i] = numberAt(restSquares, from + i) + square(rest);
        first += load * day.first;
        second += square(load) * day.second;
      });
      parts[k]?.push({ first, second, variance: before.variance });
      loads[k]?.set([load], place);
    }
    await pace({ phase: 'laws of days', done: ++done, total: series.length });
  }
  let shared: Expansion[] = series.map(() => ({ first: 0, second: 0, variance: 0 }));
  let added = 0;
  const common = blocks.map(({ from, to }, k) => {
    const withPart = (load: number) =>
      (parts[k] ?? []).map(({ first, second, variance }, i): Expansion => {
        const before = present(shared[i], 'series');
        return {
          first: before.first + load * first,
          second: before.second + square(load) * second,
          variance,
        };
      });
    const varianceAt = (load: number) => {
      const sum = new FactorSum();
      for (const law of withPart(load)) sum.add(law);
      return sum.variance + added;
    };
    const { variance: wanted } = expansionOf(everything, k);
    const ofLasting = loadFor(wanted, 1, varianceAt);
    const missing = wanted - varianceAt(ofLasting);
    shared = withPart(ofLasting);
    // Where what lasts is not enough, single steps have something in common.
    let ofSteps = 0;
    for (let h = from; h < to; h++) ofSteps += square(numberAt(rests, h)) - numberAt(restSquares, h);
    const ofDays = ofSteps > 0 ? Math.min(1, Math.max(0, missing / ofSteps)) : 0;
    added += ofDays * ofSteps;
    return { ofLasting, ofDays };
  });
  return {
    partsOf: (place) =>
      common.flatMap(({ ofLasting, ofDays }, k) => {
        const load = numberAt(loads[k] ?? [], place);
        const rest = Math.sqrt(1 - square(load));
        const { from, to } = present(blocks[k], 'block');
        return new Array<ScoreParts>(to - from).fill({
          shared: load * ofLasting,
          own: load * Math.sqrt(1 - square(ofLasting)),
          sharedDay: rest * Math.sqrt(ofDays),
          day: rest * Math.sqrt(1 - ofDays),
        });
      }),
  };
}

function plus(before: FactorSum, part: FactorSum, load: number): FactorSum {
  const sum = new FactorSum();
  sum.addAll(before, 1);
  sum.addAll(part, load);
  return sum;
}
