import { pow, square } from '../../math/index.js';
import { CLASS_COUNT } from '../sales-classes.js';
import { type StepGrid, spanSteps } from '../step-grid.js';
import type { StructuralHistory } from './history.js';
import type { Pooling } from './pooling.js';
import { FEWEST_SEASON_YEARS } from './season.js';

/** Days over which the errors of sums are measured. */
export const ERROR_DAYS = [1, 7, 14, 28, 56, 91, 182, 364];

/** Persistent relative error of sums, beyond the noise of their counts. */
export interface LevelErrors {
  /** Steps of each measured sum. */
  readonly steps: readonly number[];
  /** Relative variance of the idiosyncratic error of a series: class-major, one for each sum. */
  readonly own: Float64Array;
  /** Relative variance of the error that series share, one for each sum. */
  readonly shared: Float64Array;
}

/** Origins at which errors are measured. */
const ORIGINS = 8;
const SPACING_DAYS = 28;
/** Prior relative variance of the sum of a month, own and shared. */
const USUAL_MONTH = 0.01;
const USUAL_SHARED = 0.002;
/** Power of the length of a sum with which relative variances usually grow. */
const USUAL_GROWTH = 0.5;
/** Relative variance of the counts of a month at which its error gets half of its weight. */
const CLEAR_NOISE = 0.05;
/** Number of measured sums that weigh as much as the prior. */
const USUAL_STRENGTH = 10;
/** Least relative variance of a sum: nothing is known to a fraction of a percent. */
const LEAST_VARIANCE = 1e-4;
/** Relative variance of a sum by an unknown season, and the days after which it is reached: seasons vary by a quarter. */
const UNKNOWN_SEASON = 0.06;
const UNKNOWN_SEASON_DAYS = 182;
/** Relative variance of a sum by a season that was seen once, which falls to none until it has been seen twice. */
const SEASON_SEEN_ONCE = 0.015;
/** Cap on squared relative errors: larger ones have other causes. */
const WORST = 1;

/** Origins in the past at which errors are measured. */
export function errorOrigins(history: StructuralHistory): number[] {
  const { steps, grid } = history;
  const spacing = spanSteps(grid, SPACING_DAYS);
  const earliest = Math.round(91 / grid.stepDays);
  const longest = Math.max(...ERROR_DAYS) / grid.stepDays;
  const recent = Array.from({ length: ORIGINS }, (_, k) => steps - (k + 1) * spacing);
  const old = Array.from({ length: ORIGINS / 2 }, (_, k) => Math.round(steps - longest - k * spacing));
  return [...new Set([...recent, ...old])]
    .filter((origin) => origin >= earliest && origin < steps)
    .sort((a, b) => a - b);
}

/** Collects the errors of every series, one after the other. */
export class ErrorCollector {
  readonly #origins: readonly number[];
  readonly #sums: readonly number[];
  readonly #squares: Float64Array;
  readonly #counts: Float64Array;
  /** Of each group, origin and length: sums over its series of the errors, their squares, forecasts and their squares. */
  readonly #groupError: Float64Array;
  readonly #groupSquares: Float64Array;
  readonly #groupForecast: Float64Array;
  readonly #groupForecastSquares: Float64Array;

  constructor(
    private readonly history: StructuralHistory,
    private readonly pooling: Pooling,
  ) {
    this.#origins = errorOrigins(history);
    this.#sums = ERROR_DAYS.map((days) => spanSteps(history.grid, days));
    const cells = this.#origins.length * this.#sums.length * history.groupCount;
    this.#squares = new Float64Array(CLASS_COUNT * this.#sums.length);
    this.#counts = new Float64Array(CLASS_COUNT * this.#sums.length);
    this.#groupError = new Float64Array(cells);
    this.#groupSquares = new Float64Array(cells);
    this.#groupForecast = new Float64Array(cells);
    this.#groupForecastSquares = new Float64Array(cells);
  }

  get origins(): readonly number[] {
    return this.#origins;
  }

