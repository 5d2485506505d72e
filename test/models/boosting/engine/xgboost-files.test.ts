import {
  boosterFromJson,
  boosterToJson,
  type LoadXGBoostOptions,
  loadXGBoostJson,
  loadXGBoostUbjson,
  saveXGBoostJson,
  saveXGBoostUbjson,
  shapValues,
} from 'commerce-forecast/boosting';
import { describe, expect, it } from 'vitest';
import { ForecastError } from '../../../../src/errors.js';
import type { FeatureMatrix } from '../../../../src/features/matrix.js';
import { encodeUbjson } from '../../../../src/models/boosting/engine/formats/ubjson.js';
import { FORMATS, readFormat } from './native-fixtures.js';
import { modelDocument, stump } from './xgboost-document.js';

function worstDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / Math.max(1, Math.abs(expected[i])));
  }
  return worst;
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return ForecastError.is(error) ? `${error.code} ${error.path.join('.')}` : String(error);
  }
  return 'no error';
}

const TWO_ROWS = { rows: 2, columns: [Float32Array.of(0, 1)] };

function predictions(document: object, features: FeatureMatrix = TWO_ROWS): number[] {
  return [...loadXGBoostJson(JSON.stringify(document)).predict(features)];
}

describe.each(FORMATS)('a file of native XGBoost 1.7.4, %s', (name) => {
  const file = readFormat(name);

  it('predicts as XGBoost does, also some rounds', () => {
    const all = loadXGBoostJson(file.json, name === 'stopped' ? { bestIteration: false } : {});
    expect(worstDifference(all.predict(file.features), file.predictions)).toBeLessThan(2e-7);
    const some = loadXGBoostJson(file.json, { iterationRange: [1, 3] });
    expect(worstDifference(some.predict(file.features), file.ofRounds1To3)).toBeLessThan(2e-7);
    expect(all.warnings).toEqual([]);
  });

  it('is written so that it reads back the same', () => {
    const loaded = loadXGBoostJson(file.json);
    const expected = boosterToJson(loaded);
    expect(boosterToJson(loadXGBoostJson(saveXGBoostJson(loaded)))).toEqual(expected);
    expect(boosterToJson(loadXGBoostUbjson(saveXGBoostUbjson(loaded)))).toEqual(expected);
    const again = boosterFromJson(JSON.parse(JSON.stringify(expected)));
    expect(again.predict(file.features)).toEqual(loaded.predict(file.features));
  });
});

describe('early stopping', () => {
  const file = readFormat('stopped');

  it('is followed if asked for, and noticed if not', () => {
    const best = loadXGBoostJson(file.json, { bestIteration: true });
    expect(worstDifference(best.predict(file.features), file.ofBestRounds!)).toBeLessThan(2e-7);
    expect(best.warnings).toEqual([]);
    const [warning] = loadXGBoostJson(file.json).warnings;
    expect(warning).toMatch(/^All 14 rounds count, 3 of them after the best one/);
  });

  it('is followed in a binary file too', () => {
    // XGBoost writes these columns of a tree as 32-bit floats.
    const floats = /^(base_weights|loss_changes|split_conditions|sum_hessian)$/;
    const document = JSON.parse(file.json, (key, value) =>
      floats.test(key) ? Float32Array.from(value) : value,
    );
    const bytes = encodeUbjson(document);
    const best = loadXGBoostUbjson(bytes, { bestIteration: true });
    expect(worstDifference(best.predict(file.features), file.ofBestRounds!)).toBeLessThan(2e-7);
    const some = loadXGBoostUbjson(bytes, { iterationRange: [1, 3] });
    expect(worstDifference(some.predict(file.features), file.ofRounds1To3)).toBeLessThan(2e-7);
  });

  it('is not chosen by an option that does not exist or makes no sense', () => {
    for (const [options, path] of [
      [{ bestIterations: true }, 'bestIterations'],
      [{ bestIteration: 1 }, 'bestIteration'],
      [{ iterationRange: 3 }, 'iterationRange'],
    ] as const) {
      expect(codeOf(() => loadXGBoostJson(file.json, options as unknown as LoadXGBoostOptions))).toBe(
        `invalid-option ${path}`,
      );
    }
  });

  it('is refused where there was none, and beside a range', () => {
    const plain = JSON.stringify(modelDocument({ trees: [stump([1, 2]), stump([3, 4])] }));
    expect(codeOf(() => loadXGBoostJson(plain, { bestIteration: true }))).toBe(
      'invalid-option bestIteration',
    );
    expect(codeOf(() => loadXGBoostJson(file.json, { bestIteration: true, iterationRange: [0, 1] }))).toBe(
      'invalid-option iterationRange',
    );
    for (const range of [
      [0, 99],
      [3, 3],
      [-1, 2],
      [0.5, 2],
    ] as const) {
      expect(codeOf(() => loadXGBoostJson(plain, { iterationRange: range }))).toBe(
        'invalid-option iterationRange',
      );
    }
  });
});

