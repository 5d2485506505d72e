/**
 * Sends rows `from[start..end)` to the two ends of the same range of `to`: those whose bin is at most
 * `splitBin` to the left. Returns where the right side begins; its rows come out in reverse order.
 *
 * Branch-free: each row is written at both ends and only one end advances, because an unpredictable branch
 * costs more than the second write. Unrolled by four.
 */
export function partitionByBin(
  bins: Uint8Array,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  end: number,
  splitBin: number,
): number {
  const bound = splitBin + 1;
  let left = start | 0;
  let right = (end - 1) | 0;
  let i = start | 0;
  for (; i + 3 < end; i = (i + 4) | 0) {
    const row0 = from[i];
    const row1 = from[i + 1];
    const row2 = from[i + 2];
    const row3 = from[i + 3];
    const goes0 = (bins[row0] - bound) >> 31;
    const goes1 = (bins[row1] - bound) >> 31;
    const goes2 = (bins[row2] - bound) >> 31;
    const goes3 = (bins[row3] - bound) >> 31;
    to[left] = row0;
    to[right] = row0;
    left = (left - goes0) | 0;
    right = (right - 1 - goes0) | 0;
    to[left] = row1;
    to[right] = row1;
    left = (left - goes1) | 0;
    right = (right - 1 - goes1) | 0;
    to[left] = row2;
    to[right] = row2;
    left = (left - goes2) | 0;
    right = (right - 1 - goes2) | 0;
    to[left] = row3;
    to[right] = row3;
    left = (left - goes3) | 0;
    right = (right - 1 - goes3) | 0;
  }
  for (; i < end; i = (i + 1) | 0) {
    const row = from[i];
    const goes = (bins[row] - bound) >> 31;
    to[left] = row;
    to[right] = row;
    left = (left - goes) | 0;
    right = (right - 1 - goes) | 0;
  }
  return left;
}

/** The same for any set of bins: `goesLeft[bin]` is 1 for those that go left. */
export function partitionByTable(
  bins: Uint8Array,
  from: Uint32Array,
  to: Uint32Array,
  start: number,
  end: number,
  goesLeft: Uint8Array,
): number {
  let left = start | 0;
  let right = (end - 1) | 0;
  for (let i = start | 0; i < end; i = (i + 1) | 0) {
    const row = from[i];
    const goes = goesLeft[bins[row]];
    to[left] = row;
    to[right] = row;
    left = (left + goes) | 0;
    right = (right - 1 + goes) | 0;
  }
  return left;
}

/** Adds one of two leaf values to the margins of rows, without sorting them. */
export function addLeafPair(
  bins: Uint8Array,
  order: Uint32Array,
  start: number,
  end: number,
  valueOfBin: Float32Array,
  margins: Float32Array,
): void {
  for (let i = start; i < end; i++) {
    const row = order[i];
    margins[row] += valueOfBin[bins[row]];
  }
}

/** Adds one leaf value to the margins of rows `order[start..end)`. */
export function addLeaf(
  order: Uint32Array,
  start: number,
  end: number,
  value: number,
  margins: Float32Array,
): void {
  for (let i = start; i < end; i++) margins[order[i]] += value;
}
