import type { Progress } from '../../long-call.js';
import { medianInPlace } from '../../math/select-rank.js';
import type { StructuralHistory } from './history.js';
import { type LevelSteps, PASSING_RATIO, withoutLevelStep } from './level-steps.js';

/** Steps of a block, in days, and blocks on each side whose median is the usual level. */
const BLOCK_DAYS = 7;
const REACH = 6;
const FEWEST_BLOCKS = 5;
/** Least relative distance of a day from the usual level, and in standard deviations. */
const LEAST_DISTANCE = 0.5;
const DAY_DEVIATIONS = 2.5;
/** Standard deviations by which the mean of a burst must differ. */
const SPAN_DEVIATIONS = 5;
/** Ordinary days in a row that end a burst, and share of its days that must stand out. */
const LARGEST_HOLE = 2;
const LEAST_SHARE = 0.6;
/** Length of a burst in days; a longer one is a shift of the level. */
const SHORTEST_DAYS = 2;
const LONGEST_DAYS = 21;
/** Days after a burst on which sales must be usual again: by two thirds, and these by so many standard deviations. */
const AFTERWARDS_DAYS = 7;
const RETURN_DEVIATIONS = 3;
/** Least height, and days, of a burst that need not have ended. */
const PASSING_HEIGHT = PASSING_RATIO - 1;
const SHORTEST_ONGOING_DAYS = 4;
/** Least usual sales of a day before it, as the height of four days of a rare product is chance, and largest height that counts. */
const LEAST_USUAL = 1;
const LARGEST_ONGOING = 8;
/** Least height of its first third, over that of all: a shop that grows day by day has no burst. */
const LEAST_ONSET = 0.7;
/** Ratio of the median absolute deviation of normal values to their standard deviation. */
const MAD_OF_NORMAL = 0.6745;

/** Spans of some days far above or below the level before and after them. */
export interface Bursts {
  /** Series-major: 1 on steps of a burst. */
  readonly steps: Uint8Array;
  /** Sales of the last year over those of its days without bursts, as many days of each: what bursts add on average. */
  readonly share: Float64Array;
  /** Mean sales of the bursts that go on at the end; 0 without. */
  readonly ongoing: Float64Array;
}

/**
 * Finds bursts: promotions, stock-outs and rushes that no record explains and after which sales were as before.
 * The level must not follow them, but on average they are part of what is sold.
 *
 * @param adjusted units over factors, series-major
 * @param levelSteps lasting steps, which are no bursts
 */
export function* findBursts(
  { steps, seriesCount, grid }: StructuralHistory,
  adjusted: Float64Array,
  levelSteps: LevelSteps,
): Generator<Progress, Bursts, void> {
  const found = new Uint8Array(adjusted.length);
  const share = new Float64Array(seriesCount).fill(1);
  const ongoing = new Float64Array(seriesCount);
  if (grid.stepDays !== 1) return { steps: found, share, ongoing };
  const usual = new Float64Array(steps);
  const scratch = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    const own = withoutLevelStep(adjusted.subarray(s * steps, (s + 1) * steps), levelSteps[s]);
    yield { phase: 'bursts', done: s, total: seriesCount };
    if (!usualLevels(own, usual, scratch)) continue;
    const mine = found.subarray(s * steps, (s + 1) * steps);
    const { peak, from } = markBursts(own, usual, relativeDeviation(own, usual, scratch), grid.year, mine);
    ongoing[s] = peak;
    share[s] = shareOf(own.subarray(0, from), usual, mine, grid.year);
  }
  return { steps: found, share, ongoing };
}

/** Writes the median of the means of the blocks around each step; false if there are too few blocks. */
function usualLevels(values: Float64Array, out: Float64Array, scratch: Float64Array): boolean {
  const n = values.length;
  const count = Math.floor(n / BLOCK_DAYS);
  if (count < FEWEST_BLOCKS) return false;
  // Blocks are counted from the end; the first steps belong to the first whole block.
  const start = n - count * BLOCK_DAYS;
  const means = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let sum = 0;
    let observed = 0;
    const end = start + (k + 1) * BLOCK_DAYS;
    for (let i = end - BLOCK_DAYS; i < end; i++) {
      if (Number.isNaN(values[i])) continue;
      sum += values[i];
      observed++;
    }
    means[k] = observed > 0 ? sum / observed : Number.NaN;
  }
  for (let k = 0; k < count; k++) {
    let around = 0;
    const last = Math.min(count - 1, k + REACH);
    for (let block = Math.max(0, k - REACH); block <= last; block++) {
      if (!Number.isNaN(means[block])) scratch[around++] = means[block];
    }
    const median = around >= FEWEST_BLOCKS ? medianInPlace(scratch, around) : Number.NaN;
    const from = k === 0 ? 0 : start + k * BLOCK_DAYS;
    out.fill(median, from, start + (k + 1) * BLOCK_DAYS);
  }
  return true;
}

