import { MS_PER_DAY } from '../../../calendar/day.js';
import { square } from '../../../math/index.js';
import type { Parameters } from '../solver/problem.js';
import type { Specification } from './specification.js';

/** A change of the slope of the trend. */
export interface Changepoint {
  /** Days since 1970-01-01. */
  readonly day: number;
  /** ISO date of the day. */
  readonly date: string;
  /**
   * Change of the slope in units of the series per day; for logistic growth, in units of the exponent per day.
   */
  readonly change: number;
}

/** Facts about a fit: its data, changepoints, noise and residuals. */
export interface Diagnostics {
  /** Observations used. */
  readonly rows: number;
  /** Changepoints that are not zero. */
  readonly changepoints: readonly Changepoint[];
  /** Standard deviation of the noise in units of the series. */
  readonly noise: number;
  readonly logPosterior: number;
  /**
   * Autocorrelation of the residuals by the number of rows between them, from 1 on. Magnitudes above
   * `2 / sqrt(rows)` are significant: the model misses a pattern, and intervals of totals that assume
   * independent days are wrong.
   */
  readonly residualAutocorrelation: Float64Array;
  /** Reasons for the absence of parts of the model that may be expected. */
  readonly warnings: readonly string[];
}

export function changepointsOf(specification: Specification, { sizes }: Parameters): Changepoint[] {
  const { startDay, span, scale, growth } = specification;
  const unit = (growth === 'logistic' ? 1 : scale) / span;
  return specification.changepoints.flatMap((time, j) => {
    if (sizes[j] === 0) return [];
    const day = startDay + time * span;
    return [{ day, date: new Date(day * MS_PER_DAY).toISOString().slice(0, 10), change: sizes[j] * unit }];
  });
}

/** Autocorrelation of rows 1 to `lags` apart; zero for residuals without variation. */
export function autocorrelation(residuals: Float64Array, lags: number): Float64Array {
  let mean = 0;
  for (let i = 0; i < residuals.length; i++) mean += residuals[i] / residuals.length;
  let variance = 0;
  for (let i = 0; i < residuals.length; i++) variance += square(residuals[i] - mean);
  return Float64Array.from({ length: Math.min(lags, residuals.length - 1) }, (_, l) => {
    let sum = 0;
    for (let i = l + 1; i < residuals.length; i++)
      sum += (residuals[i] - mean) * (residuals[i - l - 1] - mean);
    return variance > 0 ? sum / variance : 0;
  });
}
