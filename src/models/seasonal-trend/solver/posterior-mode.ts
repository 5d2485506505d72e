import { exp, log } from '../../../math/index.js';
import { ChangepointLasso } from './changepoint-lasso.js';
import type { PenalizedSystem } from './penalized-system.js';

/** Data of a fit, as inner products with the columns of a {@link PenalizedSystem}. */
export interface Target {
  readonly rows: number;
  /** Inner products of every column with the target, smooth ones first. */
  readonly cross: Float64Array;
  /** Sum of squares of the target. */
  readonly squares: number;
}

export interface ModeSearch {
  /** Laplace scale of the changepoints: Prophet's `changepoint_prior_scale`. */
  readonly changepointScale: number;
  /** Noise variances to start from: the posterior can have two modes, and the better one is returned. */
  readonly starts: readonly number[];
  /** Largest change of the logarithm of the variance at which the search ends. */
  readonly tolerance: number;
  /** Point from which the smooth coefficients are counted as increments; their priors are at zero. */
  readonly centre?: Float64Array;
  /** Changepoint sizes to start from; zeros by default. */
  readonly warmSizes?: Float64Array;
}

/** A mode of the posterior. The arrays belong to the solver and change with its next search. */
export interface Mode {
  /** Smooth coefficients, as increments from the centre. */
  readonly smooth: Float64Array;
  /** Changepoint sizes: changes of the slope. */
  readonly sizes: Float64Array;
  /** Noise variance. */
  readonly variance: number;
  /** Log posterior without constants, as Stan's `~` statements give it. */
  readonly logPosterior: number;
}

/** Below this share of the target's squares a squared error is rounding, and the fit is exact. */
const EXACT_FIT = 1e-13;

/**
 * The noise variance that maximises `-rows/2 log v - sse/(2v) - 2v`: a half-normal prior with deviation 0.5 on the
 * standard deviation. The positive root of `4v^2 + rows v - sse`, in the form that does not cancel.
 */
export function bestVariance(rows: number, squaredError: number): number {
  return Math.max((2 * squaredError) / (rows + Math.sqrt(rows * rows + 16 * squaredError)), 1e-30);
}

/**
 * Finds the posterior mode of a model that is linear in its coefficients, exactly: for a given noise variance the
 * coefficients are the solution of a convex problem ({@link ChangepointLasso}), for given coefficients the variance
 * has a closed form, and the fixed point of the two is found by a secant method on the logarithm of the variance.
 */
export class ModeSolver {
  readonly #system: PenalizedSystem;
  readonly #lasso: ChangepointLasso;
  readonly #rotatedCross: Float64Array;
  readonly #pulled: Float64Array;
  readonly #rotatedCentre: Float64Array;
  readonly #sizes: Float64Array;
  readonly #bestSizes: Float64Array;
  readonly #bestRotated: Float64Array;
  readonly #smooth: Float64Array;

  /** The solver serves every design that the system is prepared with, as long as its size stays the same. */
  constructor(system: PenalizedSystem) {
    this.#system = system;
    this.#lasso = new ChangepointLasso(system);
    this.#rotatedCross = new Float64Array(system.smooth);
    this.#pulled = new Float64Array(system.smooth);
    this.#rotatedCentre = new Float64Array(system.smooth);
    this.#sizes = new Float64Array(system.hinges);
    this.#bestSizes = new Float64Array(system.hinges);
    this.#bestRotated = new Float64Array(system.smooth);
    this.#smooth = new Float64Array(system.smooth);
  }

