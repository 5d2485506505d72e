import type { BinnedMatrix } from '../data/binned-matrix.js';
import { GATHERED_ROWS, gathered, gatherRows, isScattered } from './gather.js';
import { addPacked4, addPacked16, addPairs4, addPairs16 } from './histogram-kernels.js';

/**
 * Gradient statistics of the rows, eight bytes each, in one of two forms:
 * - in `pairs` gradient and hessian of row `r` are at `2r` and `2r + 1`, for any objective and weights;
 * - with `packing`, for hessian 1, `doubles` holds `unit + integer gradient`. A sum of such numbers is
 *   `count * unit + sum of gradients`, exact and so independent of the order of rows, and a histogram needs one
 *   addition instead of two. `scale` (a power of two) turns integers back into gradients.
 */
export interface RowGradients {
  readonly packing?: { readonly unit: number; readonly scale: number };
  /** Two views of the same memory. */
  readonly doubles: Float64Array;
  readonly pairs: Float32Array;
}

/** Number of features that one pass over the rows handles, starting from a word of their bins. */
export function featuresOfPass(matrix: BinnedMatrix, word: number): 16 | 4 {
  return word + 4 <= matrix.wordsPerRow ? 16 : 4;
}

/**
 * Adds rows `order[start..end)` to the scratch histograms: the features whose bins begin at `word` of each row, as many as
 * {@link featuresOfPass} says.
 */
export function accumulate(
  matrix: BinnedMatrix,
  gradients: RowGradients,
  order: Uint32Array,
  start: number,
  end: number,
  word: number,
): void {
  const { words, wordsPerRow } = matrix;
  const { packing, doubles, pairs } = gradients;
  if (featuresOfPass(matrix, word) === 4) {
    if (packing) addPacked4(words, wordsPerRow, word, order, start, end, doubles);
    else addPairs4(words, wordsPerRow, word, order, start, end, pairs);
  } else if (isScattered(words, order, start, end)) {
    for (let from = start; from < end; from += GATHERED_ROWS) {
      const to = Math.min(end, from + GATHERED_ROWS);
      gatherRows(words, wordsPerRow, word, order, from, to, doubles);
      if (packing) addPacked16(gathered.words, 4, 0, gathered.order, 0, to - from, gathered.doubles);
      else addPairs16(gathered.words, 4, 0, gathered.order, 0, to - from, gathered.pairs);
    }
  } else if (packing) {
    addPacked16(words, wordsPerRow, word, order, start, end, doubles);
  } else {
    addPairs16(words, wordsPerRow, word, order, start, end, pairs);
  }
}
