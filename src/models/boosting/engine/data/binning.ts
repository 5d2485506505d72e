import { ForecastError } from '../../../../errors.js';
import type { FeatureMatrix } from '../../../../features/matrix.js';
import type { Progress } from '../../../../long-call.js';
import { CutTable } from './cut-table.js';
import { findCuts } from './cuts.js';

/** Features as bin numbers, which is all that training looks at. */
export interface BinnedMatrix {
  readonly rows: number;
  readonly featureCount: number;
  /** Bins of each feature, without the one for missing values. */
  readonly binCounts: Int32Array;
  /** 1 where a feature has missing values: they are in bin `binCounts[feature]`. */
  readonly hasMissing: Uint8Array;
  /** First bin of each feature in a histogram of all features. */
  readonly offsets: Int32Array;
  /** Bins of all features together. */
  readonly totalBins: number;
  /** Upper bound of each bin; empty for a categorical feature, whose bins are its categories. */
  readonly cuts: readonly Float32Array[];
  /** A bound below every value of each feature: where a split sends all values that are present to the right. */
  readonly lowest: Float32Array;
  readonly categorical: Uint8Array;
  /** Bin of each row, a column for each feature: what the partition reads. */
  readonly columns: readonly Uint8Array[];
  /** The same, row-major with four features in each 32-bit word: what the histogram kernels read. */
  readonly words: Uint32Array;
  readonly wordsPerRow: number;
}

export interface BinningOptions {
  readonly maxBin: number;
  readonly categoricalFeatures: readonly number[];
}

/**
 * Cuts every feature into at most `maxBin` bins.
 *
 * @throws ForecastError `invalid-data` for an infinite value, or one that is no category number.
 */
export function* binFeatures(
  features: FeatureMatrix,
  options: BinningOptions,
): Generator<Progress, BinnedMatrix, void> {
  const { rows, columns: source } = features;
  const featureCount = source.length;
  const categorical = new Uint8Array(featureCount);
  for (const feature of options.categoricalFeatures) categorical[feature] = 1;
  const binCounts = new Int32Array(featureCount);
  const hasMissing = new Uint8Array(featureCount);
  const offsets = new Int32Array(featureCount);
  const cuts: Float32Array[] = [];
  const lowest = new Float32Array(featureCount);
  const columns: Uint8Array[] = [];
  const clean = new Float32Array(rows);
  let totalBins = 0;
  for (let feature = 0; feature < featureCount; feature++) {
    const missing = cleanColumn(source[feature], clean, feature);
    const bins = new Uint8Array(rows);
    if (categorical[feature]) {
      binCounts[feature] = binCategories(clean, bins, feature);
      cuts.push(new Float32Array(0));
    } else {
      const bounds = findCuts(clean, missing ? Math.min(options.maxBin, 255) : options.maxBin);
      binValues(clean, bounds, bins);
      binCounts[feature] = bounds.length;
      cuts.push(bounds);
      lowest[feature] = boundBelow(clean);
    }
    hasMissing[feature] = missing ? 1 : 0;
    columns.push(bins);
    offsets[feature] = totalBins;
    totalBins += binCounts[feature] + hasMissing[feature];
    yield { phase: 'bin', done: feature + 1, total: featureCount };
  }
  const wordsPerRow = (featureCount + 3) >> 2;
  const words = packWords(columns, rows, wordsPerRow);
  return {
    rows,
    featureCount,
    binCounts,
    hasMissing,
    offsets,
    totalBins,
    cuts,
    lowest,
    categorical,
    columns,
    words,
    wordsPerRow,
  };
}

/** Copies a column with -0 as 0, and says whether values are missing. */
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
  // The last cut lies above all values and need not be looked for.
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

function packWords(columns: readonly Uint8Array[], rows: number, wordsPerRow: number): Uint32Array {
  const words = new Uint32Array(rows * wordsPerRow);
  const empty = new Uint8Array(rows);
  for (let word = 0; word < wordsPerRow; word++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((byte) => columns[4 * word + byte] ?? empty);
    packWord(words, word, wordsPerRow, a, b, c, d);
  }
  return words;
}

function packWord(
  words: Uint32Array,
  word: number,
  wordsPerRow: number,
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  d: Uint8Array,
): void {
  for (let i = 0, at = word; i < a.length; i++, at += wordsPerRow) {
    words[at] = a[i] | (b[i] << 8) | (c[i] << 16) | (d[i] << 24);
  }
}
