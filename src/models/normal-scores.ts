import { bisect } from '../math/bisect.js';
import { square } from '../math/index.js';
import { once } from '../once.js';
import { normalCdf, normalDensity } from './uncertainty/normal-cdf.js';

/** Normal scores from -4 to 4 at which laws are read: their quantiles at each of them, and straight lines between. */
export interface ScoreGrid {
  readonly step: number;
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

const LARGEST_SCORE = 4;

/** Grid for laws of large numbers, which are smooth. */
export const coarseScores = once(() => scoreGrid(4));
/** Grid for laws of few units, whose steps have to be met. */
export const fineScores = once(() => scoreGrid(32));

function scoreGrid(perUnit: number): ScoreGrid {
  const scores = Array.from(
    { length: 2 * LARGEST_SCORE * perUnit + 1 },
    (_, i) => i / perUnit - LARGEST_SCORE,
  );
  return { step: 1 / perUnit, scores, probabilities: scores.map(normalCdf) };
}

/** Quantiles of some laws at the scores of a grid: one column for each. */
export interface LawTable {
  readonly grid: ScoreGrid;
  readonly columns: readonly Float64Array[];
  /** True to round values to whole units. */
  readonly whole: boolean;
}

/** The value that a law takes for a standard normal draw. */
export function valueAt({ grid, columns, whole }: LawTable, law: number, score: number): number {
  const { step, scores } = grid;
  const place = Math.max(0, Math.min(scores.length - 1, (score + LARGEST_SCORE) / step));
  const below = Math.min(scores.length - 2, Math.floor(place));
  const low = columns[below]?.[law] ?? 0;
  const value = low + (place - below) * ((columns[below + 1]?.[law] ?? 0) - low);
  return whole ? Math.round(value) : value;
}

/** First terms of a law as a sum of Hermite polynomials of a standard normal variable, and its variance. */
export interface Expansion {
  readonly first: number;
  readonly second: number;
  readonly variance: number;
}

/** Expands a law, by numerical integration over its quantiles. */
export function expansionOf(table: LawTable, law: number): Expansion {
  const { step, scores } = table.grid;
  let [mean, squares, first, second] = [0, 0, 0, 0];
  for (const score of scores) {
    const mass = step * normalDensity(score);
    const value = valueAt(table, law, score);
    mean += mass * value;
    squares += mass * square(value);
    first += mass * value * score;
    second += (mass * value * (square(score) - 1)) / 2;
  }
  return { first, second, variance: Math.max(0, squares - square(mean)) };
}

/**
 * Sum of laws whose normal variables have one variable in common, each to its own part. The law of one is independent of that of
 * another but for it.
 *
 * Source: the covariance of two functions of correlated normal variables by Mehler's formula, up to the second power.
 */
export class FactorSum {
  /** Variance if there were nothing in common. */
  independent = 0;
  /** Sums of the first terms and of the second, and of their squares. */
  first = 0;
  firstSquares = 0;
  second = 0;
  secondSquares = 0;

  /** @param load correlation of the law's normal variable with the common one */
  add({ first, second, variance }: Expansion, load = 1): void {
    const squares = { firstSquares: square(first), secondSquares: square(second) };
    this.addAll({ first, second, independent: variance, ...squares }, load);
  }

  /** Adds all laws of another sum, with loads that are so many times as large. */
  addAll(part: Omit<FactorSum, 'add' | 'addAll' | 'variance'>, load: number): void {
    this.independent += part.independent;
    this.first += load * part.first;
    this.firstSquares += square(load) * part.firstSquares;
    this.second += square(load) * part.second;
    this.secondSquares += square(square(load)) * part.secondSquares;
  }

  /** Variance of the sum. */
  get variance(): number {
    const linear = square(this.first) - this.firstSquares;
    const curved = square(this.second) - this.secondSquares;
    return this.independent + linear + 2 * curved;
  }
}

const ROUNDS = 40;

/** The least load up to a largest one with which a variance, which grows with it, reaches what is wanted. */
export function loadFor(wanted: number, most: number, varianceAt: (load: number) => number): number {
  if (varianceAt(0) >= wanted) return 0;
  if (varianceAt(most) <= wanted) return most;
  return bisect(0, most, ROUNDS, (load) => !(varianceAt(load) < wanted));
}
