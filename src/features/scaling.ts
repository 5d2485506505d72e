import { ForecastError } from '../errors.js';
import { square } from '../math/index.js';
import type { FeatureMatrix } from './matrix.js';

/** Mean and standard deviation of each column: plain data, to be stored with the model that was trained on it. */
export interface Scaler {
  readonly mean: readonly number[];
  /** Of the population (n); 1 for a column that is constant or missing, so that scaling leaves it at 0. */
  readonly std: readonly number[];
}

/** Learns mean and standard deviation of every column from its values that are not missing. */
export function fitScaler(features: FeatureMatrix): Scaler {
  const mean: number[] = [];
  const std: number[] = [];
  for (const column of features.columns) {
    const moments = columnMoments(column);
    mean.push(moments.mean);
    std.push(moments.std > 0 ? moments.std : 1);
  }
  return { mean, std };
}

function columnMoments(column: Float32Array): { mean: number; std: number } {
  let count = 0;
  let sum = 0;
  for (const value of column) {
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
  }
  if (count === 0) return { mean: 0, std: 0 };
  const mean = sum / count;
  let squares = 0;
  for (const value of column) if (!Number.isNaN(value)) squares += square(value - mean);
  return { mean, std: Math.sqrt(squares / count) };
}

/**
 * Standardises every column: `(value - mean) / std`; missing values stay missing. Returns a new matrix.
 *
 * @throws ForecastError `invalid-data` if the scaler was fitted on another number of columns.
 */
export function scaleFeatures<T extends FeatureMatrix>(features: T, scaler: Scaler): T {
  if (features.columns.length !== scaler.mean.length) {
    throw new ForecastError(
      'invalid-data',
      `A scaler of ${scaler.mean.length} columns cannot scale ${features.columns.length}`,
      { path: ['features'] },
    );
  }
  const columns = features.columns.map((column, j) => {
    const mean = scaler.mean[j];
    const inverse = 1 / scaler.std[j];
    return column.map((value) => (value - mean) * inverse);
  });
  return { ...features, columns };
}