describe('DART', () => {
  // 1 + 0.5 * -2.5 + 0.25 * 21 = 5 and 1 + 0.5 * 0.5 + 0.25 * 11 = 4; without the weights 19.5 and 12.5.
  const trees = [stump([-2.5, 0.5]), stump([21, 11])];
  const weights = [0.5, 0.25];

  it.each([
    [
      'a booster of its own, up to XGBoost 3.2',
      (booster: Record<string, unknown>) => ({ name: 'dart', gbtree: { ...booster }, weight_drop: weights }),
    ],
    [
      'beside the model, XGBoost 3.3',
      (booster: Record<string, unknown>) => ({ ...booster, weight_drop: weights }),
    ],
    [
      'inside the model, XGBoost 3.4',
      ({ model, ...rest }: Record<string, unknown>) => ({
        ...rest,
        model: { ...(model as object), weight_drop: weights },
      }),
    ],
  ])('has its weights in %s', (_, place) => {
    const document = modelDocument({ trees, baseScore: '1E0' });
    expect(predictions(document)).toEqual([19.5, 12.5]);
    document.learner.gradient_booster = place(document.learner.gradient_booster);
    expect(predictions(document)).toEqual([5, 4]);
  });

  it('predicts the same from every place as native XGBoost did from its own', () => {
    const file = readFormat('dart');
    const { gradient_booster: old } = JSON.parse(file.json).learner;
    for (const place of [
      { ...old.gbtree, weight_drop: old.weight_drop },
      { ...old.gbtree, model: { ...old.gbtree.model, weight_drop: old.weight_drop } },
    ]) {
      const document = JSON.parse(file.json);
      document.learner.gradient_booster = place;
      expect(worstDifference(predictions(document, file.features), file.predictions)).toBeLessThan(2e-7);
    }
  });

  it('needs one weight for each tree', () => {
    const document = modelDocument({ trees });
    const booster = document.learner.gradient_booster;
    document.learner.gradient_booster = { ...booster, weight_drop: [1] };
    expect(codeOf(() => predictions(document))).toBe(
      'invalid-model learner.gradient_booster.model.weight_drop',
    );
    document.learner.gradient_booster = { ...booster, weight_drop: [1, 'x'] };
    expect(codeOf(() => predictions(document))).toBe('invalid-model learner.gradient_booster.weight_drop.1');
    document.learner.gradient_booster = { name: 'dart', gbtree: booster };
    expect(codeOf(() => predictions(document))).toBe('invalid-model learner.gradient_booster.weight_drop');
  });
});

