import type { BinnedMatrix } from '../data/binned-matrix.js';
import { packRows } from '../data/packed-rows.js';

/** Packing the features of one tree pays if they take at most this share of the words of a row. */
const WORTH_PACKING = 0.8;

/** Packs the features that a tree may use by themselves, so that its time follows their number. */
export class TreeMatrix {
  private readonly matrix: BinnedMatrix;
  private memory: Uint32Array = new Uint32Array(0);

  constructor(matrix: BinnedMatrix) {
    this.matrix = matrix;
  }

  /** The matrix for a tree of rows `order[0..rowCount)`, until the next call; as it is where packing does not pay. */
  select(features: Int32Array, order: Uint32Array, rowCount: number): BinnedMatrix {
    const { matrix } = this;
    const words = (features.length + 3) >> 2;
    if (words > WORTH_PACKING * matrix.wordsPerRow) return matrix;
    const packed = packRows(matrix, { features, order, rowCount, memory: this.memory });
    this.memory = packed.words;
    return { ...matrix, ...packed };
  }
}
