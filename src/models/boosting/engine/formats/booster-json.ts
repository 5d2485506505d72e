import { CheckedJson } from '../../../../checked-json.js';
import { readArray } from '../../../model-json.js';
import { decodeArray, type EncodedArray, encodeArray } from '../../../typed-array-json.js';
import { Booster } from '../booster.js';
import { type Link, objectiveOf, predictionToMargin } from '../objective.js';
import type { BoosterParams } from '../params.js';
import type { Tree } from '../trees/tree.js';
import { checkTree, mostLeaf } from '../trees/tree-check.js';
import { readParams } from './read-params.js';

/** A booster as JSON data: its own format, small and exact. For other tools, use `saveXGBoostJson`. */
export interface SerializedBooster {
  readonly format: 'commerce-forecast.booster';
  readonly version: 1;
  readonly params: Partial<BoosterParams>;
  readonly featureCount: number;
  readonly featureNames?: readonly string[];
  readonly baseScore: number;
  /** Base score of each output, where they differ. */
  readonly baseScores?: readonly number[];
  /** Number of outputs, where the objective does not determine it. */
  readonly outputs?: number;
  /** Nodes of each tree; the arrays below hold all trees one after the other. */
  readonly nodeCounts: EncodedArray;
  readonly left: EncodedArray;
  readonly right: EncodedArray;
  readonly feature: EncodedArray;
  readonly condition: EncodedArray;
  readonly defaultLeft: EncodedArray;
  readonly gain: EncodedArray;
  readonly cover: EncodedArray;
  readonly weight: EncodedArray;
  /** Categorical splits: tree, node and the categories that go right. */
  readonly categories: readonly {
    readonly tree: number;
    readonly node: number;
    readonly goesRight: number[];
  }[];
  readonly validationHistory?: readonly number[];
}

const INT_FIELDS = ['left', 'right', 'feature'] as const;
const FLOAT_FIELDS = ['condition', 'gain', 'cover', 'weight'] as const;
const MOST_FEATURES = 1 << 20;
const MOST_OUTPUTS = 1 << 16;

/** A booster as plain data for `JSON.stringify`; {@link boosterFromJson} restores it exactly. */
export function boosterToJson(booster: Booster): SerializedBooster {
  const { trees } = booster;
  const ints = (name: (typeof INT_FIELDS)[number]) => encodeArray(joinInts(trees.map((tree) => tree[name])));
  const floats = (name: (typeof FLOAT_FIELDS)[number]) =>
    encodeArray(joinFloats(trees.map((tree) => tree[name])));
  return {
    format: 'commerce-forecast.booster',
    version: 1,
    params: booster.params,
    featureCount: booster.featureCount,
    ...(booster.featureNames ? { featureNames: booster.featureNames } : {}),
    baseScore: booster.baseScore,
    ...(booster.baseScores ? { baseScores: booster.baseScores } : {}),
    ...(booster.outputs === objectiveOf(booster.params).outputs ? {} : { outputs: booster.outputs }),
    nodeCounts: encodeArray(Int32Array.from(trees, (tree) => tree.nodeCount)),
    left: ints('left'),
    right: ints('right'),
    feature: ints('feature'),
    condition: floats('condition'),
    defaultLeft: encodeArray(Uint8Array.from(trees.flatMap((tree) => [...tree.defaultLeft]))),
    gain: floats('gain'),
    cover: floats('cover'),
    weight: floats('weight'),
    categories: trees.flatMap((tree, index) =>
      [...tree.goesRight].map(([node, set]) => ({ tree: index, node, goesRight: [...set] })),
    ),
    ...(booster.validationHistory ? { validationHistory: booster.validationHistory } : {}),
  };
}

/**
 * Reads what {@link boosterToJson} wrote, after `JSON.parse`.
 *
 * @throws ForecastError `invalid-model` if it is anything else, with the path of the culprit.
 */
