import type { BinnedMatrix } from './binning.js';
import { GATHERED_ROWS, gathered, gatherPacked, gatherPairs, isScattered } from './gather.js';
import { addPacked4, addPacked16, addPairs4, addPairs16 } from './histogram-kernels.js';

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

/** Features that one pass over the rows takes, from a word of their bins on. */
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
  if (featuresOfPass(matrix, word) === 4) {
    if (gradients.kind === 'packed')
      addPacked4(words, wordsPerRow, word, order, start, end, gradients.packed);
    else addPairs4(words, wordsPerRow, word, order, start, end, gradients.pairs);
  } else if (isScattered(words, order, start, end)) {
    accumulateGathered(matrix, gradients, order, start, end, word);
  } else if (gradients.kind === 'packed') {
    addPacked16(words, wordsPerRow, word, order, start, end, gradients.packed);
  } else {
    addPairs16(words, wordsPerRow, word, order, start, end, gradients.pairs);
  }
}

function accumulateGathered(
  { words, wordsPerRow }: BinnedMatrix,
  gradients: RowGradients,
  order: Uint32Array,
  start: number,
  end: number,
  word: number,
): void {
  for (let from = start; from < end; from += GATHERED_ROWS) {
    const to = Math.min(end, from + GATHERED_ROWS);
    if (gradients.kind === 'packed') {
      gatherPacked(words, wordsPerRow, word, order, from, to, gradients.packed);
      addPacked16(gathered.words, 4, 0, gathered.order, 0, to - from, gathered.packed);
    } else {
      gatherPairs(words, wordsPerRow, word, order, from, to, gradients.pairs);
      addPairs16(gathered.words, 4, 0, gathered.order, 0, to - from, gathered.pairs);
    }
  }
}
