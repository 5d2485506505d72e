import { ForecastError } from '../../../../errors.js';
import { type PackedRows, packRows } from './packed-rows.js';

/** Features as bin numbers, which is all that training reads. */
export interface BinnedMatrix extends PackedRows {
  readonly rows: number;
  readonly featureCount: number;
  /** One name for each feature. */
  readonly names?: readonly string[];
  /** Most bins that a feature was cut into. */
  readonly maxBin: number;
  /** Bins of each feature, without the one for missing values. */
  readonly binCounts: Int32Array;
  /** 1 where a feature has missing values: they are in bin `binCounts[feature]`. */
  readonly hasMissing: Uint8Array;
  /** Upper bound of each bin; empty for a categorical feature, whose bins are its categories. */
  readonly cuts: readonly Float32Array[];
  /** A bound below every value of each feature, for splits that send only missing values to the left. */
  readonly lowest: Float32Array;
  readonly categorical: Uint8Array;
  /** Bin of each row, a column for each feature: what the partition reads. */
  readonly columns: readonly Uint8Array[];
}

/** A part of a matrix; by default everything. */
export interface BinnedPart {
  /** Row numbers in the order of the result; a row may come several times. */
  readonly rows?: ArrayLike<number>;
  /** Feature numbers in the order of the result. */
  readonly features?: ArrayLike<number>;
}

/**
 * Takes some rows and features of a binned matrix, with the same bins: sampling rows costs a byte per value,
 * while binning again would sort them.
 *
 * ```ts
 * import { binMatrix, selectBinned } from 'commerce-forecast/boosting';
 *
 * const binned = binMatrix({ rows: 4, columns: [Float32Array.of(1, 2, 3, 4), Float32Array.of(0, 1, 0, 1)] });
 * selectBinned(binned, { rows: [0, 2, 3], features: [0] }); // three rows of one feature
 * ```
 *
 * @throws ForecastError `invalid-option` for a number that is not a row or feature, or an empty list.
 */
export function selectBinned(matrix: BinnedMatrix, part: BinnedPart): BinnedMatrix {
  const { rows, features } = part;
  if (rows) checkNumbers(rows, matrix.rows, 'rows');
  if (features) checkNumbers(features, matrix.featureCount, 'features');
  const chosen = features ? Int32Array.from(features) : Int32Array.from(matrix.features);
  const result = {
    rows: rows ? rows.length : matrix.rows,
    featureCount: chosen.length,
    names: matrix.names && Array.from(chosen, (feature) => matrix.names![feature]),
    maxBin: matrix.maxBin,
    binCounts: chosen.map((feature) => matrix.binCounts[feature]),
    hasMissing: Uint8Array.from(chosen, (feature) => matrix.hasMissing[feature]),
    cuts: Array.from(chosen, (feature) => matrix.cuts[feature]),
    lowest: Float32Array.from(chosen, (feature) => matrix.lowest[feature]),
    categorical: Uint8Array.from(chosen, (feature) => matrix.categorical[feature]),
    columns: Array.from(chosen, (feature) => {
      const column = matrix.columns[feature];
      return rows ? valuesAt(column, rows) : column;
    }),
  };
  return { ...result, ...packRows(result) };
}

function valuesAt(column: Uint8Array, rows: ArrayLike<number>): Uint8Array {
  const values = new Uint8Array(rows.length);
  for (let i = 0; i < values.length; i++) values[i] = column[rows[i]];
  return values;
}

function checkNumbers(numbers: ArrayLike<number>, end: number, name: string): void {
  if (numbers.length === 0) fail('is empty', [name]);
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i];
    if (!(Number.isInteger(number) && number >= 0 && number < end)) {
      fail(`names ${number}, but there are ${end}`, [name, i]);
    }
  }
}

function fail(message: string, path: readonly (string | number)[]): never {
  throw new ForecastError('invalid-option', `'${path[0]}' ${message}`, { path });
}
