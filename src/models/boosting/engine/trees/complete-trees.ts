import { CutTable } from '../data/cut-table.js';
import { depthOf, type Tree } from './tree.js';

/** Greatest depth: deeper trees would become too large as complete ones. */
const DEEPEST = 8;

/** Rows that are predicted together: they and one tree stay in the fastest cache. */
export const BLOCK = 64;
/** Most splits of one complete tree. */
export const MOST_SPLITS = 255;
/** Most features that the trees of one {@link CompleteTrees} may use. */
export const MOST_FEATURES = 512;

/** Rank of a missing value where it goes right: above the rule of every node. */
const ALWAYS_RIGHT = 0x7fffffff;

/** The distinct thresholds of each feature that some trees use. */
export type Thresholds = Map<number, Set<number>>;

interface UsedFeature {
  /** Counts the thresholds of the feature at or below a value. */
  readonly table: CutTable;
  /** Start of its ranks where missing values go left; those where they go right follow a block later. */
  readonly place: number;
}

/** Adds the thresholds of a tree. */
export function addThresholds(tree: Tree, thresholds: Thresholds): void {
  for (let node = 0; node < tree.nodeCount; node++) {
    if (tree.left[node] < 0) continue;
    const feature = tree.feature[node];
    if (!thresholds.has(feature)) thresholds.set(feature, new Set());
    // Adding 0 makes -0 the same threshold as 0.
    thresholds.get(feature)!.add(tree.condition[node] + 0);
  }
}

/** Tells whether a tree can be part of {@link CompleteTrees}. */
export function canBeComplete(tree: Tree): boolean {
  return tree.goesRight.size === 0 && depthOf(tree) <= DEEPEST;
}

/**
 * Trees as complete binary trees in breadth-first order: the children of node `i` are `2i + 1` and `2i + 2`, short
 * branches repeat their leaf, and every row takes the same number of steps.
 *
 * Values are replaced by their rank among the thresholds of their feature. This costs a look-up per value, but
 * makes every step branch-free integer arithmetic, where comparisons of floats compile to unpredictable
 * branches. A value has two ranks, which differ if it is missing: one for nodes where missing values go left,
 * one for the others.
 */
export class CompleteTrees {
  private readonly depth: number;
  private readonly treeCount: number;
  private readonly features = new Map<number, UsedFeature>();
  /**
   * For each inner node: place of the ranks of its feature in the lower half, rank of the threshold in the
   * upper half.
   */
  private readonly nodes: Int32Array;
  private readonly leaves: Float32Array;

  constructor(trees: readonly Tree[], thresholds: Thresholds) {
    for (const [feature, values] of thresholds) {
      const cuts = Float32Array.from(values).sort();
      const table = new CutTable(cuts, 4 * cuts.length + 4);
      this.features.set(feature, { table, place: 2 * BLOCK * this.features.size });
    }
    this.depth = Math.max(0, ...trees.map(depthOf));
    this.treeCount = trees.length;
    this.nodes = new Int32Array(trees.length * ((1 << this.depth) - 1));
    this.leaves = new Float32Array(trees.length << this.depth);
    trees.forEach((tree, index) => {
      this.place(tree, index, 0, 0);
    });
  }

  add(columns: readonly ArrayLike<number>[], start: number, count: number, sums: Float32Array): void {
    for (const [feature, { table, place }] of this.features) {
      rankValues(columns[feature], start, count, table, place);
    }
    addTrees(this.nodes, this.leaves, this.treeCount, this.depth, count, sums);
  }

  private place(tree: Tree, index: number, node: number, position: number): void {
    const inner = (1 << this.depth) - 1;
    if (position >= inner) {
      this.leaves[(index << this.depth) + position - inner] = tree.condition[node];
      return;
    }
    const isLeaf = tree.left[node] < 0;
    if (!isLeaf) {
      const { table, place } = this.features.get(tree.feature[node])!;
      const ranks = place + (tree.defaultLeft[node] === 1 ? 0 : BLOCK);
      this.nodes[index * inner + position] = ranks | ((table.count(tree.condition[node]) - 1) << 16);
    }
    this.place(tree, index, isLeaf ? node : tree.left[node], 2 * position + 1);
    this.place(tree, index, isLeaf ? node : tree.right[node], 2 * position + 2);
  }
}

