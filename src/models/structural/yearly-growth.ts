import type { Progress } from '../../long-call.js';
import { log, square } from '../../math/index.js';
import type { StructuralHistory } from './history.js';
import { type LevelSteps, withoutLevelStep } from './level-steps.js';
import type { Pooling } from './pooling.js';

/** Growth per step of the log of sales, by the last year. */
export interface YearlyGrowths {
  /** Growth that the series share. */
  readonly shared: number;
  /** Growth of each series beyond that. */
  readonly own: Float64Array;
}

/** Days whose sales are compared with those of the same days a year before. */
const COMPARED_DAYS = 91;
/** Share of these that must be observed in both years. */
const LEAST_SHARE = 0.5;
/** Such sums vary more than those of independent days, by this factor on the variance. */
const DRIFT = 4;
/** Growth in a year that a quarter cannot tell from none. */
const UNNOTICED = 0.1;
/** Largest growth of the log of sales in a year, shared and in all. */
const LARGEST_SHARED = 0.3;
const LARGEST = 0.5;

/**
 * Measures growth against the same days of the year before: the weighted mean of all series, shrunk to zero by
 * its standard error, and the growth of each series, shrunk to that mean. Out of season, the last selling days
 * are compared. Lasting steps of a level are no growth, nor is one that has come to an end.
 *
 * @param adjusted units over factors, series-major
 * @param end steps known
 */
export function* yearlyGrowths(
  history: StructuralHistory,
  pooling: Pooling,
  {
    adjusted,
    levelSteps,
    ends,
  }: { readonly adjusted: Float64Array; readonly levelSteps: LevelSteps; readonly ends: Int32Array },
  end: number,
): Generator<Progress, YearlyGrowths, void> {
  const { steps, seriesCount, grid } = history;
  const own = new Float64Array(seriesCount);
  const compared = Math.round(COMPARED_DAYS / grid.stepDays);
  const logs = new Float64Array(seriesCount).fill(Number.NaN);
  const variance = new Float64Array(seriesCount);
  let [sum, total, noise] = [0, 0, 0];
  for (let s = 0; s < seriesCount; s++) {
    if (s % 256 === 0) yield { phase: 'levels', done: 0, total: seriesCount };
    const weight = pooling.weight[s];
    if (weight === 0) continue;
    const own = withoutLevelStep(adjusted.subarray(s * steps, (s + 1) * steps), levelSteps[s]);
    const living = own.subarray(0, Math.min(end, ends[s]));
    const ratio = (lag: number) => logRatio(living, Math.max(lag, end - lag), lag, compared);
    const overYear = ratio(grid.year);
    if (!Number.isFinite(overYear)) continue;
    const pace = ratio(compared) * (grid.year / compared);
    logs[s] = Math.max(-1, Math.min(1, stillGoing(overYear, pace)));
    variance[s] = (2 * DRIFT * pooling.noise[s]) / compared;
    sum += weight * logs[s];
    total += weight;
    noise += square(weight) * variance[s];
  }
  if (total === 0) return { shared: 0, own };
  const mean = sum / total;
  let spread = 0;
  for (let s = 0; s < seriesCount; s++) {
    if (!Number.isNaN(logs[s])) spread += square(pooling.weight[s]) * square(logs[s] - mean);
  }
  const error = Math.max(spread, noise) / square(total);
  const believed = Math.max(0, 1 - (2 * error) / (mean * mean + 1e-12));
  const shared = Math.max(-LARGEST_SHARED, Math.min(LARGEST_SHARED, believed * mean));
  let truth = 0;
  for (let s = 0; s < seriesCount; s++) {
    if (!Number.isNaN(logs[s])) truth += pooling.weight[s] * (square(logs[s] - shared) - variance[s]);
  }
  truth /= total;
  for (let s = 0; s < seriesCount && truth > 0; s++) {
    if (Number.isNaN(logs[s])) continue;
    const beyond = (truth / (truth + variance[s])) * (logs[s] - shared);
    own[s] = (Math.max(-LARGEST, Math.min(LARGEST, shared + beyond)) - shared) / grid.year;
  }
  return { shared: shared / grid.year, own };
}

/** The growth over a year, no more than the pace of the last months where that is known: a shop may have filled up since. */
function stillGoing(growth: number, pace: number): number {
  if (!Number.isFinite(pace)) return growth;
  const sign = Math.sign(growth);
  return sign * Math.min(sign * growth, Math.max(0, sign * pace) + UNNOTICED);
}

/** Log of the sales of the last selling steps from `earliest` on over those of as many steps `lag` before; NaN for too few. */
function logRatio(units: Float64Array, earliest: number, lag: number, compared: number): number {
  let [now, before, pairs] = [0, 0, 0];
  for (let i = units.length - 1; i >= earliest && pairs < compared; i--) {
    if (Number.isNaN(units[i]) || Number.isNaN(units[i - lag])) continue;
    now += units[i];
    before += units[i - lag];
    pairs++;
  }
  return pairs >= LEAST_SHARE * compared ? log(now / before) : Number.NaN;
}
