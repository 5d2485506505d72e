/** Bins of some features, packed row by row for the histogram kernels. */
export interface PackedRows {
  /** The features, in the order of their bytes in a row. */
  readonly features: Int32Array;
  /** Position of each feature in `features`. */
  readonly places: Int32Array;
  /** First bin of each feature in a histogram of them. */
  readonly offsets: Int32Array;
  /** Total number of bins, including those of missing values. */
  readonly totalBins: number;
  /** Row-major, with four features in each word. */
  readonly words: Uint32Array;
  readonly wordsPerRow: number;
}

interface BinColumns {
  readonly rows: number;
  readonly binCounts: Int32Array;
  readonly hasMissing: Uint8Array;
  readonly columns: readonly Uint8Array[];
}

/** Features and rows to pack, and memory for them. */
export interface PackOptions {
  readonly features: Int32Array;
  /** Only rows `order[0..rowCount)` are needed. */
  readonly order: Uint32Array;
  readonly rowCount: number;
  /** Used for the result if it is long enough. */
  readonly memory: Uint32Array;
}

/** Packs all rows of all features, or some of both. */
export function packRows(matrix: BinColumns, options?: PackOptions): PackedRows {
  const { rows, binCounts, hasMissing, columns } = matrix;
  const features = options?.features ?? Int32Array.from(columns, (_, feature) => feature);
  const places = new Int32Array(columns.length);
  const offsets = new Int32Array(columns.length);
  let totalBins = 0;
  features.forEach((feature, place) => {
    places[feature] = place;
    offsets[feature] = totalBins;
    totalBins += binCounts[feature] + hasMissing[feature];
  });
  const wordsPerRow = (features.length + 3) >> 2;
  const size = rows * wordsPerRow;
  const words = options && options.memory.length >= size ? options.memory : new Uint32Array(size);
  const empty = features.length % 4 === 0 ? columns[0] : new Uint8Array(rows);
  for (let word = 0; word < wordsPerRow; word++) {
    const [a, b, c, d] = [0, 1, 2, 3].map((byte) => columns[features[4 * word + byte]] ?? empty);
    if (options && options.rowCount < rows) {
      packSomeRows(words, word, wordsPerRow, a, b, c, d, options.order, options.rowCount);
    } else {
      packAllRows(words, word, wordsPerRow, a, b, c, d);
    }
  }
  return { features, places, offsets, totalBins, words, wordsPerRow };
}

function packAllRows(
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

function packSomeRows(
  words: Uint32Array,
  word: number,
  wordsPerRow: number,
  a: Uint8Array,
  b: Uint8Array,
  c: Uint8Array,
  d: Uint8Array,
  order: Uint32Array,
  rowCount: number,
): void {
  for (let i = 0; i < rowCount; i++) {
    const row = order[i];
    words[row * wordsPerRow + word] = a[row] | (b[row] << 8) | (c[row] << 16) | (d[row] << 24);
  }
}