/** A function around a constant array, for the reason given in `histogram-kernels.ts`. */
function createWalk() {
  /**
   * Ranks of a block of rows, a column for each feature and direction of missing values. They are in the upper
   * half, as in the rule of a node, so that the two compare directly.
   */
  const RANKS = new Int32Array(2 * BLOCK * MOST_FEATURES);
  /** Bits of a rule that say where a rank is. */
  const PLACE = 65535;

  /** Writes the two ranks of each value: a value is below threshold `k` of its feature where its rank is at most `k`. */
  function rankValues(
    column: ArrayLike<number>,
    start: number,
    count: number,
    table: CutTable,
    place: number,
  ): void {
    let last = Number.NaN;
    let rank = 0;
    for (let i = 0, at = place; i < count; i++, at++) {
      const value = column[start + i];
      const isMissing = Number.isNaN(value);
      // Features of a series repeat from row to row.
      if (value !== last) rank = isMissing ? 0 : table.count(value) << 16;
      last = value;
      RANKS[at] = rank;
      RANKS[at + BLOCK] = isMissing ? ALWAYS_RIGHT : rank;
    }
  }

  /**
   * The steps of eight rows are interleaved: each step of a row depends on the one before, and the processor
   * works on the other rows meanwhile.
   */
  function addTrees(
    nodes: Int32Array,
    leaves: Float32Array,
    treeCount: number,
    depth: number,
    count: number,
    sums: Float32Array,
  ): void {
    const inner = (1 << depth) - 1;
    for (let tree = 0; tree < treeCount; tree++) {
      const first = tree * inner;
      const firstLeaf = (tree << depth) - inner;
      let i = 0;
      for (; i + 7 < count; i += 8) {
        const row = i & (BLOCK - 8);
        let node0 = 0;
        let node1 = 0;
        let node2 = 0;
        let node3 = 0;
        let node4 = 0;
        let node5 = 0;
        let node6 = 0;
        let node7 = 0;
        for (let level = 0; level < depth; level++) {
          const rule0 = nodes[first + node0];
          const rule1 = nodes[first + node1];
          const rule2 = nodes[first + node2];
          const rule3 = nodes[first + node3];
          const rule4 = nodes[first + node4];
          const rule5 = nodes[first + node5];
          const rule6 = nodes[first + node6];
          const rule7 = nodes[first + node7];
          node0 = 2 * node0 + 1 + ((rule0 - RANKS[(rule0 & PLACE) | row]) >>> 31);
          node1 = 2 * node1 + 1 + ((rule1 - RANKS[(rule1 & PLACE) | (row + 1)]) >>> 31);
          node2 = 2 * node2 + 1 + ((rule2 - RANKS[(rule2 & PLACE) | (row + 2)]) >>> 31);
          node3 = 2 * node3 + 1 + ((rule3 - RANKS[(rule3 & PLACE) | (row + 3)]) >>> 31);
          node4 = 2 * node4 + 1 + ((rule4 - RANKS[(rule4 & PLACE) | (row + 4)]) >>> 31);
          node5 = 2 * node5 + 1 + ((rule5 - RANKS[(rule5 & PLACE) | (row + 5)]) >>> 31);
          node6 = 2 * node6 + 1 + ((rule6 - RANKS[(rule6 & PLACE) | (row + 6)]) >>> 31);
          node7 = 2 * node7 + 1 + ((rule7 - RANKS[(rule7 & PLACE) | (row + 7)]) >>> 31);
        }
        sums[i] += leaves[firstLeaf + node0];
        sums[i + 1] += leaves[firstLeaf + node1];
        sums[i + 2] += leaves[firstLeaf + node2];
        sums[i + 3] += leaves[firstLeaf + node3];
        sums[i + 4] += leaves[firstLeaf + node4];
        sums[i + 5] += leaves[firstLeaf + node5];
        sums[i + 6] += leaves[firstLeaf + node6];
        sums[i + 7] += leaves[firstLeaf + node7];
      }
      for (; i < count; i++) {
        let node = 0;
        for (let level = 0; level < depth; level++) {
          const rule = nodes[first + node];
          node = 2 * node + 1 + ((rule - RANKS[(rule & PLACE) | i]) >>> 31);
        }
        sums[i] += leaves[firstLeaf + node];
      }
    }
  }
  return { rankValues, addTrees };
}

const { rankValues, addTrees } = createWalk();
