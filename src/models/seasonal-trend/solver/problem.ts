import type { Growth } from '../series/series-options.js';

/** Precision of the normal priors of slope and level: their deviation is 5 in scaled units. */
export const TREND_PRECISION = 1 / 25;
/** The posterior can have a second mode with little noise and many changepoints: its search starts here. */
export const LOW_START = 1e-5;
/** Largest change of the logarithm of the noise variance at which the search for a mode ends. */
export const MODE_TOLERANCE = 1e-10;
/** Prophet's addition to the mean absolute changepoint, which keeps its Laplace scale from being zero. */
export const MIN_CHANGE_SCALE = 1e-8;

/** A model and its history in scaled units, ready to be fitted. */
export interface FitProblem {
  readonly growth: Growth;
  /** Scaled times, ascending. */
  readonly times: Float64Array;
  /** Scaled values above the floor. */
  readonly values: Float64Array;
  /** Scaled capacities above the floor, for logistic growth. */
  readonly caps: Float64Array | undefined;
  readonly changepoints: Float64Array;
  readonly changepointScale: number;
  /** Columns of the components. */
  readonly columns: readonly Float64Array[];
  /** Prior precision of each column. */
  readonly precisions: Float64Array;
  /** 1 for every column that multiplies the trend. */
  readonly multiplicative: Uint8Array;
}

/** Parameters in scaled units, as Stan has them. */
export interface Parameters {
  readonly slope: number;
  readonly offset: number;
  /** Change of the slope at each changepoint. */
  readonly sizes: Float64Array;
  /** One per column. */
  readonly coefficients: Float64Array;
  /** Standard deviation of the noise. */
  readonly noise: number;
  /** Log posterior without constants, as Stan's `~` statements give it. */
  readonly logPosterior: number;
}
