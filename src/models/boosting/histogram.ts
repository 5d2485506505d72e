import type { BinnedMatrix } from './binning.js';

/**
 * Gradient statistics of the rows, in one of two forms:
 * - `pairs`: gradient and hessian of row `r` at `2r` and `2r + 1`, for any objective and weights;
 * - `packed`: for hessian 1, `unit + integer gradient` in one float64. A sum of such numbers is
 *   `count * unit + sum of gradients`, exact and so independent of the order of rows, and a histogram needs one
 *   addition instead of two. `scale` (a power of two) turns integers back into gradients.
 */
export type RowGradients =
  | { readonly kind: 'pairs'; readonly pairs: Float32Array }
  | { readonly kind: 'packed'; readonly packed: Float64Array; readonly unit: number; readonly scale: number };

/** Adding and subtracting 1.5 * 2^52 rounds a float64 to the nearest integer. */
const ROUNDER = 6755399441055744;

/** 16 features of 256 bins each. Module constants, because the compiler then drops the bounds checks. */
const PACKED = new Float64Array(16 * 256);
const PAIRS = new Float64Array(16 * 512);

/** Stands for no histogram to subtract from. */
const NOTHING = new Float64Array(0);

/**
 * Sums the gradients of rows `order[start..end)` by feature and bin: gradient of bin `b` of feature `f` at
 * `2 * (offsets[f] + b)` of `out`, hessian beside it. They are taken away from `rest`, if given: a parent's histogram becomes
 * that of the other child.
 */
export function buildHistogram(
  matrix: BinnedMatrix,
  gradients: RowGradients,
  order: Uint32Array,
  start: number,
  end: number,
  out: Float64Array,
  rest?: Float64Array,
): void {
  const { words, wordsPerRow } = matrix;
  let word = 0;
  while (word < wordsPerRow) {
    const wide = word + 4 <= wordsPerRow;
    const features = wide ? 16 : 4;
    if (gradients.kind === 'packed') {
      const add = wide ? addPacked16 : addPacked4;
      add(words, wordsPerRow, word, order, start, end, gradients.packed);
      flushPacked(matrix, 4 * word, features, out, rest ?? NOTHING, gradients.unit, gradients.scale);
    } else {
      const add = wide ? addPairs16 : addPairs4;
      add(words, wordsPerRow, word, order, start, end, gradients.pairs);
      flushPairs(matrix, 4 * word, features, out, rest ?? NOTHING);
    }
    word += wide ? 4 : 1;
  }
}

function addPacked16(
  words: Uint32Array,
  wordsPerRow: number,
  word: number,
  order: Uint32Array,
  start: number,
  end: number,
  packed: Float64Array,
): void {
  for (let i = start; i < end; i++) {
    const row = order[i];
    const at = row * wordsPerRow + word;
    const value = packed[row];
    let bins = words[at];
    PACKED[bins & 255] += value;
    PACKED[256 + ((bins >>> 8) & 255)] += value;
    PACKED[512 + ((bins >>> 16) & 255)] += value;
    PACKED[768 + (bins >>> 24)] += value;
    bins = words[at + 1];
    PACKED[1024 + (bins & 255)] += value;
    PACKED[1280 + ((bins >>> 8) & 255)] += value;
    PACKED[1536 + ((bins >>> 16) & 255)] += value;
    PACKED[1792 + (bins >>> 24)] += value;
    bins = words[at + 2];
    PACKED[2048 + (bins & 255)] += value;
    PACKED[2304 + ((bins >>> 8) & 255)] += value;
    PACKED[2560 + ((bins >>> 16) & 255)] += value;
    PACKED[2816 + (bins >>> 24)] += value;
    bins = words[at + 3];
    PACKED[3072 + (bins & 255)] += value;
    PACKED[3328 + ((bins >>> 8) & 255)] += value;
    PACKED[3584 + ((bins >>> 16) & 255)] += value;
    PACKED[3840 + (bins >>> 24)] += value;
  }
}

