import { CLASS_COUNT, classOf } from '../sales-classes.js';
import { spanSteps } from '../step-grid.js';
import type { StructuralHistory } from './history.js';
import type { Pooling } from './pooling.js';

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
/** Prior relative variance of the sum of a month, own and shared, and its growth with the length of a sum. */
const USUAL_MONTH = 0.01;
const USUAL_SHARED = 0.002;
const USUAL_GROWTH = 0.5;
/** Number of measured sums that weigh as much as the prior. */
const USUAL_STRENGTH = 10;
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
  readonly #groupActual: Float64Array;
  readonly #groupForecast: Float64Array;
  readonly #groupNoise: Float64Array;
  readonly #groupWeight: Float64Array;

  constructor(
    private readonly history: StructuralHistory,
    private readonly pooling: Pooling,
  ) {
    this.#origins = errorOrigins(history);
    this.#sums = ERROR_DAYS.map((days) => spanSteps(history.grid, days));
    const cells = this.#origins.length * this.#sums.length * history.groupCount;
    this.#squares = new Float64Array(CLASS_COUNT * this.#sums.length);
    this.#counts = new Float64Array(CLASS_COUNT * this.#sums.length);
    this.#groupActual = new Float64Array(cells);
    this.#groupForecast = new Float64Array(cells);
    this.#groupNoise = new Float64Array(cells);
    this.#groupWeight = new Float64Array(cells);
  }

  get origins(): readonly number[] {
    return this.#origins;
  }

  /**
   * @param levels at the origins
   * @param factors of the steps of the history
   * @param dispersion variance of a step over its mean
   */
  add(
    series: number,
    units: Float64Array,
    levels: readonly number[],
    factors: Float64Array,
    dispersion: number,
  ): void {
    const { pooling, history } = this;
    const mean = pooling.mean[series];
    if (!(mean > 0)) return;
    const kind = classOf(pooling.zeroShare[series]);
    const scale = pooling.weight[series] / mean;
    this.#origins.forEach((origin, o) => {
      const level = levels[o];
      if (!(level > 0)) return;
      let [actual, forecast, observed] = [0, 0, 0];
      let step = origin;
      this.#sums.forEach((length, k) => {
        for (; step < Math.min(units.length, origin + length); step++) {
          if (Number.isNaN(units[step])) continue;
          actual += units[step];
          forecast += level * factors[step];
          observed++;
        }
        if (origin + length > units.length || observed * 2 < length || !(forecast > 0)) return;
        const noise = dispersion * forecast;
        const size = Math.max(forecast, 0.1 * mean * observed);
        const square = Math.min(WORST, (actual - forecast) ** 2 / size ** 2) - noise / size ** 2;
        // Sums of a few units are mostly noise, so they get little weight.
        const weight = 1 / (1 + noise / (0.05 * size ** 2));
        this.#squares[kind * this.#sums.length + k] += weight * square;
        this.#counts[kind * this.#sums.length + k] += weight;
        const at = (history.groupOf[series] * this.#origins.length + o) * this.#sums.length + k;
        this.#groupActual[at] += scale * actual;
        this.#groupForecast[at] += scale * forecast;
        this.#groupNoise[at] += scale * scale * (noise + USUAL_MONTH * forecast * forecast);
        this.#groupWeight[at] += 1;
      });
    });
  }

  finish(): LevelErrors {
    const size = this.#sums.length;
    const usual = (month: number, k: number) => month * (ERROR_DAYS[k] / 28) ** USUAL_GROWTH;
    const shared = new Float64Array(size);
    for (let k = 0; k < size; k++) {
      let [sum, count] = [0, 0];
      for (let at = k; at < this.#groupActual.length; at += size) {
        if (this.#groupWeight[at] < 2 || !(this.#groupForecast[at] > 0)) continue;
        const forecast = this.#groupForecast[at];
        sum +=
          Math.min(WORST, ((this.#groupActual[at] - forecast) / forecast) ** 2) -
          this.#groupNoise[at] / forecast ** 2;
        count++;
      }
      shared[k] = Math.max(0, (sum + USUAL_STRENGTH * usual(USUAL_SHARED, k)) / (count + USUAL_STRENGTH));
    }
    const own = new Float64Array(CLASS_COUNT * size);
    for (let kind = 0; kind < CLASS_COUNT; kind++) {
      for (let k = 0; k < size; k++) {
        const at = kind * size + k;
        const whole =
          (this.#squares[at] + USUAL_STRENGTH * usual(USUAL_MONTH, k)) / (this.#counts[at] + USUAL_STRENGTH);
        own[at] = Math.max(0.1 * usual(USUAL_MONTH, k), whole - shared[k]);
      }
      risingOnly(own.subarray(kind * size, (kind + 1) * size));
    }
    risingOnly(shared);
    return { steps: this.#sums, own, shared };
  }
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

/**
 * Makes variances non-decreasing in the length; the shortest sum has at least half of the variance of the next.
 */
function risingOnly(variances: Float64Array): void {
  for (let k = 1; k < variances.length; k++) variances[k] = Math.max(variances[k], variances[k - 1]);
}