describe('a base score for each output (XGBoost 3.1)', () => {
  const trees = [stump([1, -1]), stump([2, -2]), stump([3, -3])];
  const groups = [0, 1, 2];
  const quantile = { name: 'reg:quantileerror', quantile_loss_param: { quantile_alpha: '[0.1,0.5,0.9]' } };

  it.each([
    ['quantiles', quantile],
    ['targets', undefined],
  ])('is read and written, %s', (_, objective) => {
    const document = modelDocument({ trees, groups, targets: 3, objective, baseScore: '[1E0,8E0,1.6E1]' });
    const booster = loadXGBoostJson(JSON.stringify(document));
    // 1 + 1, 1 - 1; 8 + 2, 8 - 2; 16 + 3, 16 - 3.
    const expected = [2, 0, 10, 6, 19, 13];
    expect([...booster.predict(TWO_ROWS)]).toEqual(expected);
    expect([0, 1, 2].map((output) => booster.predictRow([0], output))).toEqual([2, 10, 19]);
    const text = saveXGBoostJson(booster);
    expect(JSON.parse(text).learner.learner_model_param.base_score).toBe('[1.0,8.0,16.0]');
    expect(JSON.parse(text).version).toEqual([3, 1, 0]);
    for (const again of [
      loadXGBoostJson(text),
      loadXGBoostUbjson(saveXGBoostUbjson(booster)),
      boosterFromJson(JSON.parse(JSON.stringify(boosterToJson(booster)))),
    ]) {
      expect([...again.predict(TWO_ROWS)]).toEqual(expected);
    }
    // SHAP values of a row add up to its margin, from the base score of the output on.
    for (const output of [0, 1, 2]) {
      const [contribution, mean] = shapValues(booster, TWO_ROWS, output);
      expect(contribution + mean).toBe(expected[2 * output]);
    }
  });

  it('is on the scale of the labels: logarithms of it for Poisson', () => {
    const objective = { name: 'count:poisson', poisson_regression_param: { max_delta_step: '0.7' } };
    const document = modelDocument({ trees, groups, targets: 3, objective, baseScore: '[1E0,8E0,1.6E1]' });
    const expected = [1, 8, 16].flatMap((score, k) => [score * Math.exp(k + 1), score * Math.exp(-k - 1)]);
    expect(worstDifference(predictions(document), expected)).toBeLessThan(1e-6);
  });

  it('must be one for each output', () => {
    const document = modelDocument({ trees, groups, targets: 3, baseScore: '[1E0,8E0]' });
    expect(codeOf(() => predictions(document))).toBe('invalid-model learner.learner_model_param.base_score');
    const poisson = { name: 'count:poisson', poisson_regression_param: { max_delta_step: '0.7' } };
    const negative = modelDocument({
      trees,
      groups,
      targets: 3,
      objective: poisson,
      baseScore: '[1E0,-8E0,1E0]',
    });
    expect(codeOf(() => predictions(negative))).toBe('invalid-model learner.learner_model_param.base_score');
  });
});

describe('quantiles', () => {
  const objective = { name: 'reg:quantileerror', quantile_loss_param: { quantile_alpha: '[0.9,0.1,0.5]' } };
  const trees = [stump([3, 1]), stump([1, 3]), stump([2, 2])];

  it('never cross, as in XGBoost 3.4; their margins are as the trees say', () => {
    const document = modelDocument({ trees, groups: [0, 1, 2], targets: 3, objective, baseScore: '0E0' });
    const booster = loadXGBoostJson(JSON.stringify(document));
    expect([...booster.predict(TWO_ROWS)]).toEqual([3, 3, 1, 1, 2, 2]);
    expect([...booster.predict(TWO_ROWS, undefined, { outputMargin: true })]).toEqual([3, 1, 1, 3, 2, 2]);
    expect([0, 1, 2].map((output) => booster.predictRow([1], output))).toEqual([3, 1, 2]);
  });

  it('have several trees a round with num_parallel_tree', () => {
    const forest = [...trees, ...trees].map((_, i) => trees[Math.floor(i / 2)]);
    const document = modelDocument({
      trees: forest,
      groups: [0, 0, 1, 1, 2, 2],
      targets: 3,
      objective,
      baseScore: '0E0',
      parallel: 2,
    });
    expect(predictions(document)).toEqual([6, 6, 2, 2, 4, 4]);
    expect(codeOf(() => loadXGBoostJson(JSON.stringify(document), { iterationRange: [0, 2] }))).toBe(
      'invalid-option iterationRange',
    );
  });
});

