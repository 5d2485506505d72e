import { bisect } from '../math/bisect.js';
import { normalQuantile } from '../models/uncertainty/normal.js';
import { normalCdf } from '../models/uncertainty/normal-cdf.js';
import { numberAt } from '../present.js';

/** Least outcomes for a calibration; with fewer, intervals are left unchanged, which is reported. */
const MIN_OUTCOMES = 20;

/** Bounds of the factor, so that a few odd days cannot make intervals useless. */
const MIN_FACTOR = 0.5;
const MAX_FACTOR = 10;

/** Scores at which laws are read, in parts of that of the bounds of the interval. */
const PARTS = [-1.5, -1.25, -1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5];
const BOUND = PARTS.indexOf(1);
/** Farthest bounds that a law is believed at. */
const FARTHEST = 4;
const ROUNDS = 50;

/** Normal scores at which laws have to be read to calibrate intervals of a level. */
function scoresOf(level: number): number[] {
  const bound = Math.min(FARTHEST, normalQuantile((1 + level) / 2));
  return PARTS.map((part) => part * bound);
}

/** Probabilities of the quantiles that {@link CoveredOutcomes} needs. */
export function coverageProbabilities(level: number): number[] {
  return scoresOf(level).map(normalCdf);
}

/**
 * Outcomes at their places in the laws that were forecast for them. A whole number takes the whole of its probability, of which a part
 * can be inside an interval: a day on which nothing is the likeliest outcome cannot be covered in 80 % of cases otherwise.
 *
 * Source: the probability integral transform of counts; Czado, Gneiting and Held, Biometrics 65 (2009).
 */
export class CoveredOutcomes {
  /** Probabilities between which each outcome lies. */
  readonly #from: Float64Array;
  readonly #to: Float64Array;
  readonly #level: number;

  /**
   * @param actual missing outcomes are left out, and those that were forecast for certain
   * @param columns quantiles at the {@link coverageProbabilities}
   */
  constructor(actual: ArrayLike<number>, columns: readonly ArrayLike<number>[], level: number) {
    const scores = scoresOf(level);
    const last = scores.length - 1;
    this.#level = 2 * normalCdf(numberAt(scores, BOUND)) - 1;
    const law = new Float64Array(columns.length);
    const from = new Float64Array(actual.length);
    const to = new Float64Array(actual.length);
    let count = 0;
    for (let i = 0; i < actual.length; i++) {
      const value = numberAt(actual, i);
      for (const [p, column] of columns.entries()) law[p] = numberAt(column, i);
      if (Number.isNaN(value) || !(numberAt(law, last) > numberAt(law, 0))) continue;
      const half = Number.isInteger(value) ? 0.5 : 0;
      from[count] = normalCdf(scoreIn(law, scores, value - half));
      to[count++] = normalCdf(scoreIn(law, scores, value + half));
    }
    this.#from = from.subarray(0, count);
    this.#to = to.subarray(0, count);
  }

  /** Part of the outcomes inside intervals whose spread is multiplied by a factor; 1 without an outcome. */
  coverage(factor: number): number {
    return this.#covered(factor, this.#level);
  }

  /**
   * The least factor from 0.5 to 10 on the spread at which intervals cover their level of these outcomes and of one more, which
   * they miss; at a level that so few outcomes cannot tell, the factor of the highest that they can. Undefined with fewer than
   * 20 outcomes.
   */
  factor(): number | undefined {
    const count = this.#from.length;
    if (count < MIN_OUTCOMES) return undefined;
    const level = Math.min(this.#level, (count - 1) / (count + 1));
    const isEnough = (factor: number) => this.#covered(factor, level) >= (level * (count + 1)) / count;
    if (isEnough(MIN_FACTOR)) return MIN_FACTOR;
    if (!isEnough(MAX_FACTOR)) return MAX_FACTOR;
    return bisect(MIN_FACTOR, MAX_FACTOR, ROUNDS, isEnough);
  }

  #covered(factor: number, level: number): number {
    const count = this.#from.length;
    if (count === 0) return 1;
    const tail = normalCdf(factor * normalQuantile((1 - level) / 2));
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const from = numberAt(this.#from, i);
      const to = numberAt(this.#to, i);
      if (to > from) sum += Math.max(0, Math.min(to, 1 - tail) - Math.max(from, tail)) / (to - from);
      else if (from > tail && from < 1 - tail) sum++;
    }
    return sum / count;
  }
}

/** Normal score of a value in a law: straight between its quantiles, and on beyond them. Nothing is sold below zero. */
function scoreIn(law: Float64Array, scores: readonly number[], value: number): number {
  if (value < 0) return Number.NEGATIVE_INFINITY;
  const last = law.length - 1;
  const above = law.findIndex((quantile) => quantile > value);
  const to = above < 0 ? last : Math.max(1, above);
  const [low, high] = [numberAt(law, to - 1), numberAt(law, to)];
  if (!(high > low)) return above < 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const from = numberAt(scores, to - 1);
  return from + ((value - low) / (high - low)) * (numberAt(scores, to) - from);
}