  /** Steps of the longest sum. */
  get longest(): number {
    return Math.max(...this.#sums);
  }

  /**
   * @param kind class by how rarely it sells
   * @param levels at the origins
   * @param growth factor of the first, second, ... step after an origin
   * @param factors of the steps of the history
   * @param dispersion variance of a step over its mean
   */
  add(
    series: number,
    kind: number,
    units: Float64Array,
    levels: readonly number[],
    growth: Float64Array,
    factors: Float64Array,
    dispersion: number,
  ): void {
    const { pooling, history } = this;
    const mean = pooling.mean[series];
    if (!(mean > 0)) return;
    const scale = pooling.weight[series] / pooling.size[series];
    this.#origins.forEach((origin, o) => {
      const level = levels[o];
      if (!(level > 0)) return;
      let [actual, forecast, observed] = [0, 0, 0];
      let step = origin;
      this.#sums.forEach((length, k) => {
        for (; step < Math.min(units.length, origin + length); step++) {
          if (Number.isNaN(units[step])) continue;
          actual += units[step];
          forecast += level * growth[step - origin] * factors[step];
          observed++;
        }
        if (origin + length > units.length || observed * 2 < length || !(forecast > 0)) return;
        const noise = dispersion * forecast;
        const size = Math.max(forecast, 0.1 * mean * observed);
        const relative = noise / square(size);
        const excess = Math.min(WORST + 9 * relative, square(actual - forecast) / square(size)) - relative;
        // Sums of a few units, or of a single day, are mostly noise, so they get little weight.
        const weight = 1 / (1 + square(relative / grownVariance(CLEAR_NOISE, k)));
        this.#squares[kind * this.#sums.length + k] += weight * excess;
        this.#counts[kind * this.#sums.length + k] += weight;
        const at = (history.groupOf[series] * this.#origins.length + o) * this.#sums.length + k;
        const error = Math.max(-WORST * size, Math.min(WORST * size, actual - forecast));
        this.#groupError[at] += scale * error;
        this.#groupSquares[at] += square(scale * error);
        this.#groupForecast[at] += scale * forecast;
        this.#groupForecastSquares[at] += square(scale * forecast);
      });
    });
  }

  finish(): LevelErrors {
    const size = this.#sums.length;
    const shared = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      const { mean, count } = this.#sharedErrors(k);
      shared[k] = Math.max(0, this.#shrunk(mean, count, usualVariance(shared, k, USUAL_SHARED), k));
    }
    const own = new Float64Array(CLASS_COUNT * size);
    for (let kind = 0; kind < CLASS_COUNT; kind++) {
      const ofKind = own.subarray(kind * size, (kind + 1) * size);
      for (let k = 0; k < size; k++) {
        const at = kind * size + k;
        const count = this.#counts[at];
        const measured = count > 0 ? this.#squares[at] / count - shared[k] : 0;
        const usual = usualVariance(ofKind, k, USUAL_MONTH);
        ofKind[k] = Math.max(LEAST_VARIANCE, this.#shrunk(measured, count, usual, k));
      }
      risingOnly(ofKind);
    }
    risingOnly(shared);
    return { steps: this.#sums, own, shared };
  }

  /**
   * Mean product of the relative errors of two series of a group, over groups and origins: the errors of single
   * series cancel in it. Origins of groups whose sums are mostly noise count for less.
   */
  #sharedErrors(k: number): { readonly mean: number; readonly count: number } {
    const size = this.#sums.length;
    let [sum, count] = [0, 0];
    for (let at = k; at < this.#groupError.length; at += size) {
      const forecast = this.#groupForecast[at];
      const pairs = square(forecast) - this.#groupForecastSquares[at];
      if (!(pairs > 1e-9 * square(forecast))) continue;
      const product = (square(this.#groupError[at]) - this.#groupSquares[at]) / pairs;
      const noise = this.#groupSquares[at] / square(forecast);
      const weight = pairs / square(forecast) / (1 + square(noise / USUAL_SHARED));
      sum += weight * Math.max(-WORST, Math.min(WORST, product));
      count += weight;
    }
    return { mean: count > 0 ? sum / count : 0, count };
  }

  /** Mean of the measured variance of a length, from a number of sums, and the usual one. */
  #shrunk(measured: number, count: number, usual: number, k: number): number {
    // Sums from neighbouring origins overlap.
    const evidence = count * Math.min(1, SPACING_DAYS / ERROR_DAYS[k]);
    return (measured * evidence + USUAL_STRENGTH * usual) / (evidence + USUAL_STRENGTH);
  }
}

/**
 * Errors with what a season adds that nobody has seen yet, or seen once only: whatever was peculiar to its year is part of
 * it. All series share these.
 */
export function withSeasonErrors(
  { steps, own, shared }: LevelErrors,
  grid: StepGrid,
  years: number,
): LevelErrors {
  const full = spanSteps(grid, UNKNOWN_SEASON_DAYS);
  const known = Math.max(0, 2 - years) * SEASON_SEEN_ONCE;
  const addedTo = (k: number) =>
    years < FEWEST_SEASON_YEARS ? UNKNOWN_SEASON * Math.min(1, steps[k] / full) : known;
  return { steps, own, shared: shared.map((variance, k) => variance + addedTo(k)) };
}

/** Variance of a sum where that of a month is given. */
function grownVariance(ofMonth: number, k: number): number {
  return ofMonth * pow(ERROR_DAYS[k] / 28, USUAL_GROWTH);
}

/** Prior variance of a sum: that of the next shorter one, grown with the length. */
function usualVariance(shorter: Float64Array, k: number, ofMonth: number): number {
  if (k === 0) return grownVariance(ofMonth, 0);
  return shorter[k - 1] * pow(ERROR_DAYS[k] / ERROR_DAYS[k - 1], USUAL_GROWTH);
}

/** Relative variance at a length between the measured ones, linear in the steps; beyond them it grows with the steps. */
export function errorAt(steps: readonly number[], variances: Float64Array, length: number): number {
  if (length <= steps[0]) return variances[0];
  for (let k = 1; k < steps.length; k++) {
    if (length > steps[k]) continue;
    const share = (length - steps[k - 1]) / (steps[k] - steps[k - 1]);
    return variances[k - 1] + share * (variances[k] - variances[k - 1]);
  }
  return (variances[steps.length - 1] * length) / steps[steps.length - 1];
}

/** Makes variances non-decreasing in the length, in place. */
export function risingOnly(variances: Float64Array): void {
  for (let k = 1; k < variances.length; k++) variances[k] = Math.max(variances[k], variances[k - 1]);
}
