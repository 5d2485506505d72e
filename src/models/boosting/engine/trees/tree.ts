/**
 * A regression tree as parallel arrays; node 0 is the root and every child comes after its parent. A row goes
 * left where its value is below `condition`, right where it is not, and by `defaultLeft` where it is missing.
 */
export interface Tree {
  readonly nodeCount: number;
  /** Left child, -1 for a leaf. */
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** -1 for the root. */
  readonly parent: Int32Array;
  readonly feature: Int32Array;
  /** Threshold of a split, value of a leaf. */
  readonly condition: Float32Array;
  readonly defaultLeft: Uint8Array;
  /** Gain of a split, 0 for a leaf. */
  readonly gain: Float32Array;
  /** Sum of hessians. */
  readonly cover: Float32Array;
  /** Weight that an inner node would have as a leaf, before shrinkage; for a leaf, its value. */
  readonly weight: Float32Array;
  /**
   * For categorical splits, by node: a table with 1 for each category that goes right; every other value that is
   * not missing goes left, as in XGBoost.
   */
  readonly goesRight: ReadonlyMap<number, Uint8Array>;
}

/** Collects the nodes of a growing tree. */
export class TreeBuilder {
  nodeCount = 1;
  left: Int32Array;
  right: Int32Array;
  parent: Int32Array;
  feature: Int32Array;
  condition: Float32Array;
  defaultLeft: Uint8Array;
  gain: Float32Array;
  cover: Float32Array;
  weight: Float32Array;
  /** Last bin that a split sends to the left; unused for categorical splits. */
  splitBin: Int32Array;
  readonly goesRight = new Map<number, Uint8Array>();

  constructor(capacity: number) {
    this.left = new Int32Array(capacity).fill(-1);
    this.right = new Int32Array(capacity).fill(-1);
    this.parent = new Int32Array(capacity).fill(-1);
    this.feature = new Int32Array(capacity);
    this.condition = new Float32Array(capacity);
    this.defaultLeft = new Uint8Array(capacity);
    this.gain = new Float32Array(capacity);
    this.cover = new Float32Array(capacity);
    this.weight = new Float32Array(capacity);
    this.splitBin = new Int32Array(capacity);
  }

  /** Adds two children and returns the number of the left one; the right one is next to it. */
  addChildren(node: number): number {
    if (this.nodeCount + 2 > this.left.length) this.grow();
    const left = this.nodeCount;
    this.nodeCount += 2;
    this.left[node] = left;
    this.right[node] = left + 1;
    this.parent[left] = node;
    this.parent[left + 1] = node;
    return left;
  }

  finish(): Tree {
    const count = this.nodeCount;
    return {
      nodeCount: count,
      left: this.left.slice(0, count),
      right: this.right.slice(0, count),
      parent: this.parent.slice(0, count),
      feature: this.feature.slice(0, count),
      condition: this.condition.slice(0, count),
      defaultLeft: this.defaultLeft.slice(0, count),
      gain: this.gain.slice(0, count),
      cover: this.cover.slice(0, count),
      weight: this.weight.slice(0, count),
      goesRight: this.goesRight,
    };
  }

  private grow(): void {
    const larger = new TreeBuilder(2 * this.left.length);
    for (const name of ['left', 'right', 'parent', 'feature', 'splitBin'] as const) {
      larger[name].set(this[name]);
      this[name] = larger[name];
    }
    for (const name of ['condition', 'gain', 'cover', 'weight'] as const) {
      larger[name].set(this[name]);
      this[name] = larger[name];
    }
    larger.defaultLeft.set(this.defaultLeft);
    this.defaultLeft = larger.defaultLeft;
  }
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

/** Tells whether a value goes to the left child of a node. */
export function goesLeft(tree: Tree, node: number, value: number): boolean {
  if (Number.isNaN(value)) return tree.defaultLeft[node] === 1;
  const right = tree.goesRight.size > 0 ? tree.goesRight.get(node) : undefined;
  if (right) return !(value >= 0 && right[Math.floor(value)] === 1);
  return value < tree.condition[node];
}

/** The leaf that row `row` of a column-major matrix reaches. */
export function leafOf(tree: Tree, columns: readonly ArrayLike<number>[], row: number): number {
  let node = 0;
  while (tree.left[node] >= 0) {
    node = goesLeft(tree, node, columns[tree.feature[node]][row]) ? tree.left[node] : tree.right[node];
  }
  return node;
}
