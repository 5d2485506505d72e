import type { BinnedMatrix } from '../data/binned-matrix.js';
import { INTEGER_ROUNDER, UNPACKED } from '../gradients.js';
import { accumulate, featuresOfPass, type RowGradients } from './accumulate.js';
import { scratch } from './histogram-kernels.js';

/** A constant of this module is folded by the compiler, an imported one is loaded in every step of a loop. */
const ROUNDER = INTEGER_ROUNDER;
const { packed: PACKED, gradients: GRADIENTS, hessians: HESSIANS } = scratch;
/** A bit for each bin of each feature of a pass that holds a row, 8 words of 32 bins a feature. */
const MASKS = new Int32Array(16 * 8);

/**
 * A histogram of only the bins that hold a row. For a node with far fewer rows than bins, filling and searching
 * then take time in proportion to its rows, and its children are built without subtraction.
 */
export class CompactHistogram {
  /** Gradient and hessian of each bin that is kept, as in a full histogram. */
  readonly values: Float64Array;
  /** Number of each bin in its feature. */
  readonly binOf: Uint8Array;
  /** The bins of the feature at place `p` of the packed rows are `starts[p]` to `starts[p + 1]`. */
  readonly starts: Int32Array;
  private matrix: BinnedMatrix;

  constructor(matrix: BinnedMatrix) {
    this.matrix = matrix;
    // Bytes of a word beyond the last feature count as bin 0 of unused features.
    const slots = 4 * matrix.wordsPerRow;
    this.values = new Float64Array(2 * (matrix.totalBins + slots));
    this.binOf = new Uint8Array(matrix.totalBins + slots);
    this.starts = new Int32Array(slots + 1);
  }

  /** Switches to the same matrix with other (not more) features in its packed rows. */
  use(matrix: BinnedMatrix): void {
    this.matrix = matrix;
  }

  /** Tells whether the last kept bin of a feature is that of its missing values. */
  endsWithMissing(feature: number): boolean {
    const place = this.matrix.places[feature];
    const end = this.starts[place + 1];
    return end > this.starts[place] && this.binOf[end - 1] === this.matrix.binCounts[feature];
  }

  /** Sums up rows `order[start..end)`. */
  fill(gradients: RowGradients, order: Uint32Array, start: number, end: number): void {
    const { matrix, starts } = this;
    let length = 0;
    let word = 0;
    while (word < matrix.wordsPerRow) {
      const features = featuresOfPass(matrix, word);
      accumulate(matrix, gradients, order, start, end, word);
      markBins(matrix.words, matrix.wordsPerRow, word, features >> 2, order, start, end);
      for (let slot = 0; slot < features; slot++) {
        starts[4 * word + slot] = length;
        length = takeMarked(this, length, slot, gradients.packing);
      }
      word += features >> 2;
    }
    starts[4 * word] = length;
  }
}

/** Marks the bins of rows `order[start..end)`, in `count` words from `word` on. */
function markBins(
  words: Uint32Array,
  wordsPerRow: number,
  word: number,
  wordCount: number,
  order: Uint32Array,
  start: number,
  end: number,
): void {
  for (let i = start; i < end; i++) {
    const at = order[i] * wordsPerRow + word;
    for (let k = 0; k < wordCount; k++) {
      const bins = words[at + k];
      const base = k << 5;
      // A shift takes the lowest five bits of its count, which are those of the bin within its word.
      MASKS[base + ((bins >>> 5) & 7)] |= 1 << bins;
      MASKS[base + 8 + ((bins >>> 13) & 7)] |= 1 << (bins >>> 8);
      MASKS[base + 16 + ((bins >>> 21) & 7)] |= 1 << (bins >>> 16);
      MASKS[base + 24 + (bins >>> 29)] |= 1 << (bins >>> 24);
    }
  }
}

/** Moves the marked bins of a feature from the scratch histogram to `target`, from `length` on; returns the new length. */
function takeMarked(
  target: CompactHistogram,
  length: number,
  slot: number,
  packing: RowGradients['packing'],
): number {
  const { values, binOf } = target;
  const packed = packing !== undefined;
  const { unit, scale } = packing ?? UNPACKED;
  const perUnit = 1 / unit;
  let to = length;
  for (let word = 0; word < 8; word++) {
    let mask = MASKS[(slot << 3) + word];
    MASKS[(slot << 3) + word] = 0;
    for (; mask !== 0; mask &= mask - 1, to++) {
      const bin = (word << 5) + 31 - Math.clz32(mask & -mask);
      const at = (slot << 8) + bin;
      binOf[to] = bin;
      if (packed) {
        const value = PACKED[at];
        const count = value * perUnit + ROUNDER - ROUNDER;
        values[2 * to] = (value - count * unit) * scale;
        values[2 * to + 1] = count;
        PACKED[at] = 0;
      } else {
        values[2 * to] = GRADIENTS[at];
        values[2 * to + 1] = HESSIANS[at];
        GRADIENTS[at] = 0;
        HESSIANS[at] = 0;
      }
    }
  }
  return to;
}