  search(target: Target, search: ModeSearch): Mode {
    this.#system.rotate(target.cross, this.#rotatedCross);
    this.#rotateCentre(search.centre);
    let best: Pick<Mode, 'variance' | 'logPosterior'> | undefined;
    if (search.warmSizes) this.#sizes.set(search.warmSizes);
    else this.#sizes.fill(0);
    // Each search starts from the sizes of the one before: for a given variance the problem is convex, so that
    // they affect the speed only.
    for (const start of search.starts) {
      const mode = this.#searchFrom(start, target, search);
      if (best !== undefined && mode.logPosterior <= best.logPosterior + 1e-9) continue;
      best = mode;
      this.#bestSizes.set(this.#sizes);
      this.#bestRotated.set(this.#lasso.rotated);
    }
    const { smooth, basis } = this.#system;
    for (let i = 0; i < smooth; i++) {
      let sum = 0;
      for (let k = 0; k < smooth; k++) sum += basis[i * smooth + k] * this.#bestRotated[k];
      this.#smooth[i] = sum;
    }
    const { variance = 1, logPosterior = -Infinity } = best ?? {};
    return { smooth: this.#smooth, sizes: this.#bestSizes, variance, logPosterior };
  }

  /** The centre in rotated coordinates, `Q' D^1/2 centre`, in which the priors have unit precision. */
  #rotateCentre(centre: Float64Array | undefined): void {
    const { smooth, basis, precisions } = this.#system;
    this.#rotatedCentre.fill(0);
    for (let i = 0; centre !== undefined && i < smooth; i++) {
      if (centre[i] === 0) continue;
      const value = precisions[i] * centre[i];
      for (let k = 0; k < smooth; k++) this.#rotatedCentre[k] += basis[i * smooth + k] * value;
    }
  }

  #searchFrom(start: number, target: Target, search: ModeSearch) {
    let logVariance = log(start);
    let previous = Number.NaN;
    let previousGap = Number.NaN;
    for (let iteration = 0; iteration < 100; iteration++) {
      const squaredError = this.#solve(exp(logVariance), target, search);
      const gap = log(bestVariance(target.rows, squaredError)) - logVariance;
      if (Math.abs(gap) < search.tolerance) {
        logVariance += gap;
        break;
      }
      const step = secantStep(logVariance - previous, gap - previousGap, gap);
      previous = logVariance;
      previousGap = gap;
      logVariance += step;
    }
    const variance = exp(logVariance);
    const squaredError = this.#squaredError(target);
    const logPosterior = -(
      0.5 * target.rows * logVariance +
      squaredError / (2 * variance) +
      2 * variance +
      this.#penalty(search.changepointScale)
    );
    return { variance, logPosterior };
  }

  /** The best coefficients for a noise variance; returns their squared error. */
  #solve(variance: number, target: Target, search: ModeSearch): number {
    const { smooth } = this.#system;
    for (let k = 0; k < smooth; k++) {
      this.#pulled[k] = this.#rotatedCross[k] - variance * this.#rotatedCentre[k];
    }
    const penalty = variance / search.changepointScale;
    this.#lasso.solve(this.#pulled, target.cross, smooth, variance, penalty, this.#sizes);
    return this.#squaredError(target);
  }

  #squaredError(target: Target): number {
    const { smooth, hinges, eigenvalues, coupling, hingeGram } = this.#system;
    const rotated = this.#lasso.rotated;
    const sizes = this.#sizes;
    let sum = target.squares;
    for (let k = 0; k < smooth; k++)
      sum += rotated[k] * (eigenvalues[k] * rotated[k] - 2 * this.#rotatedCross[k]);
    for (let j = 0; j < hinges; j++) {
      if (sizes[j] === 0) continue;
      let inner = -2 * target.cross[smooth + j];
      for (let k = 0; k < smooth; k++) inner += 2 * coupling[j * smooth + k] * rotated[k];
      for (let l = 0; l < hinges; l++) inner += hingeGram[j * hinges + l] * sizes[l];
      sum += sizes[j] * inner;
    }
    return Math.max(sum, EXACT_FIT * target.squares);
  }

  #penalty(changepointScale: number): number {
    let sum = 0;
    for (let k = 0; k < this.#rotatedCentre.length; k++) {
      const value = this.#lasso.rotated[k] + this.#rotatedCentre[k];
      sum += 0.5 * value * value;
    }
    for (let j = 0; j < this.#sizes.length; j++) sum += Math.abs(this.#sizes[j]) / changepointScale;
    return sum;
  }
}

/** A secant step where the slope is credible, and a plain fixed-point step otherwise. */
function secantStep(run: number, rise: number, gap: number): number {
  const slope = rise / run;
  if (!(slope < -0.05 && slope > -5)) return gap;
  const step = -gap / slope;
  return Math.abs(step) > 3 * Math.abs(gap) ? gap : step;
}
