import type { Progress } from '../../long-call.js';
import { square } from '../../math/index.js';
import type { StepGrid } from '../step-grid.js';
import { centredMean, scratchFor } from './centred-mean.js';

/**
 * Basis for pooling series: each is scaled by its own size and weighted by its precision, so that none
 * dominates the factors of its category, however much it sells.
 */
export interface Pooling {
  /** Mean sales of each series in its last observed year; 0 where nothing was sold. */
  readonly mean: Float64Array;
  /** Variance of a step's sales around their moving average, over the squared mean. */
  readonly noise: Float64Array;
  /** Weight of each series, 0 where nothing was sold. */
  readonly weight: Float64Array;
  /** Share of steps without sales. */
  readonly zeroShare: Float64Array;
  /**
   * Root mean square of the moving average of each series, at least its mean: its size while it sold, even if it no longer
   * does. Sales over it are small in all of a history; over the mean of a product that has faded they are not.
   */
  readonly size: Float64Array;
}

/** The sales of a panel that are pooled. */
export interface PooledSales {
  readonly grid: StepGrid;
  readonly steps: number;
  readonly seriesCount: number;
  /** Series-major, NaN where missing. */
  readonly units: Float64Array | Float32Array;
}

/** Noise floor, which keeps a precise series from dominating what is learnt from several. */
export const LEAST_NOISE = 0.05;
/** Days on each side of a step in the moving average of a series. */
const COURSE_HALF_DAYS = 14;
/** Variance of true factors between series, which keeps a precise series from dominating its category. */
const BETWEEN_SERIES = 0.05;
/** Days of history that give a series half of its weight. */
const HALF_WEIGHT_DAYS = 182;

export function* poolingOf(history: PooledSales): Generator<Progress, Pooling, void> {
  const { steps, seriesCount, units, grid } = history;
  const yearSteps = Math.round(365 / grid.stepDays);
  const mean = new Float64Array(seriesCount);
  const noise = new Float64Array(seriesCount);
  const weight = new Float64Array(seriesCount);
  const zeroShare = new Float64Array(seriesCount).fill(1);
  const size = new Float64Array(seriesCount);
  const course = new Float64Array(steps);
  const scratch = scratchFor(steps);
  const half = Math.max(2, Math.round(COURSE_HALF_DAYS / grid.stepDays));
  for (let s = 0; s < seriesCount; s++) {
    const own = units.subarray(s * steps, (s + 1) * steps);
    let sum = 0;
    let observed = 0;
    let zeros = 0;
    for (let i = steps - 1; i >= 0 && observed < yearSteps; i--) {
      if (Number.isNaN(own[i])) continue;
      sum += own[i];
      observed++;
      if (own[i] === 0) zeros++;
    }
    if (observed === 0) continue;
    zeroShare[s] = zeros / observed;
    centredMean(own, half, course, scratch);
    let squares = 0;
    let level = 0;
    let count = 0;
    for (let i = 0; i < steps; i++) {
      if (Number.isNaN(own[i])) continue;
      squares += square(own[i] - course[i]);
      level += course[i] * course[i];
      count++;
    }
    noise[s] = level > 0 ? squares / level : 1;
    size[s] = Math.sqrt(level / count);
    if (!(sum > 0)) continue;
    mean[s] = sum / observed;
    size[s] = Math.max(mean[s], size[s]);
    const known = count / (count + HALF_WEIGHT_DAYS / grid.stepDays);
    weight[s] = known / (BETWEEN_SERIES + noise[s] / grid.week);
    yield { phase: 'pooling', done: s + 1, total: seriesCount };
  }
  return { mean, noise, weight, zeroShare, size };
}

/** The series of each group that sold anything. */
export function groupMembers(
  { groupCount, groupOf }: Pick<PooledGroups, 'groupCount' | 'groupOf'>,
  { weight }: Pick<Pooling, 'weight'>,
): number[][] {
  const members: number[][] = Array.from({ length: groupCount }, () => []);
  groupOf.forEach((group, s) => {
    if (weight[s] > 0) members[group].push(s);
  });
  return members;
}

/** Groups in which series are pooled. */
export interface PooledGroups {
  readonly steps: number;
  readonly seriesCount: number;
  readonly groupCount: number;
  readonly groupOf: Int32Array;
  /** 1 on steps of a series with an event that others do not have; they are left out. */
  readonly events?: { own(series: number): ArrayLike<number> | undefined };
}

/**
 * The weighted mean of series relative to their own sizes, one index for each group and, last, for all:
 * group-major, `(groupCount + 1) * steps` values, NaN where no member is observed. Days of an event that only
 * some series have are left out for these.
 *
 * @param values series-major like the units of the history
 */
export function* groupIndices(
  groups: PooledGroups,
  pooling: Pick<Pooling, 'weight' | 'size'>,
  values: ArrayLike<number>,
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount, groupCount, groupOf, events } = groups;
  const sums = new Float64Array((groupCount + 1) * steps);
  const weights = new Float64Array((groupCount + 1) * steps);
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'pooling', done: s, total: seriesCount };
    const weight = pooling.weight[s];
    if (weight === 0) continue;
    const scale = weight / pooling.size[s];
    const base = groupOf[s] * steps;
    const own = events?.own(s);
    for (let i = 0; i < steps; i++) {
      const value = values[s * steps + i];
      if (Number.isNaN(value) || own?.[i] === 1) continue;
      sums[base + i] += scale * value;
      weights[base + i] += weight;
    }
  }
  const all = groupCount * steps;
  for (let g = 0; g < groupCount; g++) {
    for (let i = 0; i < steps; i++) {
      sums[all + i] += sums[g * steps + i];
      weights[all + i] += weights[g * steps + i];
    }
  }
  for (let i = 0; i < sums.length; i++) sums[i] = weights[i] > 0 ? sums[i] / weights[i] : Number.NaN;
  return sums;
}

/** Rounds of comparing the sizes of series with the index of their own days. */
const BALANCING_ROUNDS = 3;

/**
 * The same indices, where a series that did not sell all the time counts relative to the index of its days: a product of the
 * summer is no larger than one of the whole year for selling in the season.
 */
export function* balancedIndices(
  groups: PooledGroups,
  { weight, size }: Pick<Pooling, 'weight' | 'size'>,
  values: Float64Array,
): Generator<Progress, Float64Array, void> {
  const { steps, groupOf } = groups;
  let balanced = size;
  for (let round = 0; ; round++) {
    const indices = yield* groupIndices(groups, { weight, size: balanced }, values);
    if (round === BALANCING_ROUNDS) return indices;
    balanced = size.map((own, s) => {
      if (weight[s] === 0) return own;
      const index = indices.subarray(groupOf[s] * steps, (groupOf[s] + 1) * steps);
      const ofOwn = meanWhere(index, values.subarray(s * steps, (s + 1) * steps));
      return (own * meanWhere(index, index)) / ofOwn || own;
    });
  }
}

/** Mean of an index over the steps on which others are observed. */
function meanWhere(index: Float64Array, observed: Float64Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < index.length; i++) {
    if (Number.isNaN(index[i]) || Number.isNaN(observed[i])) continue;
    sum += index[i];
    count++;
  }
  return sum / count;
}

/** Total weight of each group and, last, of all. */
export function groupWeights(
  { groupCount, groupOf, seriesCount }: PooledGroups,
  pooling: Pooling,
): Float64Array {
  const totals = new Float64Array(groupCount + 1);
  for (let s = 0; s < seriesCount; s++) {
    totals[groupOf[s]] += pooling.weight[s];
    totals[groupCount] += pooling.weight[s];
  }
  return totals;
}
