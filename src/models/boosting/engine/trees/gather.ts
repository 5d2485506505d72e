/**
 * Rows of a node that are far apart in memory are copied together before they are accumulated. In the short
 * copying loop the processor overlaps many memory reads; in the kernels, with more work per row, it would wait
 * for one or two at a time.
 */

/** Rows that are copied at a time: few enough for the L1 cache. */
export const GATHERED_ROWS = 512;

/** Matrices below this number of words stay in the cache anyway. */
const CACHED_WORDS = 1 << 18;
/** Mean distance between the rows of a node from which copying them pays. */
const FAR_APART = 6;

/** Tells whether rows `order[start..end)`, ascending or descending, are worth gathering. */
export function isScattered(words: Uint32Array, order: Uint32Array, start: number, end: number): boolean {
  if (words.length < CACHED_WORDS || end <= start) return false;
  const span = Math.abs(order[end - 1] - order[start]);
  return span > FAR_APART * (end - start);
}

/** A function around constant arrays, for the reason given in `histogram-kernels.ts`. */
function createGather() {
  const WORDS = new Uint32Array(4 * GATHERED_ROWS);
  const DOUBLES = new Float64Array(GATHERED_ROWS);

  /** The copies: bins in four words a row, gradients in either form, and the order that reads all of them. */
  const gathered = {
    words: WORDS,
    doubles: DOUBLES,
    pairs: new Float32Array(DOUBLES.buffer),
    order: Uint32Array.from({ length: GATHERED_ROWS }, (_, i) => i),
  };

  /**
   * Copies rows `order[start..end)`: 16 features from `word` on, and their gradients, which take eight bytes in either form.
   * A pair of finite numbers is never a NaN when it is taken for one float64, so its bits stay as they are.
   */
  function gatherRows(
    words: Uint32Array,
    wordsPerRow: number,
    word: number,
    order: Uint32Array,
    start: number,
    end: number,
    doubles: Float64Array,
  ): void {
    for (let i = start, row = 0, to = 0; i < end; i++, row++, to += 4) {
      const source = order[i];
      const at = source * wordsPerRow + word;
      DOUBLES[row] = doubles[source];
      WORDS[to] = words[at];
      WORDS[to + 1] = words[at + 1];
      WORDS[to + 2] = words[at + 2];
      WORDS[to + 3] = words[at + 3];
    }
  }

  return { gathered, gatherRows };
}

export const { gathered, gatherRows } = createGather();
