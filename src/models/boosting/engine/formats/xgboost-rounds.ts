import type { ErrorPath } from '../../../../errors.js';
import type { Tree } from '../trees/tree.js';
import { field, invalid, numberField, numbersField } from './xgboost-format.js';
import { leafSize, type ModelShape, readTree } from './xgboost-tree.js';

/** Trees of one round: a list for each output. */
export type Round = readonly (readonly Tree[])[];

/** Reads the trees of a model round by round, scaled by the weights that DART gives them. */
export function readRounds(
  model: unknown,
  shape: ModelShape,
  weights: ArrayLike<number> | undefined,
  path: ErrorPath,
): Round[] {
  const { outputs } = shape;
  const documents = field(model, 'trees', path);
  if (!Array.isArray(documents)) invalid("'trees' is not a list", [...path, 'trees']);
  const groups = numbersField(
    model,
    'tree_info',
    path,
    (group) => Number.isInteger(group) && group >= 0 && group < outputs,
  );
  const param = field(model, 'gbtree_model_param', path);
  const stated = numberField(param, 'num_trees', [...path, 'gbtree_model_param']);
  if (stated !== documents.length) {
    invalid(`There are ${documents.length} of ${stated} trees`, [...path, 'trees']);
  }
  if (groups.length !== documents.length) {
    invalid('There is not one output for each tree', [...path, 'tree_info']);
  }
  if (weights && weights.length !== documents.length) {
    invalid(`There are ${weights.length} weights for ${documents.length} trees`, [...path, 'weight_drop']);
  }
  const isVector = documents.length > 0 && leafSize(documents[0], [...path, 'trees', 0]) > 1;
  if (!isVector && documents.length > 0 && documents.length < outputs) {
    invalid('There is not a tree for each output', [...path, 'trees']);
  }
  const ends = roundEnds(model, documents.length, isVector ? 1 : outputs, path);
  let tree = 0;
  return ends.map((end) => {
    const round = Array.from({ length: outputs }, (): Tree[] => []);
    for (; tree < end; tree++) {
      const weight = weights ? Math.fround(weights[tree]) : 1;
      const read = readTree(documents[tree], shape, [...path, 'trees', tree]);
      read.forEach((part, k) => {
        round[read.length > 1 ? k : groups[tree]].push(scaled(part, weight));
      });
    }
    return round;
  });
}

/**
 * Interleaves the trees over the outputs, as a booster stores them; the trees of an output keep their order.
 */
export function inTurns(rounds: readonly Round[], outputs: number, path: ErrorPath): Tree[] {
  const byOutput = Array.from({ length: outputs }, (_, output) => rounds.flatMap((round) => round[output]));
  const { length } = byOutput[0];
  if (byOutput.some((trees) => trees.length !== length)) {
    invalid('The outputs have different numbers of trees', [...path, 'tree_info']);
  }
  return byOutput[0].flatMap((_, i) => byOutput.map((trees) => trees[i]));
}

/** Number of the first tree after each round; `groups` of trees are grown in one. */
function roundEnds(model: unknown, count: number, groups: number, path: ErrorPath): number[] {
  if (Object.hasOwn(model as object, 'iteration_indptr')) {
    const bounds = Array.from(numbersField(model, 'iteration_indptr', path, Number.isInteger));
    const ascending = bounds.every((bound, i) => (i === 0 ? bound === 0 : bound > bounds[i - 1]));
    if (count === 0 && bounds.every((bound) => bound === 0)) return [];
    if (!ascending || bounds[bounds.length - 1] !== count) {
      invalid('The rounds do not divide the trees', [...path, 'iteration_indptr']);
    }
    return bounds.slice(1);
  }
  const size = parallelTrees(model, path) * groups;
  if (count % size !== 0) invalid('The last round is incomplete', [...path, 'trees']);
  return Array.from({ length: count / size }, (_, round) => (round + 1) * size);
}

/** Trees that each round grows for an output (`num_parallel_tree`); more than one make a forest. */
function parallelTrees(model: unknown, path: ErrorPath): number {
  const param = field(model, 'gbtree_model_param', path);
  if (!Object.hasOwn((param ?? {}) as object, 'num_parallel_tree')) return 1;
  const count = numberField(param, 'num_parallel_tree', [...path, 'gbtree_model_param']);
  if (!Number.isInteger(count) || count < 0) {
    invalid('The number of parallel trees is invalid', [...path, 'gbtree_model_param', 'num_parallel_tree']);
  }
  return Math.max(1, count);
}

/** Leaves times the weight, in float32 as XGBoost multiplies them when it predicts. */
function scaled(tree: Tree, weight: number): Tree {
  if (weight === 1) return tree;
  const atLeaves = (values: Float32Array) =>
    values.map((value, node) => (tree.left[node] < 0 ? value * weight : value));
  return { ...tree, condition: atLeaves(tree.condition), weight: atLeaves(tree.weight) };
}
