import {
  addThresholds,
  BLOCK,
  CompleteTrees,
  canBeComplete,
  MOST_FEATURES,
  MOST_SPLITS,
  type Thresholds,
} from './trees/complete-trees.js';
import { leafOf, type Tree } from './trees/tree.js';

/** Trees that are added together for a block of rows. */
interface TreeRun {
  /** Adds the leaves of rows `start..start + count` to `sums`. */
  add(columns: readonly ArrayLike<number>[], start: number, count: number, sums: Float32Array): void;
}

/**
 * The trees of one output, laid out for fast prediction. Sums are kept in float32, in the order of the trees: bit for bit
 * what native XGBoost computes.
 */
export class TreeEnsemble {
  private readonly runs: readonly TreeRun[];
  private readonly sums = new Float32Array(BLOCK);
  private readonly rowColumns: Float32Array[];

  constructor(trees: readonly Tree[], featureCount: number) {
    this.runs = runsOf(trees);
    this.rowColumns = Array.from({ length: featureCount }, () => new Float32Array(1));
  }

  /** Adds the leaves of rows `0..rows` of the columns to `out`, from `offset` on. */
  addMargins(columns: readonly Float32Array[], rows: number, out: Float32Array, offset = 0): void {
    const { sums } = this;
    for (let start = 0; start < rows; start += BLOCK) {
      const count = Math.min(BLOCK, rows - start);
      for (let i = 0; i < count; i++) sums[i] = out[offset + start + i];
      for (const run of this.runs) run.add(columns, start, count, sums);
      for (let i = 0; i < count; i++) out[offset + start + i] = sums[i];
    }
  }

  /** Margin of one row, starting from `base`. */
  rowMargin(row: ArrayLike<number>, base: number): number {
    const { rowColumns, sums } = this;
    for (let feature = 0; feature < rowColumns.length; feature++) rowColumns[feature][0] = row[feature];
    sums[0] = base;
    for (const run of this.runs) run.add(rowColumns, 0, 1, sums);
    return sums[0];
  }
}

/** Limits the ranks, of which a tree adds at most one per split, to 15 bits. */
const LONGEST_RUN = 128;

/** Cuts the list of trees into runs that share a layout. */
function runsOf(trees: readonly Tree[]): TreeRun[] {
  const runs: TreeRun[] = [];
  for (let from = 0, to = 0; from < trees.length; from = to) {
    const complete = canBeComplete(trees[from]);
    const thresholds: Thresholds = new Map();
    while (
      to < Math.min(trees.length, from + LONGEST_RUN) &&
      canBeComplete(trees[to]) === complete &&
      thresholds.size <= MOST_FEATURES - MOST_SPLITS
    ) {
      if (complete) addThresholds(trees[to], thresholds);
      to++;
    }
    const run = trees.slice(from, to);
    runs.push(complete ? new CompleteTrees(run, thresholds) : new WalkedTrees(run));
  }
  return runs;
}

/** Deep trees and trees with categorical splits: from node to node. */
class WalkedTrees implements TreeRun {
  private readonly trees: readonly Tree[];

  constructor(trees: readonly Tree[]) {
    this.trees = trees;
  }

  add(columns: readonly ArrayLike<number>[], start: number, count: number, sums: Float32Array): void {
    for (const tree of this.trees) {
      for (let i = 0; i < count; i++) sums[i] += tree.condition[leafOf(tree, columns, start + i)];
    }
  }
}
