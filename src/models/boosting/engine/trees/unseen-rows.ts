import type { BinnedMatrix } from '../data/binned-matrix.js';
import type { TreeBuilder } from './tree.js';

/** Adds the leaves of rows that a tree was not grown from to their margins. */
export function addToUnseenRows(
  matrix: BinnedMatrix,
  builder: TreeBuilder,
  rows: Uint32Array,
  margins: Float32Array,
): void {
  const { columns, binCounts } = matrix;
  const { left, right, feature, splitBin, defaultLeft, condition, goesRight } = builder;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    let node = 0;
    while (left[node] >= 0) {
      const bin = columns[feature[node]][row];
      let isLeft: boolean;
      if (bin === binCounts[feature[node]]) isLeft = defaultLeft[node] === 1;
      else if (goesRight.size > 0 && goesRight.has(node)) isLeft = goesRight.get(node)![bin] !== 1;
      else isLeft = bin <= splitBin[node];
      node = isLeft ? left[node] : right[node];
    }
    margins[row] += condition[node];
  }
}
