import { ForecastError } from '../../../../errors.js';
import type { FeatureMatrix } from '../../../../features/matrix.js';
import { type LongCallOptions, type Progress, runAtOnce, runInSlices } from '../../../../long-call.js';
import { type BoosterParams, resolveParams } from '../params.js';
import type { BinnedMatrix } from './binned-matrix.js';
import { CutTable } from './cut-table.js';
import { cutBuffers, findCuts } from './cuts.js';
import { checkFeatures } from './data.js';
import { packRows } from './packed-rows.js';

/** Parameters for cutting features into bins. */
export type BinningOptions = Pick<BoosterParams, 'maxBin' | 'categoricalFeatures'>;

/**
 * Bins a matrix once for several boosters that learn from it: give the result to each of them as its `features`.
 *
 * ```ts
 * import { binMatrix, trainBooster } from 'commerce-forecast/boosting';
 *
 * const binned = binMatrix({ rows: 4, columns: [Float32Array.of(1, 2, 3, 4)] }, { maxBin: 128 });
 * const orders = trainBooster({ features: binned, labels: Float32Array.of(0, 1, 1, 2) }, { objective: 'poisson' });
 * const revenue = trainBooster({ features: binned, labels: Float32Array.of(0, 9.5, 12, 30) });
 * ```
 *
 * @param options - `maxBin` (256) and `categoricalFeatures` (none), as for a booster
 * @throws ForecastError `invalid-option` for an option; `empty-data` or `invalid-data` for the matrix.
 */
export function binMatrix(features: FeatureMatrix, options: Partial<BinningOptions> = {}): BinnedMatrix {
  return runAtOnce(binChecked(features, options));
}

/**
 * Does the same asynchronously, yielding to the event loop.
 *
 * @throws ForecastError as {@link binMatrix}, and `aborted` if the signal fired.
 */
export function binMatrixAsync(
  features: FeatureMatrix,
  options: Partial<BinningOptions> = {},
  calls: LongCallOptions = {},
): Promise<BinnedMatrix> {
  return runInSlices(binChecked(features, options), calls);
}

function* binChecked(
  features: FeatureMatrix,
  options: Partial<BinningOptions>,
): Generator<Progress, BinnedMatrix, void> {
  const { maxBin, categoricalFeatures, ...others } = options;
  const [unknown] = Object.keys(others);
  if (unknown) {
    throw new ForecastError('invalid-option', `${unknown} is not an option of binning`, { path: [unknown] });
  }
  checkFeatures(features, []);
  return yield* binFeatures(
    features,
    resolveParams({ maxBin, categoricalFeatures }, features.columns.length),
  );
}

/**
 * Cuts every feature into at most `maxBin` bins.
 *
 * @throws ForecastError `invalid-data` for an infinite value, or one that is not a category number.
 */
export function* binFeatures(
  features: FeatureMatrix,
  options: BinningOptions,
): Generator<Progress, BinnedMatrix, void> {
  const { rows, columns: source, names } = features;
  const { maxBin } = options;
  const featureCount = source.length;
  const categorical = new Uint8Array(featureCount);
  for (const feature of options.categoricalFeatures) categorical[feature] = 1;
  const binCounts = new Int32Array(featureCount);
  const hasMissing = new Uint8Array(featureCount);
  const cuts: Float32Array[] = [];
  const lowest = new Float32Array(featureCount);
  const columns: Uint8Array[] = [];
  const clean = new Float32Array(rows);
  const buffers = cutBuffers(rows);
  for (let feature = 0; feature < featureCount; feature++) {
    const missing = cleanColumn(source[feature], clean, feature);
    const bins = new Uint8Array(rows);
    if (categorical[feature]) {
      binCounts[feature] = binCategories(clean, bins, feature);
      cuts.push(new Float32Array(0));
    } else {
      const bounds = findCuts(clean, missing ? Math.min(maxBin, 255) : maxBin, buffers);
      binValues(clean, bounds, bins);
      binCounts[feature] = bounds.length;
      cuts.push(bounds);
      lowest[feature] = boundBelow(clean);
    }
    hasMissing[feature] = missing ? 1 : 0;
    columns.push(bins);
    yield { phase: 'bin', done: feature + 1, total: featureCount };
  }
  const bins = {
    rows,
    featureCount,
    names,
    maxBin,
    binCounts,
    hasMissing,
    cuts,
    lowest,
    categorical,
    columns,
  };
  return { ...bins, ...packRows(bins) };
}

/** Copies a column with -0 as 0; returns whether values are missing. */
function cleanColumn(source: Float32Array, target: Float32Array, feature: number): boolean {
  let missing = false;
  for (let i = 0; i < target.length; i++) {
    const value = source[i];
    target[i] = value + 0;
    if (value - value !== 0) {
      if (!Number.isNaN(value)) {
        throw new ForecastError('invalid-data', `Feature ${feature} is infinite in row ${i}`, {
          path: ['features', feature, i],
          hint: 'Use a finite bound, or NaN for missing',
        });
      }
      missing = true;
    }
  }
  return missing;
}

function boundBelow(values: Float32Array): number {
  let smallest = Infinity;
  for (let i = 0; i < values.length; i++) if (values[i] < smallest) smallest = values[i];
  return Math.max(smallest - (Math.abs(smallest) + 1e-5), -3.4028234663852886e38);
}

const TABLE_STEPS = 4096;

/** Finds the bin of each value; missing values get the bin after the last. */
function binValues(values: Float32Array, cuts: Float32Array, out: Uint8Array): void {
  // The last cut is above all values, so it is not searched.
  const table = new CutTable(cuts.subarray(0, -1), TABLE_STEPS);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    out[i] = Number.isNaN(value) ? cuts.length : table.count(value);
  }
}

/** Bins of a categorical feature are its categories; missing values get the bin after the last. */
function binCategories(values: Float32Array, out: Uint8Array, feature: number): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    if (value < 0 || value > 254 || value !== Math.floor(value)) {
      throw new ForecastError('invalid-data', `Feature ${feature} has ${value} in row ${i}, not a category`, {
        path: ['features', feature, i],
        hint: 'Categories are the whole numbers 0 to 254; encode others by rank or target mean',
      });
    }
    if (value >= count) count = value + 1;
    out[i] = value;
  }
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) out[i] = count;
  return count;
}
