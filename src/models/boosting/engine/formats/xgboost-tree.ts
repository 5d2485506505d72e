import type { ErrorPath } from '../../../../errors.js';
import type { Link } from '../objective.js';
import type { Tree } from '../trees/tree.js';
import { checkTree, mostLeaf } from '../trees/tree-check.js';
import { field, invalid, numberField, numbersField, onlyKnown } from './xgboost-format.js';

/** A split keeps a table up to its largest category, which bounds what a file can ask for. */
const LARGEST_CATEGORY = 65_535;

/** All known keys of a tree; an unknown key might change the meaning of the others. */
const TREE_KEYS = new Set([
  'base_weights',
  'categories',
  'categories_nodes',
  'categories_segments',
  'categories_sizes',
  'default_left',
  'id',
  'leaf_child_counts',
  'leaf_weights',
  'left_children',
  'loss_changes',
  'parents',
  'right_children',
  'split_conditions',
  'split_indices',
  'split_type',
  'sum_hessian',
  'tree_param',
]);

/** Dimensions of a model that its trees must match. */
export interface ModelShape {
  readonly featureCount: number;
  readonly outputs: number;
  readonly link: Link;
}

/**
 * Reads a tree. One whose leaves are vectors (`multi_strategy='multi_output_tree'`) becomes a tree for each output, with the
 * same splits.
 */
export function readTree(
  document: unknown,
  { featureCount, outputs, link }: ModelShape,
  path: ErrorPath,
): Tree[] {
  onlyKnown(document, TREE_KEYS, path);
  const size = leafSize(document, path);
  if (size > 1 && size !== outputs) {
    invalid(`A leaf has ${size} values for ${outputs} outputs`, [...path, 'tree_param', 'size_leaf_vector']);
  }
  const trees = size > 1 ? readVectorTree(document, size, path) : [readScalarTree(document, path)];
  return trees.map((tree) => {
    const ordered = inOrder(tree, path);
    checkTree(ordered, featureCount, mostLeaf(link), path);
    return ordered;
  });
}

/** Values of a leaf; XGBoost before 2.0 writes 0 for one. */
export function leafSize(document: unknown, path: ErrorPath): number {
  if (!Object.hasOwn((document ?? {}) as object, 'tree_param')) return 1;
  const param = field(document, 'tree_param', path);
  if (!Object.hasOwn((param ?? {}) as object, 'size_leaf_vector')) return 1;
  return Math.max(1, numberField(param, 'size_leaf_vector', [...path, 'tree_param']));
}

function readScalarTree(document: unknown, path: ErrorPath): Tree {
  const floats = (name: string) => Float32Array.from(numbersField(document, name, path, isFloat32));
  const right = int32s(document, 'right_children', path);
  return complete(document, path, right, {
    condition: floats('split_conditions'),
    gain: floats('loss_changes'),
    cover: floats('sum_hessian'),
    weight: floats('base_weights'),
  });
}

type TreeNumbers = Pick<Tree, 'condition' | 'gain' | 'cover' | 'weight'>;

function complete(document: unknown, path: ErrorPath, right: Int32Array, numbers: TreeNumbers): Tree {
  const left = int32s(document, 'left_children', path);
  const nodeCount = left.length;
  const tree: Tree = {
    nodeCount,
    left,
    right,
    parent: new Int32Array(nodeCount),
    feature: int32s(document, 'split_indices', path),
    defaultLeft: Uint8Array.from(numbersField(document, 'default_left', path, isFlag)),
    ...numbers,
    goesRight: readCategories(document, nodeCount, path),
  };
  for (const name of ['right', 'feature', 'condition', 'defaultLeft', 'gain', 'cover', 'weight'] as const) {
    if (tree[name].length !== nodeCount) invalid(`'${name}' must have one entry for each node`, path);
  }
  for (const node of tree.goesRight.keys()) tree.condition[node] = 0;
  if (nodeCount === 0) invalid('A tree has no nodes', path);
  const param = field(document, 'tree_param', path);
  const stated = numberField(param, 'num_nodes', [...path, 'tree_param']);
  if (stated !== nodeCount) invalid(`There are ${nodeCount} of ${stated} nodes`, path);
  return tree;
}

/**
 * Values of leaves are in `base_weights`, node by node; since XGBoost 3.2 in `leaf_weights`, leaf by leaf, and
 * the right child of a leaf is its number. Gains and covers are optional.
 */
