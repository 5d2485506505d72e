import type { Progress } from '../../long-call.js';
import { log, square } from '../../math/index.js';
import { medianInPlace } from '../../math/select-rank.js';
import { meanOfObserved } from '../mean-size.js';
import { type Scratch, scratchFor, sumUp } from './centred-mean.js';
import type { StructuralHistory } from './history.js';

/** A lasting step of the level of a series: from one step on, sales are a multiple of what they were before. */
export interface LevelStep {
  readonly from: number;
  readonly ratio: number;
}

/** The step of each series, if it has one. */
export type LevelSteps = readonly (LevelStep | undefined)[];

const BLOCK_DAYS = 7;
/** Weeks after a step, and those before it that it is compared with. */
const FEWEST_AFTER = 2;
const MOST_AFTER = 52;
const FEWEST_BEFORE = 8;
const MOST_BEFORE = 26;
/** Least and largest log of the ratio; beyond the largest, a product came back or stopped. */
const LEAST_LOG = log(1.3);
const LARGEST_LOG = log(20);
/**
 * Ratio from which on a rise is the passing one of a feast or a fair, until it has lasted longer than these do, in days. It
 * may be a lasting one where the year before observed the same days.
 */
export const PASSING_RATIO = 2.5;
const PASSING_DAYS = 18;
/** Least standard deviations between the means of both sides. */
const DEVIATIONS = 8;
/** The same, and fewest weeks before a step, in the first year of a shop, which no season is learnt from. */
const FIRST_YEAR_DEVIATIONS = 4.5;
const FIRST_YEAR_BEFORE = 1;
/** Fewest differences of weeks that tell how much these vary; else the days do alone. */
const FEWEST_WEEKS = 9;
/** Share of the weeks on each side that lie on its side of the midpoint; a season rises slowly. */
const CLEAN_SHARE = 0.9;
/** Days at the end that must still show half of the step, in logs; a burst that has just ended does not. */
const LAST_DAYS = 3;
const LEAST_LASTING = 1 / 2;
/** Least part of the step, in logs, that lies between its level and that of all earlier sales. */
const LEAST_NEW = 1 / 2;
/** Largest part of the step, in logs, that the same days of the year before may show; more is a season. */
const LARGEST_RECURRING = 1 / 3;
/** Least standard deviation of the square root of a week's mean, relative to it. */
const LEAST_DEVIATION = 0.05;
/** Ratio of the median absolute difference of two normal values to their standard deviation. */
const MAD_OF_DIFFERENCE = 0.6745 * Math.SQRT2;

/**
 * Finds the step in the last year of each series after which sales stayed at another level, and which the year
 * before did not have at that time. A season learnt from such sales, or their growth, would take the step for
 * its own.
 */
export function* findLevelSteps({
  units,
  promo,
  price,
  steps,
  seriesCount,
  grid,
}: StructuralHistory): Generator<Progress, LevelSteps, void> {
  const width = Math.max(1, Math.round(BLOCK_DAYS / grid.stepDays));
  const blocks = new Float64Array(Math.min(Math.floor(steps / width), MOST_AFTER + MOST_BEFORE));
  const scratch = scratchFor(blocks.length);
  const inFirstYear = steps < grid.year;
  const found: (LevelStep | undefined)[] = [];
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'level steps', done: s, total: seriesCount };
    const [from, to] = [s * steps, (s + 1) * steps];
    const own = units.subarray(from, to);
    const weeks = bestSplit(own, writeBlocks(own, width, blocks), width, grid.year, scratch);
    const step = weeks === undefined ? undefined : stepAt(own, steps - weeks * width, width, grid.year);
    // In so short a history nothing else tells a step from what promotions and prices do.
    const columns = inFirstYear ? [promo, price?.relative] : [];
    const explained = columns.some((column) => column?.subarray(from, to).some((value) => value !== 0));
    found.push(explained ? undefined : step);
  }
  return found;
}

/** Writes the square root of the mean of each week, counted back from the end; NaN without a value. */
function writeBlocks(values: Float64Array, width: number, out: Float64Array): Float64Array {
  for (let k = 0; k < out.length; k++) {
    const end = values.length - k * width;
    const mean = observedMean(values, end - width, end);
    out[k] = mean >= 0 ? Math.sqrt(mean) : Number.NaN;
  }
  return out;
}

