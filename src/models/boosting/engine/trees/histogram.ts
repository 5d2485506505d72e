import type { BinnedMatrix } from '../data/binned-matrix.js';
import { INTEGER_ROUNDER, UNPACKED } from '../gradients.js';
import { accumulate, featuresOfPass, type RowGradients } from './accumulate.js';
import { scratch } from './histogram-kernels.js';

/** A constant of this module is folded by the compiler, an imported one is loaded in every step of a loop. */
const ROUNDER = INTEGER_ROUNDER;
const { packed: PACKED, gradients: GRADIENTS, hessians: HESSIANS } = scratch;

/** Placeholder for no histogram to subtract from. */
const NOTHING = new Float64Array(0);

/**
 * Sums the gradients of rows `order[start..end)` by feature and bin: gradient of bin `b` of feature `f` at
 * `2 * (offsets[f] + b)` of `out`, the hessian after it. They are subtracted from `rest`, if given: a parent's
 * histogram becomes that of the other child.
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
    flush(matrix, 4 * word, features, out, rest, gradients.packing);
    word += features >> 2;
  }
}

/** Moves the scratch histogram to `out`, splits packed numbers, subtracts them from `rest`, and empties the scratch. */
function flush(
  matrix: BinnedMatrix,
  firstPlace: number,
  features: number,
  out: Float64Array,
  rest: Float64Array,
  packing: RowGradients['packing'],
): void {
  const packed = packing !== undefined;
  const { unit, scale } = packing ?? UNPACKED;
  const perUnit = 1 / unit;
  const subtracting = rest.length > 0;
  for (let slot = 0; slot < features; slot++) {
    const place = firstPlace + slot;
    const base = slot << 8;
    // Bytes of a word beyond the last feature belong to no feature and are dropped.
    const real = place < matrix.features.length;
    const feature = real ? matrix.features[place] : 0;
    const bins = real ? matrix.binCounts[feature] + matrix.hasMissing[feature] : 1;
    let target = real ? 2 * matrix.offsets[feature] : 0;
    for (let bin = 0; bin < bins; bin++, target += 2) {
      const at = base + bin;
      let gradient: number;
      let hessian: number;
      if (packed) {
        const value = PACKED[at];
        hessian = value * perUnit + ROUNDER - ROUNDER;
        gradient = (value - hessian * unit) * scale;
        PACKED[at] = 0;
      } else {
        gradient = GRADIENTS[at];
        hessian = HESSIANS[at];
        GRADIENTS[at] = 0;
        HESSIANS[at] = 0;
      }
      if (!real) break;
      out[target] = gradient;
      out[target + 1] = hessian;
      if (subtracting) {
        rest[target] -= gradient;
        rest[target + 1] -= hessian;
      }
    }
  }
}