function readVectorTree(document: unknown, size: number, path: ErrorPath): Tree[] {
  const floats = (name: string) => numbersField(document, name, path, isFloat32);
  const left = int32s(document, 'left_children', path);
  const right = int32s(document, 'right_children', path);
  const conditions = floats('split_conditions');
  const optional = (name: string) =>
    Float32Array.from(
      Object.hasOwn(document as object, name) && floats(name).length > 0
        ? floats(name)
        : new Float32Array(left.length),
    );
  const byLeaf = Object.hasOwn(document as object, 'leaf_weights') && floats('leaf_weights').length > 0;
  const values = floats(byLeaf ? 'leaf_weights' : 'base_weights');
  return Array.from({ length: size }, (_, output) => {
    const condition = Float32Array.from(conditions);
    const weight = new Float32Array(left.length);
    for (let node = 0; node < left.length; node++) {
      if (left[node] >= 0) continue;
      const value = values[(byLeaf ? right[node] : node) * size + output];
      if (value === undefined)
        invalid('A leaf has no values', [...path, byLeaf ? 'leaf_weights' : 'base_weights']);
      condition[node] = value;
      weight[node] = value;
    }
    const ends = right.map((child, node) => (left[node] < 0 ? -1 : child));
    return complete(document, path, ends, {
      condition,
      weight,
      gain: optional('loss_changes'),
      cover: optional('sum_hessian'),
    });
  });
}

function int32s(document: unknown, name: string, path: ErrorPath): Int32Array {
  return Int32Array.from(numbersField(document, name, path, isInt32));
}

function readCategories(document: unknown, nodeCount: number, path: ErrorPath): Map<number, Uint8Array> {
  const result = new Map<number, Uint8Array>();
  const types = numbersField(document, 'split_type', path, isFlag);
  const nodes = numbersField(document, 'categories_nodes', path, isInt32);
  const segments = numbersField(document, 'categories_segments', path, isInt32);
  const sizes = numbersField(document, 'categories_sizes', path, isInt32);
  const categories = numbersField(document, 'categories', path, isInt32);
  for (let i = 0; i < categories.length; i++) {
    if (categories[i] <= LARGEST_CATEGORY) continue;
    invalid(`Category ${categories[i]} is above ${LARGEST_CATEGORY}`, [...path, 'categories', i]);
  }
  // Each set has its own categories: sets that overlap would multiply what a file can ask for.
  if (Array.from(sizes).reduce((sum, size) => sum + size, 0) > categories.length) {
    invalid('The categories of splits overlap', [...path, 'categories_sizes']);
  }
  for (let i = 0; i < nodes.length; i++) {
    const from = segments[i];
    const to = from + sizes[i];
    if (!(nodes[i] < nodeCount && from >= 0 && to >= from && to <= categories.length)) {
      invalid('A categorical split is malformed', [...path, 'categories_nodes', i]);
    }
    const members = Array.from({ length: sizes[i] }, (_, k) => categories[from + k]);
    if (!members.every((category) => category >= 0))
      invalid('A category is negative', [...path, 'categories']);
    const set = new Uint8Array(members.reduce((most, category) => Math.max(most, category), 0) + 1);
    for (const category of members) set[category] = 1;
    result.set(nodes[i], set);
  }
  for (let node = 0; node < types.length; node++) {
    if ((types[node] === 1) !== result.has(node))
      invalid('A split has no categories', [...path, 'split_type', node]);
  }
  return result;
}

/**
 * Drops pruned nodes and orders children after their parents; a tree that is already in order keeps its
 * numbering.
 */
function inOrder(tree: Tree, path: ErrorPath): Tree {
  const order = [0];
  let sorted = true;
  for (let i = 0; i < order.length; i++) {
    const node = order[i];
    if (tree.left[node] < 0) continue;
    for (const child of [tree.left[node], tree.right[node]]) {
      if (!(child > 0 && child < tree.nodeCount)) invalid(`There is no node ${child}`, [...path, node]);
      if (child <= node) sorted = false;
      order.push(child);
    }
    if (order.length > tree.nodeCount) invalid('Nodes are reached twice', path);
  }
  return sorted && order.length === tree.nodeCount ? tree : renumber(tree, order);
}

function renumber(tree: Tree, order: readonly number[]): Tree {
  const numbers = new Int32Array(tree.nodeCount).fill(-1);
  order.forEach((node, index) => {
    numbers[node] = index;
  });
  const child = (node: number) => (node < 0 ? -1 : numbers[node]);
  return {
    nodeCount: order.length,
    left: Int32Array.from(order, (node) => child(tree.left[node])),
    right: Int32Array.from(order, (node) => child(tree.right[node])),
    parent: new Int32Array(order.length),
    feature: Int32Array.from(order, (node) => tree.feature[node]),
    condition: Float32Array.from(order, (node) => tree.condition[node]),
    defaultLeft: Uint8Array.from(order, (node) => tree.defaultLeft[node]),
    gain: Float32Array.from(order, (node) => tree.gain[node]),
    cover: Float32Array.from(order, (node) => tree.cover[node]),
    weight: Float32Array.from(order, (node) => tree.weight[node]),
    goesRight: new Map([...tree.goesRight].map(([node, set]) => [numbers[node], set])),
  };
}

function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -2147483648 && value <= 2147483647;
}

/** Categorical splits have no threshold and may say NaN. */
function isFloat32(value: number): boolean {
  return Math.abs(value) <= 3.4028234663852886e38 || Number.isNaN(value);
}

function isFlag(value: number): boolean {
  return value === 0 || value === 1;
}