/** Weeks after the cleanest step; undefined without one that chance does not explain. */
function bestSplit(
  values: Float64Array,
  blocks: Float64Array,
  width: number,
  year: number,
  scratch: Scratch,
): number | undefined {
  sumUp(blocks, scratch);
  const days = values.length;
  const least = deviationOf(blocks);
  const inFirstYear = days < year;
  const ofDays = inFirstYear ? squaredDifferences(values, width) : undefined;
  const [fewest, evidence] = inFirstYear
    ? [FIRST_YEAR_BEFORE, FIRST_YEAR_DEVIATIONS]
    : [FEWEST_BEFORE, DEVIATIONS];
  let best: number | undefined;
  let strongest = evidence;
  for (let weeks = FEWEST_AFTER; weeks <= Math.min(MOST_AFTER, blocks.length - fewest); weeks++) {
    const end = Math.min(blocks.length, weeks + MOST_BEFORE);
    const [after, before] = [sideOf(scratch, 0, weeks), sideOf(scratch, weeks, end)];
    if (after.count < FEWEST_AFTER || before.count < fewest) continue;
    const pairs = (after.count * before.count) / (after.count + before.count);
    const from = days - weeks * width;
    const within = ofDays ? ofDays[days] - ofDays[from + width] + ofDays[from] : 0;
    const deviation = Math.max(least, Math.sqrt(within / (8 * width)));
    const strength = (Math.abs(after.mean - before.mean) * Math.sqrt(pairs)) / deviation;
    if (!(strength > strongest)) continue;
    strongest = strength;
    const middle = (after.mean + before.mean) / 2;
    const clean =
      shareBeyond(blocks, 0, weeks, middle, after.mean) >= CLEAN_SHARE &&
      shareBeyond(blocks, weeks, end, middle, before.mean) >= CLEAN_SHARE;
    best = clean ? weeks : undefined;
  }
  return best;
}

/**
 * Sums, up to each step, of the squared differences of days a week apart, over the sum of all days. A quarter of their half
 * is the variance of the root of a day.
 */
function squaredDifferences(values: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(values.length + 1);
  let total = 0;
  values.forEach((value, i) => {
    sums[i + 1] = sums[i] + (i < width ? 0 : square(value - values[i - width]) || 0);
    total += value || 0;
  });
  return sums.map((sum) => sum / total);
}

/** Robust standard deviation of a week, as far as the weeks tell. */
function deviationOf(blocks: Float64Array): number {
  const differences = new Float64Array(blocks.length);
  let count = 0;
  for (let k = 1; k < blocks.length; k++) {
    const difference = Math.abs(blocks[k] - blocks[k - 1]);
    if (!Number.isNaN(difference)) differences[count++] = difference;
  }
  const least = LEAST_DEVIATION * meanOfObserved(blocks);
  if (count < FEWEST_WEEKS) return least;
  return Math.max(medianInPlace(differences, count) / MAD_OF_DIFFERENCE, least);
}

function sideOf({ sums, counts }: Scratch, from: number, to: number): { mean: number; count: number } {
  const count = counts[to] - counts[from];
  return { mean: (sums[to] - sums[from]) / count, count };
}

/** Share of the observed weeks on the same side of the middle as `mean`. */
function shareBeyond(blocks: Float64Array, from: number, to: number, middle: number, mean: number): number {
  let [beyond, count] = [0, 0];
  for (let k = from; k < to; k++) {
    if (Number.isNaN(blocks[k])) continue;
    count++;
    if (blocks[k] > middle === mean > middle) beyond++;
  }
  return beyond / count;
}

/** The step next to `near`, or undefined if it is small or the year before had it too. */
function stepAt(values: Float64Array, near: number, width: number, year: number): LevelStep | undefined {
  const from = dayOfStep(values, near, width);
  const inFirstYear = values.length < year;
  if (inFirstYear && values.length - from < FEWEST_AFTER * width - 1) return undefined;
  const reach = MOST_BEFORE * width;
  const ratio = ratioAt(values, from, values.length, reach);
  const isYoung = (values.length - from) * BLOCK_DAYS < PASSING_DAYS * width;
  if (ratio > PASSING_RATIO && isYoung && !(values[from - year] >= 0)) return undefined;
  const size = Math.abs(log(ratio));
  if (!(size > LEAST_LOG && size < LARGEST_LOG)) return undefined;
  const toEarlier = observedMean(values, from, values.length) / observedMean(values, 0, from - reach);
  if (log(toEarlier) / log(ratio) < LEAST_NEW) return undefined;
  if (!(log(lastRatio(values, from, width)) / log(ratio) > LEAST_LASTING)) return undefined;
  const earlier = ratioAt(values, from - year, values.length - year, reach);
  const recurring = log(earlier) / log(ratio);
  return inFirstYear || recurring < LARGEST_RECURRING ? { from, ratio } : undefined;
}

