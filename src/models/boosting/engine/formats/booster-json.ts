import { ForecastError } from '../../../../errors.js';
import { decodeArray, type EncodedArray, encodeArray } from '../../../typed-array-json.js';
import { Booster } from '../booster.js';
import { objectiveOf, predictionToMargin } from '../objective.js';
import { type BoosterParams, resolveParams } from '../params.js';
import type { Tree } from '../trees/tree.js';
import { checkTree } from '../trees/tree-check.js';

/** A booster as JSON data: its own format, small and exact. For other tools, use `saveXGBoostJson`. */
export interface SerializedBooster {
  readonly format: 'commerce-forecast.booster';
  readonly version: 1;
  readonly params: Partial<BoosterParams>;
  readonly featureCount: number;
  readonly featureNames?: readonly string[];
  readonly baseScore: number;
  /** Where the outputs start from different ones. */
  readonly baseScores?: readonly number[];
  /** Where the objective does not say how many there are. */
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

/** A booster as plain data for `JSON.stringify`; {@link boosterFromJson} gives back exactly the same. */
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
  const json = data as SerializedBooster;
  if (typeof json !== 'object' || json === null || json.format !== 'commerce-forecast.booster') {
    fail('This is not a booster', []);
  }
  if (json.version !== 1) fail(`Version ${String(json.version)} of the format is not known`, ['version']);
  const { featureCount, baseScore, baseScores } = json;
  if (!Number.isInteger(featureCount) || featureCount < 1 || featureCount > MOST_FEATURES) {
    fail('featureCount is not a count', ['featureCount']);
  }
  const params = readParams(json.params, featureCount);
  const { link, outputs: expected } = objectiveOf(params);
  const outputs = json.outputs ?? expected;
  const ofTargets = Number.isInteger(outputs) && outputs > 0 && outputs <= MOST_OUTPUTS && expected === 1;
  if (outputs !== expected && !ofTargets) fail('outputs is not a number of targets', ['outputs']);
  const isStart = (score: unknown) =>
    Number.isFinite(score) && Number.isFinite(predictionToMargin(link, score as number));
  if (!isStart(baseScore)) {
    fail('baseScore is not a number that the objective can start from', ['baseScore']);
  }
  if (
    baseScores &&
    !(Array.isArray(baseScores) && baseScores.length === outputs && baseScores.every(isStart))
  ) {
    fail('baseScores must be one number for each output', ['baseScores']);
  }
  const trees = readTrees(json, featureCount);
  if (trees.length % outputs !== 0) fail('A round is incomplete', ['nodeCounts']);
  return new Booster({
    params,
    featureCount,
    featureNames: readNames(json.featureNames, featureCount),
    baseScore,
    ...(baseScores ? { baseScores } : {}),
    outputs,
    trees,
    validationHistory: readHistory(json.validationHistory),
  });
}

function readParams(params: unknown, featureCount: number): BoosterParams {
  if (typeof params !== 'object' || params === null) fail('params are missing', ['params']);
  try {
    return resolveParams(params as Partial<BoosterParams>, featureCount);
  } catch (cause) {
    throw new ForecastError('invalid-model', `The parameters are wrong: ${(cause as Error).message}`, {
      path: ForecastError.is(cause) ? cause.path : ['params'],
      cause,
    });
  }
}

function readTrees(json: SerializedBooster, featureCount: number): Tree[] {
  const nodeCounts = decodeArray(json.nodeCounts, 'int32');
  let total = 0;
  for (let tree = 0; tree < nodeCounts.length; tree++) {
    if (nodeCounts[tree] < 1) fail(`Tree ${tree} has no node`, ['nodeCounts', tree]);
    total += nodeCounts[tree];
  }
  const ints = Object.fromEntries(INT_FIELDS.map((name) => [name, decodeArray(json[name], 'int32', total)]));
  const floats = Object.fromEntries(
    FLOAT_FIELDS.map((name) => [name, decodeArray(json[name], 'float32', total)]),
  );
  const defaultLeft = decodeArray(json.defaultLeft, 'uint8', total);
  const categories = readCategories(json.categories, nodeCounts);
  let from = 0;
  return Array.from(nodeCounts, (nodeCount, index) => {
    const to = from + nodeCount;
    const tree = {
      nodeCount,
      left: ints['left'].slice(from, to),
      right: ints['right'].slice(from, to),
      parent: new Int32Array(nodeCount).fill(-1),
      feature: ints['feature'].slice(from, to),
      condition: floats['condition'].slice(from, to),
      defaultLeft: defaultLeft.slice(from, to),
      gain: floats['gain'].slice(from, to),
      cover: floats['cover'].slice(from, to),
      weight: floats['weight'].slice(from, to),
      goesRight: categories[index],
    };
    from = to;
    checkTree(tree, featureCount, ['trees', index]);
    return tree;
  });
}

function readCategories(entries: unknown, nodeCounts: Int32Array): Map<number, Uint8Array>[] {
  const sets = Array.from(nodeCounts, () => new Map<number, Uint8Array>());
  if (!Array.isArray(entries)) fail('categories is not a list', ['categories']);
  entries.forEach((entry, index) => {
    const { tree, node, goesRight } = (entry ?? {}) as { tree: number; node: number; goesRight: number[] };
    const isSet = Array.isArray(goesRight) && goesRight.every((flag) => flag === 0 || flag === 1);
    if (!isSet || !(node >= 0 && node < nodeCounts[tree]) || !Number.isInteger(node)) {
      fail('A categorical split is malformed', ['categories', index]);
    }
    sets[tree].set(node, Uint8Array.from(goesRight));
  });
  return sets;
}

function readNames(names: unknown, featureCount: number): readonly string[] | undefined {
  if (names === undefined) return undefined;
  const valid =
    Array.isArray(names) && names.length === featureCount && names.every((name) => typeof name === 'string');
  if (!valid) fail('featureNames must be one string for each feature', ['featureNames']);
  return names;
}

function readHistory(history: unknown): readonly number[] | undefined {
  if (history === undefined) return undefined;
  if (!Array.isArray(history) || !history.every(Number.isFinite)) {
    fail('validationHistory must be a list of numbers', ['validationHistory']);
  }
  return history;
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

function fail(message: string, path: readonly (string | number)[]): never {
  throw new ForecastError('invalid-model', message, { path });
}