describe('vector leaves (multi_output_tree)', () => {
  // One split at 0.5: the left leaf has 1, 10 and 100, the right one 2, 20 and 200.
  const values = [1, 10, 100, 2, 20, 200];
  const base = { ...stump([0, 0]), tree_param: { num_feature: '1', num_nodes: '3', size_leaf_vector: '3' } };
  const { loss_changes: _gains, sum_hessian: _covers, ...bare } = base;
  const byNode = { ...bare, base_weights: [0, 0, 0, ...values] };
  const byLeaf = { ...base, right_children: [2, 0, 1], base_weights: [], leaf_weights: values };

  it.each([
    ['node by node (XGBoost 2.0)', byNode],
    ['leaf by leaf (XGBoost 3.2)', byLeaf],
  ])('are read %s', (_, tree) => {
    const document = modelDocument({ trees: [tree, tree], groups: [0, 0], targets: 3, baseScore: '5E-1' });
    expect(predictions(document)).toEqual([2.5, 4.5, 20.5, 40.5, 200.5, 400.5]);
    const one = loadXGBoostJson(JSON.stringify(document), { iterationRange: [0, 1] });
    expect([...one.predict(TWO_ROWS)]).toEqual([1.5, 2.5, 10.5, 20.5, 100.5, 200.5]);
  });

  it('must have a value for each output', () => {
    const two = modelDocument({ trees: [byNode], groups: [0], targets: 2 });
    expect(codeOf(() => predictions(two))).toMatch(/trees\.0\.tree_param\.size_leaf_vector$/);
    const short = modelDocument({ trees: [{ ...byLeaf, leaf_weights: [1, 2, 3] }], groups: [0], targets: 3 });
    expect(codeOf(() => predictions(short))).toMatch(/trees\.0\.leaf_weights$/);
  });
});

describe('categories', () => {
  const split = (categories: number[]) => ({
    ...stump([1, 2]),
    split_type: [1, 0, 0],
    categories,
    categories_nodes: [0],
    categories_segments: [0],
    categories_sizes: [categories.length],
  });
  const features = { rows: 5, columns: [Float32Array.of(3, 300, 301, 65_535, 70_000)] };

  it('may be more than 254', () => {
    const document = modelDocument({ trees: [split([3, 300, 65_535])], baseScore: '0E0', types: ['c'] });
    expect(predictions(document, features)).toEqual([2, 2, 1, 2, 1]);
    const booster = loadXGBoostJson(JSON.stringify(document));
    expect([...loadXGBoostUbjson(saveXGBoostUbjson(booster)).predict(features)]).toEqual([2, 2, 1, 2, 1]);
  });

  it('end at 65,535', () => {
    const document = modelDocument({ trees: [split([65_536])], types: ['c'] });
    expect(codeOf(() => predictions(document))).toMatch(/^invalid-model .*trees\.0\.categories\.0$/);
    expect(() => predictions(document)).toThrow('Category 65536 is above 65535');
  });
});

describe('unknown parts of a model file', () => {
  const edit = (change: (learner: ReturnType<typeof modelDocument>['learner']) => void) => {
    const document = modelDocument({ trees: [stump([1, 2])] });
    change(document.learner);
    return codeOf(() => predictions(document));
  };

  it('are refused where they may change predictions, and only there', () => {
    expect(edit(() => {})).toBe('no error');
    expect(edit((learner) => Object.assign(learner.attributes, { note: 'mine' }))).toBe('no error');
    expect(edit((learner) => Object.assign(learner, { calibration: {} }))).toBe(
      'invalid-model learner.calibration',
    );
    expect(edit((learner) => Object.assign(learner.gradient_booster, { tree_weights: [1] }))).toBe(
      'invalid-model learner.gradient_booster.tree_weights',
    );
    expect(
      edit((learner) => Object.assign(learner.gradient_booster['model'] as object, { offsets: [1] })),
    ).toBe('invalid-model learner.gradient_booster.model.offsets');
    expect(edit((learner) => Object.assign(learner.learner_model_param, { scale: '2' }))).toBe(
      'invalid-model learner.learner_model_param.scale',
    );
    const tree = (learner: { gradient_booster: Record<string, unknown> }) =>
      (learner.gradient_booster['model'] as { trees: object[] }).trees[0];
    expect(edit((learner) => Object.assign(tree(learner), { linear_leaves: [1] }))).toBe(
      'invalid-model learner.gradient_booster.model.trees.0.linear_leaves',
    );
    expect(edit((learner) => Object.assign(learner.gradient_booster, { name: 'gblinear' }))).toBe(
      'invalid-model learner.gradient_booster.name',
    );
  });
});