/** Robust standard deviation of a day around the usual level, relative to it. */
function relativeDeviation(values: Float64Array, usual: Float64Array, scratch: Float64Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]) || !(usual[i] > 0)) continue;
    scratch[count++] = Math.abs(values[i] / usual[i] - 1);
    sum += usual[i];
  }
  if (count === 0) return Number.POSITIVE_INFINITY;
  const measured = medianInPlace(scratch, count) / MAD_OF_NORMAL;
  return Math.max(measured, 1 / Math.sqrt(sum / count));
}

/** Marks the steps of bursts. @returns the mean and the first step of one that goes on at the end; 0 and the end without */
function markBursts(
  values: Float64Array,
  usual: Float64Array,
  deviation: number,
  year: number,
  out: Uint8Array,
): { readonly peak: number; readonly from: number } {
  const distance = Math.max(LEAST_DISTANCE, DAY_DEVIATIONS * deviation);
  const end = values.length;
  let ongoing = { peak: 0, from: end };
  for (const sign of [1, -1]) {
    const standsOut = (i: number) => usual[i] > 0 && sign * (values[i] / usual[i] - 1) > distance;
    for (let i = 0; i < end; i++) {
      if (!standsOut(i)) continue;
      const from = i;
      let [to, marked] = [i + 1, 1];
      for (let next = to; next < end && next - to <= LARGEST_HOLE; next++) {
        if (!standsOut(next)) continue;
        to = next + 1;
        marked++;
      }
      i = to - 1;
      const length = to - from;
      if (length < SHORTEST_DAYS || length > LONGEST_DAYS || marked < LEAST_SHARE * length) continue;
      const height = sign * relativeMean(values, usual, from, to).mean;
      if (height < Math.max(LEAST_DISTANCE, (SPAN_DEVIATIONS * deviation) / Math.sqrt(length))) continue;
      const after = relativeMean(values, usual, to, Math.min(end, to + AFTERWARDS_DAYS));
      const clear = (2 / 3) * height > (RETURN_DEVIATIONS * deviation) / Math.sqrt(after.observed);
      const ended = clear && sign * after.mean < height / 3;
      const goesOn =
        sign * height > PASSING_HEIGHT &&
        length >= SHORTEST_ONGOING_DAYS &&
        end - to <= LARGEST_HOLE &&
        usual[from] >= LEAST_USUAL &&
        relativeMean(values, usual, from, from + Math.ceil(length / 3)).mean > LEAST_ONSET * height &&
        !(values[from - year] >= 0);
      if (ended || goesOn) out.fill(1, from, to);
      if (!ended && goesOn) ongoing = { peak: usual[from] * (1 + height), from };
    }
  }
  return ongoing;
}

/** Mean relative distance from the usual level. */
function relativeMean(values: Float64Array, usual: Float64Array, from: number, to: number) {
  let [sum, observed] = [0, 0];
  for (let i = from; i < to; i++) {
    if (Number.isNaN(values[i]) || !(usual[i] > 0)) continue;
    sum += values[i] / usual[i] - 1;
    observed++;
  }
  return { mean: observed > 0 ? sum / observed : 0, observed };
}

/** Sales over those without bursts. High ones of less than a year are taken for those of a whole one. */
function shareOf(values: Float64Array, usual: Float64Array, bursts: Uint8Array, window: number): number {
  let [beyond, sum, within] = [0, 0, 0];
  for (let i = Math.max(0, values.length - window); i < values.length; i++) {
    if (Number.isNaN(values[i]) || !(usual[i] > 0)) continue;
    sum += usual[i];
    if (bursts[i] === 0) continue;
    beyond += values[i] - usual[i];
    within += usual[i];
  }
  const years = beyond > PASSING_HEIGHT * within ? Math.min(1, values.length / window) : 1;
  return sum > 0 ? 1 + (years * beyond) / sum : 1;
}

/** Makes the values of bursts missing, in place; series-major. */
export function leaveOutBursts(values: Float64Array, { steps }: Bursts): void {
  for (let i = steps.indexOf(1); i >= 0; i = steps.indexOf(1, i + 1)) values[i] = Number.NaN;
}

/** Height of a burst over a level, less one; 0 without. */
export function burstHeight(peak: number, level: number): number {
  return peak > level ? Math.min(LARGEST_ONGOING, peak / level - 1) : 0;
}
