import { exp } from '../../math/index.js';
import { choleskyInPlace, solveCholesky } from '../seasonal-trend/solver/cholesky.js';

/** Rows of a log-linear model: outcome, expected value without the effects, and the columns of effects. */
export interface LogLinearRows {
  readonly count: number;
  readonly outcome: Float64Array;
  readonly expected: Float64Array;
  /** Weight of each row: one over the dispersion of its outcome. */
  readonly weight: Float64Array;
  /** One column for each effect. */
  readonly columns: readonly Float64Array[];
}

/** Normal prior of each effect. */
export interface Prior {
  readonly mean: ArrayLike<number>;
  /** One over the variance; infinite for an absent effect. */
  readonly precision: ArrayLike<number>;
}

/** A fit: the posterior mode of the effects, and their covariance as a row-major matrix. */
export interface LogLinearFit {
  readonly effects: Float64Array;
  /** Log of the common factor by which the expected values were wrong. */
  readonly intercept: number;
  readonly covariance: Float64Array;
}

const ROUNDS = 12;
const TOLERANCE = 1e-6;
const LARGEST_STEP = 1;
/** Prior precision of the intercept: weak, as the expected values may be wrong by a common factor. */
export const INTERCEPT_PRECISION = 1;

/**
 * Finds the posterior mode of the effects in `outcome ~ expected * exp(intercept + columns * effects)` with a
 * variance in proportion to the mean (quasi-Poisson), by Newton's method from the prior's mean. The covariance
 * is that of Laplace's approximation: the inverse of the curvature at the mode, with the intercept
 * marginalised.
 */
export function fitLogLinear(rows: LogLinearRows, prior: Prior): LogLinearFit {
  const { count, outcome, expected, weight, columns } = rows;
  const size = columns.length + 1;
  const effects = new Float64Array(size);
  for (let j = 1; j < size; j++) effects[j] = prior.mean[j - 1];
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size);
  row[0] = 1;
  let solved = false;
  for (let round = 0; round < ROUNDS; round++) {
    gradient.fill(0);
    hessian.fill(0);
    for (let i = 0; i < count; i++) {
      let log = effects[0];
      for (let j = 1; j < size; j++) {
        row[j] = columns[j - 1][i];
        log += effects[j] * row[j];
      }
      const mean = expected[i] * exp(Math.max(-6, Math.min(6, log)));
      const residual = weight[i] * (outcome[i] - mean);
      for (let j = 0; j < size; j++) {
        if (row[j] === 0) continue;
        gradient[j] += residual * row[j];
        const curvature = weight[i] * mean * row[j];
        for (let k = 0; k <= j; k++) hessian[j * size + k] += curvature * row[k];
      }
    }
    for (let j = 0; j < size; j++) {
      const precision = j === 0 ? INTERCEPT_PRECISION : prior.precision[j - 1];
      const centre = j === 0 ? 0 : prior.mean[j - 1];
      if (precision === Number.POSITIVE_INFINITY) {
        for (let k = 0; k < size; k++) hessian[Math.max(j, k) * size + Math.min(j, k)] = 0;
        hessian[j * size + j] = 1;
        gradient[j] = 0;
      } else {
        gradient[j] -= precision * (effects[j] - centre);
        hessian[j * size + j] += precision;
      }
    }
    solved = choleskyInPlace(hessian, size);
    if (!solved) break;
    const step = gradient;
    solveCholesky(hessian, size, step);
    let largest = 0;
    for (let j = 0; j < size; j++) {
      const change = Math.max(-LARGEST_STEP, Math.min(LARGEST_STEP, step[j]));
      effects[j] += change;
      largest = Math.max(largest, Math.abs(change));
    }
    if (largest < TOLERANCE) break;
  }
  return {
    effects: effects.slice(1),
    intercept: effects[0],
    covariance: solved ? inverseOf(hessian, size, prior) : priorCovariance(prior),
  };
}

/** Inverse of a factorised matrix without the row of the intercept; 0 for absent effects. */
function inverseOf(factor: Float64Array, size: number, { precision }: Prior): Float64Array {
  const count = size - 1;
  const inverse = new Float64Array(count * count);
  const column = new Float64Array(size);
  for (let j = 1; j < size; j++) {
    if (precision[j - 1] === Number.POSITIVE_INFINITY) continue;
    column.fill(0);
    column[j] = 1;
    solveCholesky(factor, size, column);
    for (let k = 1; k < size; k++) {
      if (precision[k - 1] !== Number.POSITIVE_INFINITY) inverse[(j - 1) * count + k - 1] = column[k];
    }
  }
  return inverse;
}

function priorCovariance({ precision }: Prior): Float64Array {
  const count = precision.length;
  const covariance = new Float64Array(count * count);
  for (let j = 0; j < count; j++) covariance[j * count + j] = 1 / precision[j];
  return covariance;
}