describe('a damaged or hostile file', () => {
  const text = JSON.stringify(modelDocument({ trees: [stump([1, 2])] }));
  const tree = 'learner.gradient_booster.model.trees.0';
  const loaded = (from: string, to: string) => {
    expect(text).toContain(from);
    return codeOf(() => loadXGBoostJson(text.replace(from, to)));
  };

  it('has no NaN or infinity but for the thresholds of categorical splits, as XGBoost 1.7.4 writes them', () => {
    expect(loaded('"split_conditions":[0.5,', '"split_conditions":[NaN,')).toBe(`invalid-model ${tree}.0`);
    expect(loaded('"split_conditions":[0.5,1,', '"split_conditions":[0.5,NaN,')).toBe(
      `invalid-model ${tree}.1`,
    );
    for (const infinite of ['Infinity', '-Infinity']) {
      expect(loaded('"split_conditions":[0.5,', `"split_conditions":[${infinite},`)).toBe(
        `invalid-model ${tree}.split_conditions.0`,
      );
    }
    const named = text
      .replace('"feature_names":[]', String.raw`"feature_names":["NaN, \"Infinity\""]`)
      .replace('"base_weights":[0,', '"base_weights":[NaN,');
    expect(loadXGBoostJson(named).featureNames).toEqual(['NaN, "Infinity"']);
  });

  it('has the trees and nodes that it states; XGBoost 1.7.4 checks the nodes too', () => {
    expect(loaded('"num_trees":"1"', '"num_trees":"2"')).toBe(
      'invalid-model learner.gradient_booster.model.trees',
    );
    expect(loaded('"num_nodes":"3"', '"num_nodes":"1"')).toBe(`invalid-model ${tree}`);
  });

  it('has no classes, no hexadecimal numbers, and nothing unknown beside the learner or around DART', () => {
    expect(loaded('"num_class":"0"', '"num_class":"3"')).toBe(
      'invalid-model learner.learner_model_param.num_class',
    );
    expect(loaded('"base_score":"5E-1"', '"base_score":"0x10"')).toBe(
      'invalid-model learner.learner_model_param.base_score',
    );
    expect(loaded('{"learner":', '{"calibration":1,"learner":')).toBe('invalid-model calibration');
    const booster = JSON.parse(text).learner.gradient_booster;
    const around = (gradient: object) => {
      const document = JSON.parse(text);
      document.learner.gradient_booster = gradient;
      return codeOf(() => loadXGBoostJson(JSON.stringify(document)));
    };
    expect(around({ ...booster, gbtree: booster })).toBe('invalid-model learner.gradient_booster.gbtree');
    const weighted = { ...booster, weight_drop: [0.5] };
    expect(around({ name: 'dart', gbtree: weighted, weight_drop: [1] })).toBe(
      'invalid-model learner.gradient_booster.gbtree.weight_drop',
    );
  });

  it('is refused in linear time and memory', () => {
    const categories = (given: number[], nodes: number[], segments: number[], sizes: number[]) =>
      codeOf(() =>
        predictions(
          modelDocument({
            trees: [
              {
                ...stump([1, 2]),
                split_type: [0, 1, 2].map((node) => Number(nodes.includes(node))),
                categories: given,
                categories_nodes: nodes,
                categories_segments: segments,
                categories_sizes: sizes,
              },
            ],
          }),
        ),
      );
    // More numbers than a call may have arguments.
    expect(categories(new Array(300_000).fill(3), [0], [0], [300_000])).toBe('no error');
    expect(categories([1, 2], [0, 1], [0, 0], [2, 2])).toBe(`invalid-model ${tree}.categories_sizes`);

    const started = performance.now();
    // A string of escaped quotes that does not end.
    expect(codeOf(() => loadXGBoostJson(`"${'\\"'.repeat(200_000)}`))).toBe('invalid-model ');
    // Lists inside each other, each of which promises as many items as there are bytes.
    const bytes = new Uint8Array(3_000_000).fill(0x5a);
    for (let depth = 0, at = 0; depth < 30; depth++, at += 7) {
      bytes.set([0x5b, 0x23, 0x6c], at);
      new DataView(bytes.buffer).setInt32(at + 3, 2_000_000);
    }
    const before = process.memoryUsage().heapUsed;
    expect(codeOf(() => loadXGBoostUbjson(bytes))).toMatch(/^invalid-model/);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200e6);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('is bytes, not text, for the binary form', () => {
    expect(codeOf(() => loadXGBoostUbjson(text as unknown as Uint8Array))).toBe('invalid-model ');
  });
});