export function boosterFromJson(data: unknown): Booster {
  const json = new CheckedJson(data, { what: 'booster' });
  json.oneOf('format', ['commerce-forecast.booster']);
  json.oneOf('version', [1]);
  const featureCount = json.integer('featureCount', 1, MOST_FEATURES);
  const params = readParams(json.object('params').fields, featureCount, ['params']);
  const { link, outputs: expected } = objectiveOf(params);
  const outputs = json.optional('outputs', () => json.integer('outputs', 1, MOST_OUTPUTS)) ?? expected;
  if (outputs !== expected && expected !== 1) json.fail('outputs');
  const isStart = (score: number) => Number.isFinite(predictionToMargin(link, score));
  const baseScore = json.number('baseScore');
  if (!isStart(baseScore)) json.fail('baseScore');
  const baseScores = json.optional('baseScores', () => json.numbers('baseScores'));
  if (baseScores && !(baseScores.length === outputs && baseScores.every(isStart))) json.fail('baseScores');
  const trees = readTrees(json, featureCount, link);
  if (trees.length % outputs !== 0) json.fail('nodeCounts');
  return new Booster({
    params,
    featureCount,
    featureNames: json.optional('featureNames', () => readNames(json, featureCount)),
    baseScore,
    ...(baseScores ? { baseScores } : {}),
    outputs,
    trees,
    validationHistory: json.optional('validationHistory', () => json.numbers('validationHistory')),
  });
}

function readNames(json: CheckedJson, featureCount: number): readonly string[] {
  const names = json.texts('featureNames');
  return names.length === featureCount ? names : json.fail('featureNames');
}

function readTrees(json: CheckedJson, featureCount: number, link: Link): Tree[] {
  const nodeCounts = readArray(json, 'nodeCounts', 'int32', undefined, { least: 1 });
  let total = 0;
  for (let tree = 0; tree < nodeCounts.length; tree++) total += nodeCounts[tree];
  const ints = (name: (typeof INT_FIELDS)[number]) => readArray(json, name, 'int32', total);
  // Values are checked with the tree, as the threshold of a categorical split is unused.
  const floats = (name: (typeof FLOAT_FIELDS)[number]) => decodeArray(json.raw(name), 'float32', total);
  const [left, right, feature] = INT_FIELDS.map(ints);
  const [condition, gain, cover, weight] = FLOAT_FIELDS.map(floats);
  const defaultLeft = readArray(json, 'defaultLeft', 'uint8', total);
  const categories = readCategories(json, nodeCounts);
  let from = 0;
  return Array.from(nodeCounts, (nodeCount, index) => {
    const to = from + nodeCount;
    const tree = {
      nodeCount,
      left: left.slice(from, to),
      right: right.slice(from, to),
      parent: new Int32Array(nodeCount).fill(-1),
      feature: feature.slice(from, to),
      condition: condition.slice(from, to),
      defaultLeft: defaultLeft.slice(from, to),
      gain: gain.slice(from, to),
      cover: cover.slice(from, to),
      weight: weight.slice(from, to),
      goesRight: categories[index],
    };
    from = to;
    checkTree(tree, featureCount, mostLeaf(link), ['trees', index]);
    return tree;
  });
}

function readCategories(json: CheckedJson, nodeCounts: Int32Array): Map<number, Uint8Array>[] {
  const sets = Array.from(nodeCounts, () => new Map<number, Uint8Array>());
  for (const entry of json.objects('categories')) {
    const tree = entry.integer('tree', 0, nodeCounts.length - 1);
    const node = entry.integer('node', 0, nodeCounts[tree] - 1);
    const flags = entry.numbers('goesRight', 0, 1);
    flags.forEach((flag, i) => {
      if (!Number.isInteger(flag)) entry.fail('goesRight', i);
    });
    sets[tree].set(node, Uint8Array.from(flags));
  }
  return sets;
}

function joinInts(parts: readonly Int32Array[]): Int32Array<ArrayBuffer> {
  const joined = new Int32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function joinFloats(parts: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
