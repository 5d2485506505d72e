import { accuracyOf } from '../metrics/accuracy.js';
import { relativeError } from '../metrics/pairs.js';

/** Additive sums from which the metrics of any set of days are computed. */
export interface ScoreSums {
  /** Observed pairs of forecast and actual. */
  observations: number;
  absoluteError: number;
  absoluteActual: number;
  error: number;
  actual: number;
  /** Pairs with an interval, those of them inside it, and the sum of the levels. */
  intervals: number;
  covered: number;
  levels: number;
}

/** Metrics pooled over all pairs. Errors are undefined without observations, coverage without intervals. */
export interface AccuracySummary {
  readonly observations: number;
  readonly accuracy: number | undefined;
  readonly wape: number | undefined;
  readonly bias: number | undefined;
  /** Share of actuals inside their interval. */
  readonly coverage: number | undefined;
  /** Nominal coverage: the mean level of the intervals. */
  readonly level: number | undefined;
}

export const SCORE_NAMES = [
  'observations',
  'absoluteError',
  'absoluteActual',
  'error',
  'actual',
  'intervals',
  'covered',
  'levels',
] as const satisfies readonly (keyof ScoreSums)[];

export function emptySums(): ScoreSums {
  return {
    observations: 0,
    absoluteError: 0,
    absoluteActual: 0,
    error: 0,
    actual: 0,
    intervals: 0,
    covered: 0,
    levels: 0,
  };
}

export function addSums(into: ScoreSums, added: ScoreSums): void {
  for (const name of SCORE_NAMES) into[name] += added[name];
}

/** The metrics, defined as in `wape`, `bias` and `coverage`. */
export function summarizeSums(sums: ScoreSums): AccuracySummary {
  const { observations, absoluteError, absoluteActual, error, actual, intervals, covered, levels } = sums;
  const wape = observations > 0 ? relativeError(absoluteError, absoluteActual) : undefined;
  return {
    observations,
    accuracy: wape === undefined ? undefined : accuracyOf(wape),
    wape,
    bias: observations > 0 ? Math.sign(error) * relativeError(Math.abs(error), Math.abs(actual)) : undefined,
    coverage: intervals > 0 ? covered / intervals : undefined,
    level: intervals > 0 ? levels / intervals : undefined,
  };
}
