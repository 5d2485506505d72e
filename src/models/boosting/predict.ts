import type { Tree } from './tree.js';

/** Rows that are copied row-major and predicted together: they and one tree stay in the fastest cache. */
const BLOCK = 64;

/** Trees up to this depth are laid out as complete binary trees. */
const COMPLETE_DEPTH = 8;

/**
 * The trees of one output in a layout for fast prediction. A tree that is not deep becomes a complete binary tree
 * in breadth-first order (short branches repeat their leaf), so that the children of node `i` are `2i + 1` and
 * `2i + 2` and every row takes the same number of steps. Sums are kept in float32, in the order of the trees:
 * bit for bit what native XGBoost computes.
 */
export class TreeEnsemble {
  private readonly complete: readonly CompleteTrees[];
  private readonly featureCount: number;
  private readonly block: Float32Array;
  private readonly sums = new Float32Array(BLOCK);

  constructor(trees: readonly Tree[], featureCount: number) {
    this.featureCount = featureCount;
    this.block = new Float32Array(BLOCK * featureCount);
    this.complete = groupByLayout(trees);
  }

  /** Margins of rows `0..rows) of the columns, added to what `out` holds from `offset` on. */
  addMargins(columns: readonly Float32Array[], rows: number, out: Float32Array, offset = 0): void {
    for (let start = 0; start < rows; start += BLOCK) {
      const count = Math.min(BLOCK, rows - start);
      this.loadBlock(columns, start, count);
      for (let i = 0; i < count; i++) this.sums[i] = out[offset + start + i];
      this.addBlock(count);
      for (let i = 0; i < count; i++) out[offset + start + i] = this.sums[i];
    }
  }

  /** Margin of one row, starting from `base`. */
  rowMargin(row: ArrayLike<number>, base: number): number {
    for (let feature = 0; feature < this.featureCount; feature++) this.block[feature] = row[feature];
    this.sums[0] = base;
    this.addBlock(1);
    return this.sums[0];
  }

  private loadBlock(columns: readonly Float32Array[], start: number, count: number): void {
    for (let feature = 0; feature < this.featureCount; feature++) {
      copyColumn(columns[feature], start, count, this.block, feature, this.featureCount);
    }
  }

  private addBlock(count: number): void {
    for (const trees of this.complete) trees.add(this.block, count, this.featureCount, this.sums);
  }
}

function copyColumn(
  column: Float32Array,
  start: number,
  count: number,
  block: Float32Array,
  feature: number,
  featureCount: number,
): void {
  for (let i = 0, at = feature; i < count; i++, at += featureCount) block[at] = column[start + i];
}

interface CompleteTrees {
  add(block: Float32Array, count: number, featureCount: number, sums: Float32Array): void;
}

/** Runs of trees with the same layout, in their order. */
function groupByLayout(trees: readonly Tree[]): CompleteTrees[] {
  const groups: CompleteTrees[] = [];
  const isPlain = (tree: Tree) => tree.goesRight.size === 0 && depthOf(tree) <= COMPLETE_DEPTH;
  for (let from = 0; from < trees.length; ) {
    const plain = isPlain(trees[from]);
    let to = from + 1;
    while (to < trees.length && isPlain(trees[to]) === plain) to++;
    const run = trees.slice(from, to);
    groups.push(plain ? completeLayout(run) : pointerLayout(run));
    from = to;
  }
  return groups;
}

/** Depth of the deepest leaf; the root alone has depth 0. */
export function depthOf(tree: Tree): number {
  const depths = new Int32Array(tree.nodeCount);
  let deepest = 0;
  for (let node = 1; node < tree.nodeCount; node++) {
    depths[node] = depths[tree.parent[node]] + 1;
    if (depths[node] > deepest) deepest = depths[node];
  }
  return deepest;
}

function completeLayout(trees: readonly Tree[]): CompleteTrees {
  const depth = Math.max(0, ...trees.map(depthOf));
  const inner = (1 << depth) - 1;
  const features = new Int32Array(trees.length * inner);
  const thresholds = new Float32Array(trees.length * inner);
  const missingStep = new Uint8Array(trees.length * inner).fill(1);
  const leaves = new Float32Array(trees.length << depth);
  const place = (tree: Tree, index: number, node: number, position: number): void => {
    if (position >= inner) {
      leaves[(index << depth) + position - inner] = tree.condition[node];
      return;
    }
    const isLeaf = tree.left[node] < 0;
    const at = index * inner + position;
    if (!isLeaf) {
      features[at] = tree.feature[node];
      thresholds[at] = tree.condition[node];
      missingStep[at] = tree.defaultLeft[node] === 1 ? 1 : 2;
    }
    place(tree, index, isLeaf ? node : tree.left[node], 2 * position + 1);
    place(tree, index, isLeaf ? node : tree.right[node], 2 * position + 2);
  };
  trees.forEach((tree, index) => {
    place(tree, index, 0, 0);
  });
  return {
    add(block, count, featureCount, sums) {
      for (let tree = 0; tree < trees.length; tree++) {
        const first = tree * inner;
        const firstLeaf = (tree << depth) - inner;
        for (let i = 0, row = 0; i < count; i++, row += featureCount) {
          let node = 0;
          for (let level = 0; level < depth; level++) {
            const at = first + node;
            const value = block[row + features[at]];
            node = 2 * node + (value < thresholds[at] ? 1 : Number.isNaN(value) ? missingStep[at] : 2);
          }
          sums[i] += leaves[firstLeaf + node];
        }
      }
    },
  };
}

function pointerLayout(trees: readonly Tree[]): CompleteTrees {
  return {
    add(block, count, featureCount, sums) {
      for (const tree of trees) {
        for (let i = 0, row = 0; i < count; i++, row += featureCount) {
          sums[i] += tree.condition[leafOf(tree, block, row)];
        }
      }
    },
  };
}

/** The leaf that a row reaches; its features begin at `offset` of `values`. */
export function leafOf(tree: Tree, values: ArrayLike<number>, offset: number): number {
  let node = 0;
  while (tree.left[node] >= 0) {
    node = goesLeft(tree, node, values[offset + tree.feature[node]]) ? tree.left[node] : tree.right[node];
  }
  return node;
}

/** Whether a value goes to the left child of a node. */
export function goesLeft(tree: Tree, node: number, value: number): boolean {
  if (Number.isNaN(value)) return tree.defaultLeft[node] === 1;
  const right = tree.goesRight.size > 0 ? tree.goesRight.get(node) : undefined;
  if (right) return !(value >= 0 && right[Math.floor(value)] === 1);
  return value < tree.condition[node];
}

/** The leaf that row `row` of a column-major matrix reaches. */
export function leafOfColumns(tree: Tree, columns: readonly Float32Array[], row: number): number {
  let node = 0;
  while (tree.left[node] >= 0) {
    node = goesLeft(tree, node, columns[tree.feature[node]][row]) ? tree.left[node] : tree.right[node];
  }
  return node;
}
