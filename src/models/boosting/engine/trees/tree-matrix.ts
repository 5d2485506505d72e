import type { BinnedMatrix } from '../data/binned-matrix.js';
import { packRows } from '../data/packed-rows.js';

/** Largest share of the words of a row at which packing the features of one tree pays. */
const WORTH_PACKING = 0.8;

/** Packs only the features that a tree may use, so that its time is in proportion to their number. */
export class TreeMatrix {
  private readonly matrix: BinnedMatrix;
  private memory: Uint32Array = new Uint32Array(0);

  constructor(matrix: BinnedMatrix) {
    this.matrix = matrix;
  }

  /**
   * The matrix for a tree of rows `order[0..rowCount)`, valid until the next call; the whole matrix where
   * packing does not pay.
   */
  select(features: Int32Array, order: Uint32Array, rowCount: number): BinnedMatrix {
    const { matrix } = this;
    const words = (features.length + 3) >> 2;
    if (words > WORTH_PACKING * matrix.wordsPerRow) return matrix;
    const packed = packRows(matrix, { features, order, rowCount, memory: this.memory });
    this.memory = packed.words;
    return { ...matrix, ...packed };
  }
}
