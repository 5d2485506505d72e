import { accumulate, featuresOfPass, type RowGradients } from './accumulate.js';
import type { BinnedMatrix } from './binning.js';
import { INTEGER_ROUNDER } from './gradients.js';
import { scratch } from './histogram-kernels.js';

const ROUNDER = INTEGER_ROUNDER;
const { packed: PACKED, gradients: GRADIENTS, hessians: HESSIANS } = scratch;

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
  rest: Float64Array = NOTHING,
): void {
  let word = 0;
  while (word < matrix.wordsPerRow) {
    const features = featuresOfPass(matrix, word);
    accumulate(matrix, gradients, order, start, end, word);
    if (gradients.kind === 'packed') {
      flushPacked(matrix, 4 * word, features, out, rest, gradients.unit, gradients.scale);
    } else {
      flushPairs(matrix, 4 * word, features, out, rest);
    }
    word += features >> 2;
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
    const base = slot << 8;
    if (feature >= matrix.featureCount) {
      GRADIENTS[base] = 0;
      HESSIANS[base] = 0;
      continue;
    }
    const bins = matrix.binCounts[feature] + matrix.hasMissing[feature];
    let target = 2 * matrix.offsets[feature];
    for (let bin = 0; bin < bins; bin++, target += 2) {
      const gradient = GRADIENTS[base + bin];
      const hessian = HESSIANS[base + bin];
      out[target] = gradient;
      out[target + 1] = hessian;
      GRADIENTS[base + bin] = 0;
      HESSIANS[base + bin] = 0;
      if (subtracting) {
        rest[target] -= gradient;
        rest[target + 1] -= hessian;
      }
    }
  }
}
