import type { ErrorPath } from '../../../../errors.js';
import { Booster } from '../booster.js';
import { type Link, type Objective, objectiveOf, predictionToMargin } from '../objective.js';
import type { Tree } from '../trees/tree.js';
import { checkTree, mostLeaf } from '../trees/tree-check.js';
import { readParams } from './read-params.js';
import { decodeUbjson } from './ubjson.js';
import {
  field,
  invalid,
  memberOf,
  numberField,
  numbersField,
  paramsOfObjective,
  stringField,
} from './xgboost-format.js';

/**
 * Reads a model that XGBoost (1.6 to 3) or {@link saveXGBoostJson} saved as JSON. Only what a model file states is
 * restored: trees, objective, base score, names; not the learning rate and the like.
 *
 * @throws ForecastError `invalid-model` for text that is no such model, another booster than `gbtree`, an objective
 * that this package does not have, and trees that are malformed, with the path of the culprit.
 */
export function loadXGBoostJson(text: string): Booster {
  let document: unknown;
  try {
    document = JSON.parse(withoutNaN(text));
  } catch (cause) {
    invalid('The model is not JSON', [], cause);
  }
  return boosterOf(document);
}

/** XGBoost writes NaN as the threshold of a categorical split, which is not JSON and is not used. */
function withoutNaN(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|\bNaN\b/g, (_, quoted: string | undefined) => quoted ?? '0.0');
}

/**
 * Reads a model that XGBoost saved as UBJSON (`model.ubj`).
 *
 * @throws ForecastError `invalid-model` as {@link loadXGBoostJson}.
 */
export function loadXGBoostUbjson(bytes: Uint8Array): Booster {
  return boosterOf(decodeUbjson(bytes));
}

const MOST_FEATURES = 1 << 20;

function boosterOf(document: unknown): Booster {
  checkVersion(document);
  const path = ['learner'];
  const learner = field(document, 'learner', []);
  const model = treesModel(learner, path);
  const modelParam = field(learner, 'learner_model_param', path);
  const paramPath = [...path, 'learner_model_param'];
  const featureCount = numberField(modelParam, 'num_feature', paramPath);
  if (!Number.isInteger(featureCount) || featureCount < 1 || featureCount > MOST_FEATURES) {
    invalid(`The model has ${featureCount} features`, [...paramPath, 'num_feature']);
  }
  const stated = paramsOfObjective(field(learner, 'objective', path), [...path, 'objective']);
  const categoricalFeatures = categoricalOf(learner);
  const params = readParams({ ...stated, categoricalFeatures }, featureCount, path);
  const objective = objectiveOf(params);
  const baseScore = numberField(modelParam, 'base_score', paramPath);
  if (!Number.isFinite(predictionToMargin(objective.link, Math.fround(baseScore)))) {
    invalid('The base score is out of range', [...paramPath, 'base_score']);
  }
  const trees = readTrees(model, featureCount, objective);
  return new Booster({
    params,
    featureCount,
    featureNames: namesOf(learner, featureCount),
    baseScore: Math.fround(baseScore),
    trees,
  });
}

function checkVersion(document: unknown): void {
  const version = numbersField(document, 'version', [], Number.isInteger);
  if (!(version.length === 3 && version[0] >= 1 && version[0] <= 3)) {
    invalid(`Models of XGBoost version ${Array.from(version).join('.')} cannot be read`, ['version']);
  }
}

function treesModel(learner: unknown, path: ErrorPath): unknown {
  const booster = field(learner, 'gradient_booster', path);
  const name = stringField(booster, 'name', [...path, 'gradient_booster']);
  if (name !== 'gbtree')
    invalid(`The booster is '${name}', not 'gbtree'`, [...path, 'gradient_booster', 'name']);
  return field(booster, 'model', [...path, 'gradient_booster']);
}

function namesOf(learner: unknown, featureCount: number): string[] | undefined {
  const names = memberOf(learner, 'feature_names');
  if (!Array.isArray(names) || names.length === 0) return undefined;
  if (names.length !== featureCount || !names.every((name) => typeof name === 'string')) {
    invalid('There is not one name for each feature', ['learner', 'feature_names']);
  }
  return names;
}

function categoricalOf(learner: unknown): number[] {
  const types = memberOf(learner, 'feature_types');
  return Array.isArray(types) ? types.flatMap((type, feature) => (type === 'c' ? [feature] : [])) : [];
}

const TREES_PATH = ['learner', 'gradient_booster', 'model'];

function readTrees(model: unknown, featureCount: number, { outputs, link }: Objective): Tree[] {
  const trees = field(model, 'trees', TREES_PATH);
  if (!Array.isArray(trees)) invalid("'trees' is not a list", [...TREES_PATH, 'trees']);
  const groups = numbersField(model, 'tree_info', TREES_PATH, Number.isInteger);
  const regular = Array.from(groups).every((group, index) => group === index % outputs);
  if (groups.length !== trees.length || !regular || trees.length % outputs !== 0) {
    invalid('The trees do not take turns over the outputs', [...TREES_PATH, 'tree_info']);
  }
  return trees.map((tree, index) => readTree(tree, featureCount, link, [...TREES_PATH, 'trees', index]));
}

function readTree(document: unknown, featureCount: number, link: Link, path: ErrorPath): Tree {
  const ints = (name: string) => Int32Array.from(numbersField(document, name, path, isInt32));
  const floats = (name: string) => Float32Array.from(numbersField(document, name, path, isFloat32));
  const left = ints('left_children');
  const nodeCount = left.length;
  const tree: Tree = {
    nodeCount,
    left,
    right: ints('right_children'),
    parent: new Int32Array(nodeCount),
    feature: ints('split_indices'),
    condition: floats('split_conditions'),
    defaultLeft: Uint8Array.from(numbersField(document, 'default_left', path, isFlag)),
    gain: floats('loss_changes'),
    cover: floats('sum_hessian'),
    weight: floats('base_weights'),
    goesRight: readCategories(document, nodeCount, path),
  };
  for (const name of ['right', 'feature', 'condition', 'defaultLeft', 'gain', 'cover', 'weight'] as const) {
    if (tree[name].length !== nodeCount) invalid(`'${name}' has not one entry for each node`, path);
  }
  if (nodeCount === 0) invalid('A tree has no node', path);
  const ordered = inOrder(tree, path);
  checkTree(ordered, featureCount, mostLeaf(link), path);
  return ordered;
}

function readCategories(document: unknown, nodeCount: number, path: ErrorPath): Map<number, Uint8Array> {
  const result = new Map<number, Uint8Array>();
  const types = numbersField(document, 'split_type', path, isFlag);
  const nodes = numbersField(document, 'categories_nodes', path, isInt32);
  const segments = numbersField(document, 'categories_segments', path, isInt32);
  const sizes = numbersField(document, 'categories_sizes', path, isInt32);
  const categories = numbersField(document, 'categories', path, (value) => isInt32(value) && value <= 254);
  for (let i = 0; i < nodes.length; i++) {
    const from = segments[i];
    const to = from + sizes[i];
    if (!(nodes[i] < nodeCount && from >= 0 && to >= from && to <= categories.length)) {
      invalid('A categorical split is malformed', [...path, 'categories_nodes', i]);
    }
    const members = Array.from({ length: sizes[i] }, (_, k) => categories[from + k]);
    if (!members.every((category) => category >= 0))
      invalid('A category is negative', [...path, 'categories']);
    const set = new Uint8Array(Math.max(0, ...members) + 1);
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
 * The tree without the nodes that pruning has cut off, children after their parents; numbers stay as they are where
 * that is already so.
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