/** Mean of the last days over that of the same weekdays before `from`. */
function lastRatio(values: Float64Array, from: number, width: number): number {
  const end = values.length;
  const start = end - Math.ceil((LAST_DAYS * width) / BLOCK_DAYS);
  const weeks = Math.ceil((end - from) / width);
  const before: number[] = [];
  for (let week = weeks; week < weeks + MOST_BEFORE; week++) {
    before.push(observedMean(values, start - week * width, end - week * width));
  }
  return observedMean(values, start, end) / meanOfObserved(before);
}

/** Mean of the values from `from` to `to` over the mean of up to `reach` before; NaN where nothing is known. */
function ratioAt(values: Float64Array, from: number, to: number, reach: number): number {
  return observedMean(values, from, to) / observedMean(values, from - reach, from);
}

/** The step within a week of `near` at which the values, less those of their weekday, differ most from the means before and after it. */
function dayOfStep(values: Float64Array, near: number, width: number): number {
  const [start, end] = [Math.max(0, near - 4 * width), Math.min(values.length, near + 4 * width)];
  const around = values.subarray(start, end);
  const distances = around.map(
    (value, i) => value - meanOfObserved(around.filter((_, k) => (k - i) % width === 0)),
  );
  let best = near;
  let least = Number.POSITIVE_INFINITY;
  for (let at = Math.max(start + 1, near - width); at <= Math.min(end - 1, near + width); at++) {
    const error = squaresAround(distances, 0, at - start) + squaresAround(distances, at - start, end - start);
    if (error < least) [least, best] = [error, at];
  }
  return best;
}

function squaresAround(values: Float64Array, from: number, to: number): number {
  const mean = observedMean(values, from, to);
  let sum = 0;
  for (let i = from; i < to; i++) if (!Number.isNaN(values[i])) sum += square(values[i] - mean);
  return sum;
}

/** Mean of the observed values from `from` to before `to`, both of which may lie outside; NaN without any. */
function observedMean(values: Float64Array, from: number, to: number): number {
  return meanOfObserved(values.subarray(Math.max(0, from), Math.max(0, to)));
}

/** Values of a series as if its level had not changed: those after the step are at the level before it. */
export function withoutLevelStep(values: Float64Array, step: LevelStep | undefined): Float64Array {
  if (!step) return values;
  const out = values.slice();
  scale(out.subarray(step.from), 1 / step.ratio);
  return out;
}

/** Values of a series as if its level had always been the last one. */
export function atLastLevel(values: Float64Array, step: LevelStep | undefined): Float64Array {
  if (!step) return values;
  const out = values.slice();
  scale(out.subarray(0, step.from), step.ratio);
  return out;
}

/** Takes the steps out of series-major values in place, as {@link withoutLevelStep} does, or gives them `back`. */
export function takeOutLevelSteps(
  values: Float64Array,
  steps: number,
  found: LevelSteps,
  back = false,
): void {
  found.forEach((step, s) => {
    if (!step) return;
    scale(values.subarray(s * steps + step.from, (s + 1) * steps), back ? step.ratio : 1 / step.ratio);
  });
}

/** The same steps, in values that begin so many steps earlier. */
export function shiftLevelSteps(found: LevelSteps, offset: number): LevelSteps {
  return found.map((step) => step && { ...step, from: step.from + offset });
}

/** Series-major values as if the levels had always been the last ones. */
export function* atLastLevels(
  values: Float64Array,
  steps: number,
  found: LevelSteps,
): Generator<Progress, Float64Array, void> {
  if (!found.some(Boolean)) return values;
  const out = new Float64Array(values.length);
  for (const [s, step] of found.entries()) {
    if (s % 64 === 0) yield { phase: 'level steps', done: s, total: found.length };
    out.set(atLastLevel(values.subarray(s * steps, (s + 1) * steps), step), s * steps);
  }
  return out;
}

function scale(values: Float64Array, factor: number): void {
  for (let i = 0; i < values.length; i++) values[i] *= factor;
}
