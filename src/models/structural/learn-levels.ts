import type { Progress } from '../../long-call.js';
import { square } from '../../math/index.js';
import { ENDED, type LifeCycle, lifeCycleOf } from '../life-cycle.js';
import { type Bursts, burstHeight } from './bursts.js';
import { scratchFor } from './centred-mean.js';
import { type Factors, historyFactors } from './factors.js';
import { firstSales } from './first-sales.js';
import { ErrorCollector, type LevelErrors } from './forecast-errors.js';
import { type CurrentGap, findGaps, gapCertainty, type PastGap, returnProbability } from './gaps.js';
import type { StructuralHistory } from './history.js';
import type { LevelSteps } from './level-steps.js';
import { ShiftDetector, smoothedLevels } from './levels.js';
import { dampedPath, growthPath, levelAge, type Memory } from './memory.js';
import type { Pooling } from './pooling.js';

/** State of every series at the cutoff: its level, errors and life cycle. */
export interface LearntLevels {
  readonly level: Float64Array;
  readonly age: Float64Array;
  readonly classOf: Uint8Array;
  readonly dispersion: Float64Array;
  readonly pieces: Uint8Array;
  readonly extraError: Float64Array;
  readonly errors: LevelErrors;
  readonly lifeCycle: readonly LifeCycle[];
}

/** Factor below which a step says nothing about the level. */
const LEAST_FACTOR = 0.15;
/** Relative variance of the level after a launch, which more days average out. */
const LAUNCH_ERROR = 0.3;

/**
 * Units divided by factors, series-major; NaN where the factor is too small. A first sale counts by what it tells of the level.
 *
 * @param writeFactors writes the factors of the steps of a series
 * @param adjusted room for the result
 */
export function* adjustedUnits(
  history: StructuralHistory,
  writeFactors: (series: number, out: Float64Array) => void,
  adjusted = new Float64Array(history.units.length),
): Generator<Progress, Float64Array, void> {
  const { steps, seriesCount, units } = history;
  const own = new Float64Array(steps);
  const first = yield* firstSales(history);
  for (let s = 0; s < seriesCount; s++) {
    writeFactors(s, own);
    for (let i = 0; i < steps; i++) {
      const at = s * steps + i;
      adjusted[at] = own[i] > LEAST_FACTOR ? units[at] / own[i] : Number.NaN;
    }
    const sale = first[s];
    if (sale) adjusted[s * steps + sale.step] *= sale.share;
    yield { phase: 'adjust units', done: s, total: seriesCount };
  }
  return adjusted;
}

/**
 * Learns levels, noise, past errors and the life cycle of every series.
 *
 * @param adjusted units over factors without bursts, series-major
 */
export function* learnLevels(
  history: StructuralHistory,
  pooling: Pooling,
  factors: Factors,
  adjusted: { readonly values: Float64Array; readonly bursts: Bursts },
  memory: Memory,
  levelSteps: LevelSteps,
): Generator<Progress, LearntLevels, void> {
  const { steps, seriesCount, units, grid } = history;
  const collector = new ErrorCollector(history, pooling);
  const level = new Float64Array(seriesCount);
  const before = new Float64Array(seriesCount);
  const age = new Float64Array(seriesCount);
  const { classes } = memory;
  const dispersion = new Float64Array(seriesCount);
  const pieces = new Uint8Array(seriesCount);
  const extraError = new Float64Array(seriesCount);
  const shift = new Float64Array(seriesCount).fill(1);
  const current: (CurrentGap | undefined)[] = [];
  const past: PastGap[][] = [];
  const own = new Float64Array(steps);
  const path = new Float64Array(steps + 1);
  const damped = dampedPath(grid.stepDays, collector.longest);
  const growth = new Float64Array(damped.length);
  const [ofShifts, ofGaps] = [scratchFor(steps), scratchFor(steps)];
  for (let s = 0; s < seriesCount; s++) {
    const mine = units.subarray(s * steps, (s + 1) * steps);
    const values = adjusted.values.subarray(s * steps, (s + 1) * steps);
    const share = adjusted.bursts.share[s];
    const weight = memory.weights[classes[s]];
    historyFactors(factors, history, s, -1, own);
    const sizes = steps * weight < 1 ? own : undefined;
    smoothedLevels(values, weight, path, sizes);
    const spread = noiseOf(mine, own, path, grid.year);
    dispersion[s] = spread.dispersion;
    if (spread.inPieces) pieces[s] = 1;
    const detector = new ShiftDetector(
      values,
      path,
      weight,
      spread.dispersion * pooling.mean[s],
      grid.stepDays,
      ofShifts,
      sizes,
    );
    const step = levelSteps[s];
    const last = step ? levelSince(values, step.from, weight) : detector.levelAt(steps);
    level[s] = pooling.mean[s] > 0 ? share * last : 0;
    if (!(level[s] > 0)) level[s] = 0;
    age[s] = levelAge(weight, grid.stepDays, stepsSinceLast(values));
    shift[s] = path[Math.max(0, steps - 56)] > 0 ? level[s] / path[Math.max(0, steps - 56)] : 1;
    extraError[s] = launchError(spread.observed, spread.dispersion, level[s], weight);
    // A burst that goes on may also be a lasting step.
    extraError[s] += square(burstHeight(adjusted.bursts.ongoing[s], level[s]) / 4);
    const gaps = findGaps(mine, own, grid.stepDays, ofGaps);
    current.push(gaps.current);
    past.push(gaps.past);
    if (gaps.current) before[s] = share * detector.levelAt(gaps.current.from);
    collector.add(
      s,
      classes[s],
      mine,
      collector.origins.map((origin) => share * detector.levelAt(origin)),
      growthPath(memory.growth[s], age[s], damped, growth),
      own,
      spread.dispersion,
    );
    yield { phase: 'levels', done: s, total: seriesCount };
  }
  const ended = applyGaps(current, past, level, before, grid.stepDays);
  // A level that persists only with some probability varies like a Bernoulli variable; its relative variance is
  // at most 1.
  ended.forEach((gone, s) => {
    if (gone > 0) extraError[s] += Math.min(1, gone / Math.max(1 - gone, 0.5));
  });
  const lifeCycle: LifeCycle[] = [];
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'levels', done: seriesCount, total: seriesCount };
    const mine = units.subarray(s * steps, (s + 1) * steps);
    lifeCycle.push(
      lifeCycleOf({
        stepDays: grid.stepDays,
        startDay: history.startDay,
        steps,
        firstSale: mine.findIndex((value) => value > 0),
        gapFrom: current[s]?.from ?? steps,
        ended: ended[s],
        shift: shift[s],
        zeroShare: pooling.zeroShare[s],
        seasonShare: quarterShare(factors.season.all, factors.season.positions, s),
      }),
    );
  }
  return {
    level,
    age,
    classOf: classes,
    dispersion,
    pieces,
    extraError,
    errors: collector.finish(),
    lifeCycle,
  };
}