function addPacked4(
  words: Uint32Array,
  wordsPerRow: number,
  word: number,
  order: Uint32Array,
  start: number,
  end: number,
  packed: Float64Array,
): void {
  for (let i = start; i < end; i++) {
    const row = order[i];
    const value = packed[row];
    const bins = words[row * wordsPerRow + word];
    PACKED[bins & 255] += value;
    PACKED[256 + ((bins >>> 8) & 255)] += value;
    PACKED[512 + ((bins >>> 16) & 255)] += value;
    PACKED[768 + (bins >>> 24)] += value;
  }
}

/** Adds a pair to each of four bins, beginning at feature slot `base / 512` of the scratch histogram. */
function addPairs4At(base: number, bins: number, gradient: number, hessian: number): void {
  let at = base + ((bins & 255) << 1);
  PAIRS[at] += gradient;
  PAIRS[at + 1] += hessian;
  at = base + 512 + ((bins >>> 7) & 510);
  PAIRS[at] += gradient;
  PAIRS[at + 1] += hessian;
  at = base + 1024 + ((bins >>> 15) & 510);
  PAIRS[at] += gradient;
  PAIRS[at + 1] += hessian;
  at = base + 1536 + ((bins >>> 23) & 510);
  PAIRS[at] += gradient;
  PAIRS[at + 1] += hessian;
}

function addPairs16(
  words: Uint32Array,
  wordsPerRow: number,
  word: number,
  order: Uint32Array,
  start: number,
  end: number,
  pairs: Float32Array,
): void {
  for (let i = start; i < end; i++) {
    const row = order[i];
    const at = row * wordsPerRow + word;
    const gradient = pairs[2 * row];
    const hessian = pairs[2 * row + 1];
    addPairs4At(0, words[at], gradient, hessian);
    addPairs4At(2048, words[at + 1], gradient, hessian);
    addPairs4At(4096, words[at + 2], gradient, hessian);
    addPairs4At(6144, words[at + 3], gradient, hessian);
  }
}

function addPairs4(
  words: Uint32Array,
  wordsPerRow: number,
  word: number,
  order: Uint32Array,
  start: number,
  end: number,
  pairs: Float32Array,
): void {
  for (let i = start; i < end; i++) {
    const row = order[i];
    addPairs4At(0, words[row * wordsPerRow + word], pairs[2 * row], pairs[2 * row + 1]);
  }
}

/** Moves the scratch histogram to `out`, splits the packed numbers, subtracts them from `rest`, and empties the scratch. */
function flushPacked(
  matrix: BinnedMatrix,
  firstFeature: number,
  features: number,
  out: Float64Array,
  rest: Float64Array,
  unit: number,
  scale: number,
): void {
  const perUnit = 1 / unit;
  const subtracting = rest.length > 0;
  for (let slot = 0; slot < features; slot++) {
    const feature = firstFeature + slot;
    const base = slot << 8;
    if (feature >= matrix.featureCount) {
      PACKED[base] = 0;
      continue;
    }
    const bins = matrix.binCounts[feature] + matrix.hasMissing[feature];
    let target = 2 * matrix.offsets[feature];
    for (let bin = 0; bin < bins; bin++, target += 2) {
      const value = PACKED[base + bin];
      const count = value * perUnit + ROUNDER - ROUNDER;
      const gradient = (value - count * unit) * scale;
      out[target] = gradient;
      out[target + 1] = count;
      PACKED[base + bin] = 0;
      if (subtracting) {
        rest[target] -= gradient;
        rest[target + 1] -= count;
      }
    }
  }
}

function flushPairs(
  matrix: BinnedMatrix,
  firstFeature: number,
  features: number,
  out: Float64Array,
  rest: Float64Array,
): void {
  const subtracting = rest.length > 0;
  for (let slot = 0; slot < features; slot++) {
    const feature = firstFeature + slot;
    const base = slot << 9;
    if (feature >= matrix.featureCount) {
      PAIRS[base] = 0;
      PAIRS[base + 1] = 0;
      continue;
    }
    const numbers = 2 * (matrix.binCounts[feature] + matrix.hasMissing[feature]);
    const target = 2 * matrix.offsets[feature];
    for (let i = 0; i < numbers; i++) {
      const value = PAIRS[base + i];
      out[target + i] = value;
      PAIRS[base + i] = 0;
      if (subtracting) rest[target + i] -= value;
    }
  }
}
