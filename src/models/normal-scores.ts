import { square } from '../math/index.js';
import { normalCdf, normalDensity } from './uncertainty/normal-cdf.js';

/** Normal scores from -4 to 4 at which laws are read: their quantiles at each of them, and straight lines between. */
export interface ScoreGrid {
  readonly step: number;
  readonly scores: readonly number[];
  readonly probabilities: readonly number[];
}

const LARGEST_SCORE = 4;

/** Grid for laws of large numbers, which are smooth. */
export const COARSE_SCORES = scoreGrid(4);
/** Grid for laws of few units, whose steps have to be met. */
export const FINE_SCORES = scoreGrid(32);

function scoreGrid(perUnit: number): ScoreGrid {
  const scores = Array.from(
    { length: 2 * LARGEST_SCORE * perUnit + 1 },
    (_, i) => i / perUnit - LARGEST_SCORE,
  );
  return { step: 1 / perUnit, scores, probabilities: scores.map(normalCdf) };
}

/** Correlation beyond which two variables are one. */
const LARGEST_CORRELATION = 0.999;

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
 * Correlation of the normal variables behind some laws, the same for each pair, at which the sum of the laws has a given
 * variance: from 0, where the sum of independent laws varies as much or more, to nearly 1.
 *
 * Source: the covariance of two functions of correlated normal variables by Mehler's formula, up to the second power.
 *
 * @param total variance of the sum
 */
export function commonCorrelation(laws: Iterable<Expansion>, total: number): number {
  let [independent, first, firstSquares, second, secondSquares] = [0, 0, 0, 0, 0];
  for (const law of laws) {
    independent += law.variance;
    first += law.first;
    firstSquares += square(law.first);
    second += law.second;
    secondSquares += square(law.second);
  }
  const wanted = total - independent;
  const linear = square(first) - firstSquares;
  const curved = Math.max(0, 2 * (square(second) - secondSquares));
  if (!(wanted > 0) || !(linear > 0)) return 0;
  const root = (2 * wanted) / (linear + Math.sqrt(square(linear) + 4 * curved * wanted));
  return Math.min(LARGEST_CORRELATION, root);
}
