import {
  boosterFromJson,
  boosterToJson,
  loadXGBoostJson,
  loadXGBoostUbjson,
  saveXGBoostJson,
  saveXGBoostUbjson,
  trainBooster,
} from 'commerce-forecast/boosting';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../../src/errors.js';
import { createRandom } from '../../../../src/random.js';
import { modelDocument, stump } from './xgboost-document.js';

const SEED = 20240607;
const random = createRandom(2);
const features = {
  rows: 80,
  columns: [0, 1, 2].map((j) =>
    Float32Array.from({ length: 80 }, () => (j === 2 ? random.integer(6) : random.uniform())),
  ),
};
const labels = features.columns[0].map((value, i) => value + (features.columns[2][i] % 2));
const booster = trainBooster({ features, labels }, { rounds: 3, maxDepth: 3, categoricalFeatures: [2] });
const text = saveXGBoostJson(booster);
const bytes = saveXGBoostUbjson(booster);

/** A model that is accepted must predict numbers; everything else must be a `ForecastError` with code and path. */
function loadsOrRefuses(load: () => ReturnType<typeof loadXGBoostJson>): void {
  let loaded: ReturnType<typeof loadXGBoostJson>;
  try {
    loaded = load();
  } catch (error) {
    expect(ForecastError.is(error) && error.code).toBe('invalid-model');
    expect(Array.isArray((error as ForecastError).path)).toBe(true);
    return;
  }
  const rows = {
    rows: 2,
    columns: Array.from({ length: Math.min(loaded.featureCount, 50) }, () =>
      Float32Array.of(0.5, Number.NaN),
    ),
  };
  if (loaded.featureCount <= 50)
    expect(loaded.predict(rows).every((value) => !Number.isNaN(value))).toBe(true);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return ForecastError.is(error)
      ? `${error.code} ${error.path.join('.')}`
      : `not a ForecastError: ${String(error)}`;
  }
  return 'no error';
}

/** Replaces the value at a random place of a JSON document. */
function mutate(value: unknown, picks: readonly number[], replacement: unknown, depth = 0): unknown {
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (keys.length === 0 || depth >= picks.length) return replacement;
  const key = keys[picks[depth] % keys.length];
  const changed = mutate((value as Record<string, unknown>)[key], picks, replacement, depth + 1);
  if (Array.isArray(value)) return value.map((entry, index) => (String(index) === key ? changed : entry));
  return { ...(value as object), [key]: changed };
}

const replacement = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    -1,
    0,
    1,
    2,
    3,
    1e9,
    -5,
    1.5,
    1e300,
    '',
    '5E-1',
    'nan',
    '1e999',
    [],
    {},
    true,
  ),
  fc.jsonValue(),
);
const picks = fc.array(fc.nat(200), { minLength: 1, maxLength: 9 });

