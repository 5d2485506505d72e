import { ForecastError } from '../../../../errors.js';
import type { FeatureMatrix } from '../../../../features/matrix.js';
import { checkLabels, type Objective } from '../objective.js';

/** Labels, weights and start values of the rows to learn from. */
export interface Targets {
  /** One per row. */
  readonly labels: Float32Array | Float64Array;
  /** One per row, not negative and not all zero; by default every row weighs 1. */
  readonly weights?: Float32Array | Float64Array;
  /**
   * Start of the sum of trees, on the margin scale (the logarithm, for Poisson, gamma and Tweedie), instead of
   * the base score: `rows` values, or `outputs * rows` with one block for each output.
   */
  readonly baseMargin?: Float32Array | Float64Array;
}

/** Rows to learn from, or to validate on. */
export interface TrainingData extends Targets {
  /** Column-major; NaN is a missing value. */
  readonly features: FeatureMatrix;
}

/** Targets in the precision of training, checked. */
export interface CheckedTargets {
  readonly rows: number;
  readonly labels: Float32Array;
  readonly weights: Float32Array | undefined;
  readonly baseMargin: Float32Array | undefined;
}

/**
 * Checks the targets of `rows` rows; `path` names the data set in errors.
 *
 * @throws ForecastError `invalid-data` for wrong lengths, labels that are not numbers or outside the
 * objective's range, and bad weights.
 */
export function checkTargets(
  data: Targets,
  rows: number,
  objective: Objective,
  path: readonly string[],
): CheckedTargets {
  if (data.labels.length !== rows) {
    fail(`There are ${data.labels.length} labels for ${rows} rows`, [...path, 'labels']);
  }
  const labels = toFloat32(data.labels);
  checkLabels(objective, labels);
  const weights = data.weights && checkWeights(data.weights, rows, path);
  const baseMargin = data.baseMargin && checkMargin(data.baseMargin, rows, objective.outputs, path);
  return { rows, labels, weights, baseMargin };
}

/** @throws ForecastError `empty-data` without rows or columns, `invalid-data` for ragged columns. */
export function checkFeatures(features: FeatureMatrix, path: readonly string[]): void {
  const { rows, columns, names } = features;
  if (rows === 0 || columns.length === 0) {
    throw new ForecastError('empty-data', `The matrix has ${rows} rows and ${columns.length} columns`, {
      path: [...path, 'features'],
    });
  }
  checkColumns(features, path);
  if (names && names.length !== columns.length) {
    fail(`There are ${names.length} names for ${columns.length} columns`, [...path, 'features', 'names']);
  }
}

/** @throws ForecastError `invalid-data` unless every column is a Float32Array with a value for each row. */
export function checkColumns(features: FeatureMatrix, path: readonly string[]): void {
  const { rows, columns } = features;
  for (let j = 0; j < columns.length; j++) {
    if (columns[j] instanceof Float32Array && columns[j].length === rows) continue;
    fail(`Column ${j} must be a Float32Array of ${rows} values`, [...path, 'features', 'columns', j]);
  }
}

function checkWeights(weights: ArrayLike<number>, rows: number, path: readonly string[]): Float32Array {
  if (weights.length !== rows) {
    fail(`There are ${weights.length} weights for ${rows} rows`, [...path, 'weights']);
  }
  let total = 0;
  for (let i = 0; i < rows; i++) {
    if (!(weights[i] >= 0 && weights[i] <= 1e30)) {
      fail(`Weight ${weights[i]} of row ${i} is not a number of at least 0`, [...path, 'weights', i]);
    }
    total += weights[i];
  }
  if (total === 0) fail('All weights are zero', [...path, 'weights']);
  return toFloat32(weights);
}

function checkMargin(
  margin: ArrayLike<number>,
  rows: number,
  outputs: number,
  path: readonly string[],
): Float32Array {
  if (margin.length !== rows && margin.length !== rows * outputs) {
    fail(`baseMargin has ${margin.length} values for ${rows} rows`, [...path, 'baseMargin']);
  }
  for (let i = 0; i < margin.length; i++) {
    if (!Number.isFinite(margin[i])) fail(`baseMargin is ${margin[i]} at ${i}`, [...path, 'baseMargin', i]);
  }
  return toFloat32(margin);
}

function toFloat32(values: ArrayLike<number>): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values);
}

function fail(message: string, path: readonly (string | number)[]): never {
  throw new ForecastError('invalid-data', message, { path });
}
