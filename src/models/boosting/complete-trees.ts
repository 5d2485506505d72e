import { CutTable } from './cut-table.js';
import { depthOf, type Tree } from './tree.js';

/** Deeper trees would become too large as complete ones. */
const DEEPEST = 8;

/** Rank of a missing value where it goes right: above that of every threshold. */
const ALWAYS_RIGHT = 65535;

/** Whether a tree can be part of {@link CompleteTrees}. */
export function canBeComplete(tree: Tree): boolean {
  return tree.goesRight.size === 0 && depthOf(tree) <= DEEPEST;
}

/**
 * Trees as complete binary trees in breadth-first order: the children of node `i` are `2i + 1` and `2i + 2`, short
 * branches repeat their leaf, and every row takes the same number of steps.
 *
 * Values are replaced by their rank among the thresholds of their feature, which costs a look-up for each value, but makes
 * every step integer arithmetic without a branch; comparisons of floats become branches that go either way by chance. A
 * value has two ranks, which differ if it is missing: one for nodes where missing values go left, one for the others.
 */
export class CompleteTrees {
  private readonly depth: number;
  private readonly treeCount: number;
  private readonly width: number;
  private readonly usedFeatures: Int32Array;
  private readonly tables: readonly CutTable[];
  /** Of each inner node: place of the rank in a row in the lower half, rank of the threshold in the upper half. */
  private readonly nodes: Uint32Array;
  private readonly leaves: Float32Array;
  private readonly ranks: Uint16Array;

  constructor(trees: readonly Tree[], featureCount: number, block: number) {
    const thresholds = thresholdsByFeature(trees, featureCount);
    this.usedFeatures = Int32Array.from(thresholds.keys()).filter(
      (feature) => thresholds[feature].length > 0,
    );
    this.tables = thresholds.map((cuts) => new CutTable(cuts, 4 * cuts.length + 4));
    this.width = 2 * this.usedFeatures.length;
    this.depth = Math.max(0, ...trees.map(depthOf));
    this.treeCount = trees.length;
    const inner = (1 << this.depth) - 1;
    this.nodes = new Uint32Array(trees.length * inner);
    this.leaves = new Float32Array(trees.length << this.depth);
    this.ranks = new Uint16Array(block * this.width);
    const slots = new Int32Array(featureCount);
    this.usedFeatures.forEach((feature, slot) => {
      slots[feature] = 2 * slot;
    });
    trees.forEach((tree, index) => {
      this.place(tree, index, 0, 0, slots, thresholds);
    });
  }

  add(columns: readonly ArrayLike<number>[], start: number, count: number, sums: Float32Array): void {
    const { usedFeatures, tables, ranks, width } = this;
    for (let slot = 0; slot < usedFeatures.length; slot++) {
      const feature = usedFeatures[slot];
      rankValues(columns[feature], start, count, tables[feature], ranks, 2 * slot, width);
    }
    addTrees(this.nodes, this.leaves, this.treeCount, this.depth, ranks, width, count, sums);
  }

  private place(
    tree: Tree,
    index: number,
    node: number,
    position: number,
    slots: Int32Array,
    thresholds: readonly Float32Array[],
  ): void {
    const inner = (1 << this.depth) - 1;
    if (position >= inner) {
      this.leaves[(index << this.depth) + position - inner] = tree.condition[node];
      return;
    }
    const isLeaf = tree.left[node] < 0;
    if (!isLeaf) {
      const feature = tree.feature[node];
      const slot = slots[feature] + (tree.defaultLeft[node] === 1 ? 0 : 1);
      const rank = indexOf(thresholds[feature], tree.condition[node]);
      this.nodes[index * inner + position] = slot | (rank << 16);
    }
    this.place(tree, index, isLeaf ? node : tree.left[node], 2 * position + 1, slots, thresholds);
    this.place(tree, index, isLeaf ? node : tree.right[node], 2 * position + 2, slots, thresholds);
  }
}

/** Writes the two ranks of each value: a value is below threshold `k` of its feature where its rank is at most `k`. */
function rankValues(
  column: ArrayLike<number>,
  start: number,
  count: number,
  table: CutTable,
  ranks: Uint16Array,
  slot: number,
  width: number,
): void {
  for (let i = 0, at = slot; i < count; i++, at += width) {
    const value = column[start + i];
    if (Number.isNaN(value)) {
      ranks[at] = 0;
      ranks[at + 1] = ALWAYS_RIGHT;
    } else {
      const rank = table.count(value);
      ranks[at] = rank;
      ranks[at + 1] = rank;
    }
  }
}

/** The steps of four rows are interleaved, because each step of one row waits for the one before. */
function addTrees(
  nodes: Uint32Array,
  leaves: Float32Array,
  treeCount: number,
  depth: number,
  ranks: Uint16Array,
  width: number,
  count: number,
  sums: Float32Array,
): void {
  const inner = (1 << depth) - 1;
  for (let tree = 0; tree < treeCount; tree++) {
    const first = tree * inner;
    const firstLeaf = (tree << depth) - inner;
    let i = 0;
    for (; i + 3 < count; i += 4) {
      const row0 = i * width;
      const row1 = row0 + width;
      const row2 = row1 + width;
      const row3 = row2 + width;
      let node0 = 0;
      let node1 = 0;
      let node2 = 0;
      let node3 = 0;
      for (let level = 0; level < depth; level++) {
        const rule0 = nodes[first + node0];
        const rule1 = nodes[first + node1];
        const rule2 = nodes[first + node2];
        const rule3 = nodes[first + node3];
        node0 = 2 * node0 + 1 + (((rule0 >>> 16) - ranks[row0 + (rule0 & 65535)]) >>> 31);
        node1 = 2 * node1 + 1 + (((rule1 >>> 16) - ranks[row1 + (rule1 & 65535)]) >>> 31);
        node2 = 2 * node2 + 1 + (((rule2 >>> 16) - ranks[row2 + (rule2 & 65535)]) >>> 31);
        node3 = 2 * node3 + 1 + (((rule3 >>> 16) - ranks[row3 + (rule3 & 65535)]) >>> 31);
      }
      sums[i] += leaves[firstLeaf + node0];
      sums[i + 1] += leaves[firstLeaf + node1];
      sums[i + 2] += leaves[firstLeaf + node2];
      sums[i + 3] += leaves[firstLeaf + node3];
    }
    for (; i < count; i++) {
      const row = i * width;
      let node = 0;
      for (let level = 0; level < depth; level++) {
        const rule = nodes[first + node];
        node = 2 * node + 1 + (((rule >>> 16) - ranks[row + (rule & 65535)]) >>> 31);
      }
      sums[i] += leaves[firstLeaf + node];
    }
  }
}

/** The distinct thresholds of each feature, ascending. */
function thresholdsByFeature(trees: readonly Tree[], featureCount: number): Float32Array[] {
  const found = Array.from({ length: featureCount }, () => new Set<number>());
  for (const tree of trees) {
    for (let node = 0; node < tree.nodeCount; node++) {
      // Adding 0 makes -0 the same threshold as 0.
      if (tree.left[node] >= 0) found[tree.feature[node]].add(tree.condition[node] + 0);
    }
  }
  return found.map((set) => Float32Array.from(set).sort());
}

/** Place of a value in an ascending list that has it. */
function indexOf(ascending: Float32Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