describe('the XGBoost loaders', () => {
  const vectorTree = {
    ...stump([1, 2]),
    right_children: [2, 0, 1],
    leaf_weights: [1, 2, 3, 4],
    tree_param: { num_feature: '1', num_nodes: '3', size_leaf_vector: '2' },
  };
  const trees = [stump([1, 2]), stump([3, 4])];
  const withAll = modelDocument({ trees, groups: [0, 1], targets: 2, baseScore: '[1E0,2E0]' });
  withAll.learner.attributes = { best_iteration: '0' };
  Object.assign(withAll.learner.gradient_booster['model'] as object, {
    weight_drop: [0.5, 1],
    iteration_indptr: [0, 2],
  });

  const quantiles = { name: 'reg:quantileerror', quantile_loss_param: { quantile_alpha: '[0.1,0.9]' } };
  const forest = modelDocument({
    trees: [...trees, ...trees],
    groups: [0, 0, 1, 1],
    targets: 2,
    objective: quantiles,
    parallel: 2,
  });
  Object.assign(forest.learner.gradient_booster, { weight_drop: [1, 0.5, 1, 0.25] });
  const manyCategories = {
    ...stump([1, 2]),
    split_type: [1, 0, 0],
    categories: [3, 300],
    categories_nodes: [0],
    categories_segments: [0],
    categories_sizes: [2],
  };
  const dart = modelDocument({ trees: [manyCategories], types: ['c'] });
  dart.learner.gradient_booster = { name: 'dart', gbtree: dart.learner.gradient_booster, weight_drop: [0.5] };
  Object.assign((dart.learner.gradient_booster['gbtree'] as { model: object }).model, {
    cats: { enc: [], feature_segments: [], sorted_idx: [] },
  });

  it.each([
    ['a JSON model', JSON.parse(text)],
    ['one with weights of trees, rounds and base scores', withAll],
    ['one with forests of quantiles and weights beside them', forest],
    ['one with a booster inside another and many categories', dart],
    ['one with vector leaves', modelDocument({ trees: [vectorTree], groups: [0], targets: 2 })],
  ])('refuse or survive any change to %s', (_, document) => {
    expect(() => loadXGBoostJson(JSON.stringify(document))).not.toThrow();
    fc.assert(
      fc.property(picks, replacement, (places, value) => {
        loadsOrRefuses(() => loadXGBoostJson(JSON.stringify(mutate(document, places, value)) ?? ''));
      }),
      { seed: SEED, numRuns: 1500 },
    );
  });

  it('refuse any truncation', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), (length) => {
        expect(codeOf(() => loadXGBoostJson(text.slice(0, length)))).toMatch(/^invalid-model/);
      }),
      { seed: SEED, numRuns: 100 },
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (length) => {
        expect(codeOf(() => loadXGBoostUbjson(bytes.slice(0, length)))).toMatch(/^invalid-model/);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it('refuse or survive any changed bytes of a UBJSON model', () => {
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const changed = bytes.slice();
        for (const [at, value] of changes) changed[at] = value;
        loadsOrRefuses(() => loadXGBoostUbjson(changed));
      }),
      { seed: SEED, numRuns: 1500 },
    );
  });

  it('refuse any text and any bytes', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(codeOf(() => loadXGBoostJson(any))).toMatch(/^invalid-model/);
      }),
      { seed: SEED, numRuns: 200 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (any) => {
        expect(codeOf(() => loadXGBoostUbjson(any))).toMatch(/^invalid-model/);
      }),
      { seed: SEED, numRuns: 500 },
    );
  });

  it('name the culprit of each kind of damage', () => {
    const change = (edit: (model: ReturnType<typeof JSON.parse>) => void) => {
      const document = JSON.parse(text);
      edit(document);
      return codeOf(() => loadXGBoostJson(JSON.stringify(document)));
    };
    const trees = 'learner.gradient_booster.model.trees';
    const tree = (model: ReturnType<typeof JSON.parse>) => model.learner.gradient_booster.model.trees[1];
    expect(change(() => {})).toBe('no error');
    expect(change((model) => (model.version = [9, 0, 0]))).toBe('invalid-model version');
    expect(change((model) => (model.learner.gradient_booster.name = 'gblinear'))).toBe(
      'invalid-model learner.gradient_booster.name',
    );
    expect(change((model) => (model.learner.gradient_booster.name = 'dart'))).toBe(
      'invalid-model learner.gradient_booster.gbtree',
    );
    expect(change((model) => (model.learner.objective.name = 'rank:pairwise'))).toBe(
      'invalid-model learner.objective.name',
    );
    expect(change((model) => (model.learner.learner_model_param.num_feature = '4000000000'))).toBe(
      'invalid-model learner.learner_model_param.num_feature',
    );
    expect(change((model) => (tree(model).left_children[1] = 0))).toMatch(`invalid-model ${trees}.1`);
    expect(change((model) => (tree(model).right_children[0] = tree(model).left_children[0]))).toMatch(
      `invalid-model ${trees}.1`,
    );
    expect(change((model) => (tree(model).right_children[0] = 2 ** 31))).toMatch(`invalid-model ${trees}.1`);
    expect(change((model) => (tree(model).split_indices[0] = 3))).toBe(`invalid-model ${trees}.1.0`);
    expect(change((model) => tree(model).split_conditions.pop())).toBe(`invalid-model ${trees}.1`);
    expect(change((model) => (model.learner = JSON.parse('{"__proto__": {"objective": 1}}')))).toBe(
      'invalid-model learner.__proto__',
    );
    expect(codeOf(() => loadXGBoostJson('['.repeat(100_000)))).toMatch(/^invalid-model/);
  });

  it('refuse a count that promises more than the file has', () => {
    const huge = new TextEncoder().encode('[$Z#L\u007f\u007f\u007f\u007f\u007f\u007f\u007f\u007f');
    expect(codeOf(() => loadXGBoostUbjson(huge))).toMatch(/^invalid-model/);
    const typed = new TextEncoder().encode('[$l#L\u0000\u0000\u0000\u0000\u007f\u007f\u007f\u007f');
    expect(codeOf(() => loadXGBoostUbjson(typed))).toMatch(/^invalid-model/);
    const deep = new TextEncoder().encode('['.repeat(100_000));
    expect(codeOf(() => loadXGBoostUbjson(deep))).toMatch(/^invalid-model/);
  });
});

describe('boosterFromJson', () => {
  it('refuses or survives any change', () => {
    const document = JSON.parse(JSON.stringify(boosterToJson(booster)));
    fc.assert(
      fc.property(picks, replacement, (places, value) => {
        loadsOrRefuses(() => boosterFromJson(mutate(document, places, value)));
      }),
      { seed: SEED, numRuns: 1500 },
    );
  });

  it('refuses another version and damaged arrays', () => {
    const json = boosterToJson(booster);
    expect(codeOf(() => boosterFromJson({ ...json, version: 2 }))).toBe('invalid-model version');
    expect(codeOf(() => boosterFromJson({ ...json, left: json.right }))).toMatch(/^invalid-model trees/);
    expect(codeOf(() => boosterFromJson({ ...json, left: { kind: 'int32', base64: '!' } }))).toMatch(
      /^invalid-model/,
    );
    expect(codeOf(() => boosterFromJson(null))).toMatch(/^invalid-model/);
  });
});
