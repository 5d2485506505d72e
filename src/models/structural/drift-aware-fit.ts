import { exp, pow, square } from '../../math/index.js';
import { choleskyInPlace, solveCholesky } from '../seasonal-trend/solver/cholesky.js';
import { DRIFT_DAYS, type ResidualNoise } from './level-drift.js';
import { fitLogLinear, INTERCEPT_PRECISION, type LogLinearFit, type Prior } from './log-linear.js';
import type { ResponseRows } from './response-rows.js';

/** Share of the largest information below which a column counts as uninformative. */
const LEAST_INFORMATION = 1e-9;

/**
 * A fit that allows for autocorrelated days: the likelihood is tempered so that its curvature is the inverse of
 * the actual variance of its mode (Godambe information), and combined with the prior. The effect of a price
 * that changed once is then estimated from two long spells with drifts of their own; many short promotions lose
 * little.
 */
export function fitWithDrift(
  rows: ResponseRows,
  prior: Prior,
  residuals: ResidualNoise,
  stepDays: number,
  plain = fitLogLinear(rows, prior),
): LogLinearFit {
  const size = rows.columns.length + 1;
  const mode = Float64Array.of(plain.intercept, ...plain.effects);
  const precision = [INTERCEPT_PRECISION, ...Array.from(prior.precision)];
  const centre = [0, ...Array.from(prior.mean)];
  const { gradient, curvature, noise } = scoreSums(rows, mode, residuals, stepDays);
  const largest = Math.max(...diagonalOf(curvature, size));
  // Effects that are absent, or without information in the rows, keep their prior.
  const informed = Array.from({ length: size }, (_, j) => j).filter(
    (j) => precision[j] !== Number.POSITIVE_INFINITY && curvature[j * size + j] > LEAST_INFORMATION * largest,
  );
  const n = informed.length;
  const factor = picked(noise, informed, size);
  for (let j = 0; j < n; j++) factor[j * n + j] *= 1 + LEAST_INFORMATION;
  if (n === 0 || !choleskyInPlace(factor, n)) return plain;
  const information = picked(curvature, informed, size);
  // solved = noise^-1 x curvature, column by column; both are symmetric.
  const solved = Array.from({ length: n }, (_, k) => {
    const column = information.slice(k * n, (k + 1) * n);
    solveCholesky(factor, n, column);
    return column;
  });
  const score = Float64Array.from(informed, (j) => gradient[j]);
  solveCholesky(factor, n, score);
  const posterior = new Float64Array(n * n);
  const step = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < n; k++) {
      for (let l = 0; l < n; l++) posterior[j * n + k] += information[j * n + l] * solved[k][l];
      step[j] += information[j * n + k] * score[k];
    }
    posterior[j * n + j] += precision[informed[j]];
    step[j] -= precision[informed[j]] * (mode[informed[j]] - centre[informed[j]]);
  }
  if (!choleskyInPlace(posterior, n)) return plain;
  solveCholesky(posterior, n, step);
  const effects = plain.effects.slice();
  const covariance = priorOnly(prior);
  const count = size - 1;
  informed.forEach((j, at) => {
    if (j === 0) return;
    effects[j - 1] += step[at];
    const column = new Float64Array(n);
    column[at] = 1;
    solveCholesky(posterior, n, column);
    informed.forEach((k, other) => {
      if (k > 0) covariance[(j - 1) * count + k - 1] = column[other];
    });
  });
  return { effects, intercept: plain.intercept, covariance };
}

/** Values that the effects of a fit give to its rows. */
export function fittedOutcome({ count, expected, columns }: ResponseRows, fit: LogLinearFit): Float64Array {
  const fitted = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let log = fit.intercept;
    for (let j = 0; j < columns.length; j++) log += fit.effects[j] * columns[j][i];
    fitted[i] = expected[i] * exp(log);
  }
  return fitted;
}

