import { readdirSync, readFileSync } from 'node:fs';
import type { Booster, BoosterParams, ObjectiveName, Tree } from 'commerce-forecast/boosting';

const FOLDER = new URL('../../../fixtures/boosting/', import.meta.url);

/** A model of native XGBoost 1.7.4 with the data it was trained on, made by `make_fixtures.py`. */
export interface NativeFixture {
  readonly name: string;
  readonly features: { readonly rows: number; readonly columns: Float32Array[] };
  readonly labels: Float32Array;
  readonly weights: Float32Array | undefined;
  readonly params: Partial<BoosterParams>;
  /** The model as XGBoost saved it. */
  readonly json: string;
  readonly ubjson: Uint8Array | undefined;
  readonly predictions: Float32Array;
  readonly contributions: Float32Array | undefined;
  readonly importance: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined;
}

/** Fixtures of model files that say more than plain ones. */
export const FORMATS = ['dart', 'dart-poisson', 'targets', 'forest', 'forest-targets', 'stopped'];

export function nativeFixtures(): NativeFixture[] {
  const files = readdirSync(FOLDER).filter((file) => file.startsWith('native-'));
  return files.map((file) => readFixture(file.replace(/^native-|\.json$/g, '')));
}

export function readFixture(name: string): NativeFixture {
  const data = JSON.parse(readFileSync(new URL(`native-${name}.json`, FOLDER), 'utf8'));
  return {
    name,
    features: { rows: data.rows, columns: data.columns.map(decodeFloats) },
    labels: decodeFloats(data.labels),
    weights: data.weights ? decodeFloats(data.weights) : undefined,
    params: ourParams(data.params, data.rounds, data.categorical),
    json: data.model,
    ubjson: data.ubjson ? new Uint8Array(Buffer.from(data.ubjson, 'base64')) : undefined,
    predictions: decodeFloats(data.predictions),
    contributions: data.contributions ? decodeFloats(data.contributions) : undefined,
    importance: data.importance,
  };
}

/** Models of native XGBoost 1.7.4 and its predictions, made by `make_fixtures.py`. */
export function readFormat(name: string) {
  const data = JSON.parse(readFileSync(new URL(`format-${name}.json`, FOLDER), 'utf8'));
  const optional = (key: string) => (data[key] ? decodeFloats(data[key]) : undefined);
  return {
    json: data.model as string,
    features: { rows: data.rows as number, columns: data.columns.map(decodeFloats) as Float32Array[] },
    predictions: decodeFloats(data.predictions),
    ofRounds1To3: decodeFloats(data.predictions_1_3),
    ofBestRounds: optional('predictions_best'),
  };
}

export function decodeFloats(base64: string): Float32Array {
  const bytes = Buffer.from(base64, 'base64');
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

const OBJECTIVES: Readonly<Record<string, ObjectiveName>> = {
  'count:poisson': 'poisson',
  'reg:tweedie': 'tweedie',
  'reg:gamma': 'gamma',
  'reg:pseudohubererror': 'huber',
  'reg:absoluteerror': 'absolute',
  'binary:logistic': 'logistic',
};

const NAMES: Readonly<Record<string, keyof BoosterParams>> = {
  eta: 'learningRate',
  max_depth: 'maxDepth',
  max_leaves: 'maxLeaves',
  grow_policy: 'growPolicy',
  min_child_weight: 'minChildWeight',
  tweedie_variance_power: 'tweedieVariancePower',
  huber_slope: 'huberSlope',
};

/** XGBoost's parameters of a fixture as ours. */
function ourParams(
  theirs: Record<string, string | number>,
  rounds: number,
  categoricalFeatures: number[],
): Partial<BoosterParams> {
  const ours: Record<string, unknown> = { maxDepth: 4, learningRate: 0.3, rounds, categoricalFeatures };
  for (const [name, value] of Object.entries(theirs)) {
    if (name === 'objective') ours['objective'] = OBJECTIVES[value];
    else if (name === 'monotone_constraints') {
      ours['monotoneConstraints'] = JSON.parse(String(value).replace('(', '[').replace(')', ']'));
    } else ours[NAMES[name] ?? name] = value;
  }
  return ours;
}

/** What decides where rows go; thresholds and sets only where they are used. */
export function structureOf(booster: Booster): unknown[] {
  return booster.trees.map((tree) =>
    Array.from({ length: tree.nodeCount }, (_, node) => describe(tree, node)),
  );
}

function describe(tree: Tree, node: number): unknown {
  if (tree.left[node] < 0) return 'leaf';
  const set = tree.goesRight.get(node);
  const categories = set && [...set.keys()].filter((category) => set[category] === 1);
  return {
    feature: tree.feature[node],
    rule: categories ?? tree.condition[node],
    left: tree.left[node],
    right: tree.right[node],
    defaultLeft: tree.defaultLeft[node],
  };
}
