import type { Progress } from '../../../long-call.js';
import { pow, square } from '../../../math/index.js';
import type { Panel } from '../../../panel/panel.js';
import { type LevelErrors, risingOnly } from '../../structural/forecast-errors.js';
import type { StructuralState } from '../../structural/state.js';

/** Forecasts of a holdout: series-major means of each member, undefined for one that was not tried. */
export interface Trial {
  /** First step of the holdout. */
  readonly end: number;
  readonly means: readonly (Float64Array | undefined)[];
}

/** Relative variances of an ensemble's errors over those of its first member. */
export interface ErrorRatios {
  /** Of the errors of single series beyond the noise of counts. */
  readonly own: number;
  /** Of the errors that series of a group share. */
  readonly shared: number;
}

/** Sums of a holdout that weigh as much as the law of the first member: of series, and of groups. */
const SERIES_STRENGTH = 150;
const GROUP_STRENGTH = 20;
/** Bounds of the ratios, as holdouts are few. */
const LEAST = 0.4;
const MOST = 1.6;
/** Largest relative error that counts: larger ones have other causes. */
const WORST = 1;

/**
 * Compares the errors of an ensemble on holdouts with those of its first member, for sums over a whole holdout. The
 * ratios are shrunk towards one by the law of the first member's errors.
 *
 * @param weights series-major, one for each member
 */
export function* errorRatios(
  panel: Panel,
  trials: readonly Trial[],
  weights: Float64Array,
  horizon: number,
  { errors, groupOf, groupCount, dispersion }: StructuralState,
): Generator<Progress, ErrorRatios, void> {
  const lawAt = variancesAt(errors, horizon);
  const own = new RatioSum(SERIES_STRENGTH, lawAt.own);
  const shared = new RatioSum(GROUP_STRENGTH, lawAt.shared);
  for (const { end, means } of trials) {
    const groups = Array.from({ length: groupCount }, () => new GroupErrors());
    for (let s = 0; s < panel.seriesCount; s++) {
      if (s % 64 === 0) yield { phase: 'measure errors', done: s, total: panel.seriesCount };
      const { actual, first, ensemble } = holdoutSums(panel, s, { end, means }, weights, horizon);
      const size = (first + ensemble) / 2;
      if (!(size > 0)) continue;
      const errorOf = (forecast: number) => Math.max(-WORST, Math.min(WORST, (actual - forecast) / size));
      const noise = dispersion[s] / size;
      // Sums of a few units are mostly noise.
      const weight = 1 / (1 + noise / lawAt.own);
      own.add(weight, square(errorOf(ensemble)) - noise, square(errorOf(first)) - noise);
      groups[groupOf[s]].add(size, size * errorOf(first), size * errorOf(ensemble));
    }
    for (const group of groups) group.addTo(shared, lawAt.shared);
  }
  return { own: own.ratio, shared: shared.ratio };
}

/** The law of errors with variances times the ratios up to the horizon, and nearer to what they were for longer sums. */
export function scaledErrors(
  { steps, own, shared }: LevelErrors,
  ratios: ErrorRatios,
  horizon: number,
): LevelErrors {
  const scaled = (variances: Float64Array, ratio: number) => {
    const values = variances.map((variance, i) => {
      const length = steps[i % steps.length];
      return variance * pow(ratio, Math.min(1, horizon / length));
    });
    for (let from = 0; from < values.length; from += steps.length) {
      risingOnly(values.subarray(from, from + steps.length));
    }
    return values;
  };
  return { steps, own: scaled(own, ratios.own), shared: scaled(shared, ratios.shared) };
}

/** Relative variances of sums as long as a holdout: of a series, over the classes, and shared. */
function variancesAt({ steps, own, shared }: LevelErrors, horizon: number) {
  const at = Math.max(
    0,
    steps.findLastIndex((length) => length <= horizon),
  );
  const classes = own.length / steps.length;
  let sum = 0;
  for (let kind = 0; kind < classes; kind++) sum += own[kind * steps.length + at];
  return { own: sum / classes, shared: shared[at] };
}

/** Sums over the observed days of a holdout: of the sales of a series, and of the forecasts of both. */
function holdoutSums(
  { units, days, seriesCount }: Panel,
  series: number,
  { end, means }: Trial,
  weights: Float64Array,
  horizon: number,
): { readonly actual: number; readonly first: number; readonly ensemble: number } {
  const members = weights.length / seriesCount;
  let [actual, first, ensemble] = [0, 0, 0];
  for (let h = 0; h < horizon; h++) {
    const value = units[series * days + end + h];
    if (Number.isNaN(value)) continue;
    actual += value;
    let [sum, tried] = [0, 0];
    for (let m = 0; m < members; m++) {
      const weight = weights[series * members + m];
      const mean = means[m];
      if (!mean || weight === 0) continue;
      sum += weight * mean[series * horizon + h];
      tried += weight;
    }
    first += means[0]?.[series * horizon + h] ?? 0;
    ensemble += tried > 0 ? sum / tried : 0;
  }
  return { actual, first, ensemble };
}

/** Ratio of two sums, each begun with the law that the second follows. */
class RatioSum {
  #ensemble: number;
  #first: number;

  constructor(strength: number, law: number) {
    this.#ensemble = strength * law;
    this.#first = strength * law;
  }

  add(weight: number, ensemble: number, first: number): void {
    this.#ensemble += weight * ensemble;
    this.#first += weight * first;
  }

  get ratio(): number {
    if (!(this.#first > 0) || !(this.#ensemble > 0)) return 1;
    return Math.min(MOST, Math.max(LEAST, this.#ensemble / this.#first));
  }
}

/** Errors of the sum of a group; those of single series cancel in the mean product of the errors of two of them. */
class GroupErrors {
  #size = 0;
  #sizeSquares = 0;
  readonly #errors = [0, 0];
  readonly #squares = [0, 0];

  add(size: number, ...errors: readonly [first: number, ensemble: number]): void {
    this.#size += size;
    this.#sizeSquares += square(size);
    errors.forEach((error, i) => {
      this.#errors[i] += error;
      this.#squares[i] += square(error);
    });
  }

  /** @param law usual relative variance of what a group shares */
  addTo(sum: RatioSum, law: number): void {
    const pairs = square(this.#size) - this.#sizeSquares;
    if (!(pairs > 1e-9 * square(this.#size))) return;
    const [first, ensemble] = this.#errors.map((error, i) => (square(error) - this.#squares[i]) / pairs);
    // Groups whose sums are mostly noise count for less.
    const noise = this.#squares[0] / square(this.#size);
    sum.add(pairs / square(this.#size) / (1 + square(noise / law)), ensemble, first);
  }
}