/** Gradient and curvature of the likelihood, and the variance of its gradient under autocorrelated days. */
function scoreSums(
  rows: ResponseRows,
  effects: Float64Array,
  { drift, daily: scale }: ResidualNoise,
  stepDays: number,
) {
  const { starts, step, stride, outcome, expected, weight, columns } = rows;
  const size = effects.length;
  const gradient = new Float64Array(size);
  const curvature = new Float64Array(size * size);
  const together = new Float64Array(size * size);
  // The shared drift of a single series is like its own.
  const alone = starts.length === 2;
  const daily = drift.shared > 0 && !alone ? new Float64Array((lastStep(rows) + 1) * size) : undefined;
  const fade = exp(-stepDays / DRIFT_DAYS);
  const usualFade = pow(fade, stride);
  const x = new Float64Array(size);
  const before = new Float64Array(size);
  const v = new Float64Array(size);
  x[0] = 1;
  for (let m = 0; m + 1 < starts.length; m++) {
    before.fill(0);
    for (let i = starts[m]; i < starts[m + 1]; i++) {
      let log = effects[0];
      for (let j = 1; j < size; j++) {
        x[j] = columns[j - 1][i];
        log += effects[j] * x[j];
      }
      const mean = weight[i] * expected[i] * exp(Math.max(-6, Math.min(6, log)));
      const residual = weight[i] * outcome[i] - mean;
      const gap = i > starts[m] ? step[i] - step[i - 1] : Number.POSITIVE_INFINITY;
      const kept = gap === stride ? usualFade : pow(fade, gap);
      const day = step[i] * size;
      for (let j = 0; j < size; j++) {
        const xj = x[j];
        gradient[j] += residual * xj;
        const vj = mean * xj;
        v[j] = vj;
        before[j] *= kept;
        if (daily) daily[day + j] += vj;
        if (xj === 0 && before[j] === 0) continue;
        const bj = before[j];
        for (let k = 0; k <= j; k++) {
          curvature[j * size + k] += vj * x[k];
          together[j * size + k] += vj * (v[k] + before[k]) + bj * v[k];
        }
      }
      for (let j = 0; j < size; j++) before[j] += v[j];
    }
  }
  mirrorLower(curvature, size);
  mirrorLower(together, size);
  const lasting = alone ? drift.own + drift.shared : drift.own;
  const noise = curvature.map((value, at) => scale * value + lasting * together[at]);
  if (daily) addShared(noise, daily, size, fade, drift.shared);
  return { gradient, curvature, noise };
}

function lastStep({ starts, step }: ResponseRows): number {
  let last = 0;
  for (let m = 1; m < starts.length; m++) if (starts[m] > 0) last = Math.max(last, step[starts[m] - 1]);
  return last;
}

/** Copies the lower triangle of a symmetric matrix to the upper one. */
function mirrorLower(matrix: Float64Array, size: number): void {
  for (let j = 0; j < size; j++) for (let k = 0; k < j; k++) matrix[k * size + j] = matrix[j * size + k];
}

/** Adds the variance of the shared drift: the same sums over the totals of each step. */
function addShared(noise: Float64Array, daily: Float64Array, size: number, fade: number, variance: number) {
  const before = new Float64Array(size);
  for (let at = 0; at < daily.length; at += size) {
    for (let j = 0; j < size; j++) before[j] *= fade;
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) {
        const vj = daily[at + j];
        const vk = daily[at + k];
        noise[j * size + k] += variance * (vj * vk + vj * before[k] + before[j] * vk);
      }
    }
    for (let j = 0; j < size; j++) before[j] += daily[at + j];
  }
}

function diagonalOf(matrix: Float64Array, size: number): number[] {
  return Array.from({ length: size }, (_, j) => matrix[j * size + j]);
}

function picked(matrix: Float64Array, chosen: readonly number[], size: number): Float64Array {
  return Float64Array.from({ length: square(chosen.length) }, (_, at) => {
    const [j, k] = [Math.floor(at / chosen.length), at % chosen.length];
    return matrix[chosen[j] * size + chosen[k]];
  });
}

function priorOnly({ precision }: Prior): Float64Array {
  const count = precision.length;
  const covariance = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    covariance[j * count + j] = precision[j] === Number.POSITIVE_INFINITY ? 0 : 1 / precision[j];
  }
  return covariance;
}