/**
 * Multiplies levels by the probability that sales resume after the current spell, or by none if they have ended;
 * returns the probabilities that they do not resume.
 */
function applyGaps(
  current: readonly (CurrentGap | undefined)[],
  past: readonly PastGap[][],
  level: Float64Array,
  before: Float64Array,
  stepDays: number,
): Float64Array {
  const lengths = Float64Array.from(past.flat(), ({ length }) => length);
  const open = Float64Array.from(
    current.flatMap((gap) => (gap && gapCertainty(gap) === 1 ? [gap.length - 28 / stepDays] : [])),
  );
  return Float64Array.from(current, (gap, s) => {
    const certainty = gap && before[s] > 0 ? gapCertainty(gap) : 0;
    if (!gap || certainty === 0) return 0;
    const goesOn = returnProbability(gap, past[s], lengths, open, stepDays);
    const gone = certainty * (1 - goesOn);
    // Nobody orders a product that has ended for the small chance that it has not.
    if (gone >= ENDED) level[s] = 0;
    else level[s] = (1 - certainty) * level[s] + certainty * Math.min(level[s], goesOn * before[s]);
    return gone;
  });
}

/** Smoothed level of the values from `from` on. */
function levelSince(values: Float64Array, from: number, weight: number): number {
  const path = new Float64Array(values.length - from + 1);
  smoothedLevels(values.subarray(from), weight, path);
  return path[path.length - 1];
}

/** Steps after the last value; all without any. */
function stepsSinceLast(values: Float64Array): number {
  return values.length - 1 - values.findLastIndex((value) => !Number.isNaN(value));
}

/** Share of the steps with sales above which sales in fractions are no mistakes: they are weights or lengths. */
const FRACTIONS = 0.1;

/**
 * Variance of the last year's steps around the level before them, over their mean; how many steps were observed, and whether they
 * were sold in pieces.
 */
function noiseOf(units: Float64Array, factors: Float64Array, levels: Float64Array, window: number) {
  let [squares, sum, observed, selling, fractions, whole] = [0, 0, 0, 0, 0, true];
  for (let i = 0; i < units.length; i++) {
    if (Number.isNaN(units[i])) continue;
    observed++;
    if (units[i] !== 0) selling++;
    if (units[i] % 1 !== 0) {
      whole = false;
      // A total that was spread over its days is the same on each of them.
      if (units[i] !== units[i - 1] && units[i] !== units[i + 1]) fractions++;
    }
    if (i < units.length - window || !(levels[i] > 0)) continue;
    const expected = levels[i] * factors[i];
    squares += square(units[i] - expected);
    sum += expected;
  }
  const measured = sum > 0 ? squares / sum : 0;
  // Counts are at least as noisy as a Poisson process.
  const dispersion = whole ? Math.max(1, measured) : measured;
  return { dispersion, observed, inPieces: fractions <= FRACTIONS * selling };
}

/** Extra relative variance of a level that is the mean of fewer steps than its memory. */
function launchError(observed: number, dispersion: number, level: number, weight: number): number {
  const memory = 2 / weight - 1;
  if (observed >= memory || observed === 0 || !(level > 0)) return 0;
  const missing = 1 / observed - 1 / memory;
  return missing * (dispersion / level + LAUNCH_ERROR);
}

/** Largest share of the year's sales in any quarter. */
function quarterShare(season: Float64Array, positions: number, series: number): number {
  const own = season.subarray(series * positions, (series + 1) * positions);
  const quarter = positions >> 2;
  let sum = 0;
  for (let k = 0; k < quarter; k++) sum += own[k];
  let largest = sum;
  let total = 0;
  for (let k = 0; k < positions; k++) {
    total += own[k];
    sum += own[(k + quarter) % positions] - own[k];
    largest = Math.max(largest, sum);
  }
  return total > 0 ? largest / total : 0;
}
