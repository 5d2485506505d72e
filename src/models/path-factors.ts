import type { createPacer } from '../long-call.js';
import { square } from '../math/index.js';
import { numberAt } from '../present.js';
import { COARSE_SCORES, type Expansion, expansionOf, FactorSum, loadFor } from './normal-scores.js';
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
  /** True if any step has something in common with the same step of other series. */
  readonly sharesDays: boolean;
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
  const grid = COARSE_SCORES;
  const query = { ranges: ends.map((to) => ({ from: 0, to })), series, probabilities: grid.probabilities };
  const sums = { grid, columns: await laws({ ...query, together: false }), whole: false };
  const everything = { grid, columns: await laws({ ...query, together: true }), whole: false };
  const lasting = new Float64Array(series.length * blocks.length);
  const shop = new ShopSums(series.length, blocks.length, horizon);
  let done = 0;
  for await (const { table, law, place } of eachSeries(laws, series, horizon, whole)) {
    let before = new FactorSum();
    for (const [k, { from, to }] of blocks.entries()) {
      const days = Array.from({ length: to - from }, (_, i) => expansionOf(table, law + from + i));
      const part = new FactorSum();
      for (const day of days) part.add(day);
      const { variance } = expansionOf(sums, place * blocks.length + k);
      const sofar = before;
      const load = loadFor(variance, LARGEST_LOAD, (one) => plus(sofar, part, one).variance);
      before = plus(before, part, load);
      lasting[place * blocks.length + k] = load;
      shop.add(place, k, { days, load, from, variance: before.variance });
    }
    await pace({ phase: 'laws of days', done: ++done, total: series.length });
  }
  const common = blocks.map((block, k) => shop.share(k, block, expansionOf(everything, k).variance));
  return {
    sharesDays: common.some(({ ofDays }) => ofDays > 0),
    partsOf: (place) =>
      blocks.flatMap(({ from, to }, k) => {
        const load = numberAt(lasting, place * blocks.length + k);
        const { ofLasting = 0, ofDays = 0 } = common[k] ?? {};
        const rest = Math.sqrt(1 - square(load));
        const parts: ScoreParts = {
          shared: load * ofLasting,
          own: load * Math.sqrt(1 - square(ofLasting)),
          sharedDay: rest * Math.sqrt(ofDays),
          day: rest * Math.sqrt(1 - ofDays),
        };
        return new Array<ScoreParts>(to - from).fill(parts);
      }),
  };
}

function plus(before: FactorSum, part: FactorSum, load: number): FactorSum {
  const sum = new FactorSum();
  sum.addAll(before, 1);
  sum.addAll(part, load);
  return sum;
}

/** Sums of all series over the first blocks, which are correlated block by block. */
class ShopSums {
  /** First terms of the lasting part of each series, block-major, and variances of its sum up to the end of the block. */
  private readonly first: Float64Array;
  private readonly second: Float64Array;
  private readonly variance: Float64Array;
  /** First terms that the series have in common so far. */
  private readonly sharedFirst: Float64Array;
  private readonly sharedSecond: Float64Array;
  /** Sums over the series, for each step, of the first terms of what does not last, and of their squares. */
  private readonly days: Float64Array;
  private readonly daySquares: Float64Array;
  /** Variance that shared days have added so far. */
  private added = 0;

  constructor(
    private readonly count: number,
    blocks: number,
    horizon: number,
  ) {
    this.first = new Float64Array(blocks * count);
    this.second = new Float64Array(blocks * count);
    this.variance = new Float64Array(blocks * count);
    this.sharedFirst = new Float64Array(count);
    this.sharedSecond = new Float64Array(count);
    this.days = new Float64Array(horizon);
    this.daySquares = new Float64Array(horizon);
  }

  add(
    place: number,
    block: number,
    {
      days,
      load,
      from,
      variance,
    }: { days: readonly Expansion[]; load: number; from: number; variance: number },
  ): void {
    const at = block * this.count + place;
    this.variance[at] = variance;
    const rest = Math.sqrt(1 - square(load));
    days.forEach(({ first, second }, i) => {
      this.first[at] = numberAt(this.first, at) + load * first;
      this.second[at] = numberAt(this.second, at) + square(load) * second;
      this.days[from + i] = numberAt(this.days, from + i) + rest * first;
      this.daySquares[from + i] = numberAt(this.daySquares, from + i) + square(rest * first);
    });
  }

  /** Parts that series have in common in a block, of what lasts and, where that is not enough, of days by themselves. */
  share(
    block: number,
    { from, to }: { readonly from: number; readonly to: number },
    wanted: number,
  ): { readonly ofLasting: number; readonly ofDays: number } {
    const ofLasting = loadFor(wanted, 1, (load) => this.varianceAt(block, load));
    for (let i = 0; i < this.count; i++) {
      this.sharedFirst[i] = this.firstAt(block, i, ofLasting);
      this.sharedSecond[i] = this.secondAt(block, i, ofLasting);
    }
    let ofOneDay = 0;
    for (let h = from; h < to; h++) ofOneDay += square(numberAt(this.days, h)) - numberAt(this.daySquares, h);
    const missing = wanted - this.varianceAt(block, 0, true);
    const ofDays = ofOneDay > 0 ? Math.min(1, Math.max(0, missing / ofOneDay)) : 0;
    this.added += ofDays * ofOneDay;
    return { ofLasting, ofDays };
  }

  /** @param known true if what is shared in the block is known already */
  private varianceAt(block: number, load: number, known = false): number {
    let sum = this.added;
    const shared = new FactorSum();
    for (let i = 0; i < this.count; i++) {
      sum += numberAt(this.variance, block * this.count + i);
      const first = known ? numberAt(this.sharedFirst, i) : this.firstAt(block, i, load);
      const second = known ? numberAt(this.sharedSecond, i) : this.secondAt(block, i, load);
      shared.add({ first, second, variance: 0 });
    }
    return sum + shared.variance;
  }

  private firstAt(block: number, i: number, load: number): number {
    return numberAt(this.sharedFirst, i) + load * numberAt(this.first, block * this.count + i);
  }

  private secondAt(block: number, i: number, load: number): number {
    return numberAt(this.sharedSecond, i) + square(load) * numberAt(this.second, block * this.count + i);
  }
}
