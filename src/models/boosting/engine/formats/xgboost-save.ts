import type { Booster } from '../booster.js';
import type { Tree } from '../trees/tree.js';
import { encodeUbjson } from './ubjson.js';
import { type DocumentValue, objectiveDocument } from './xgboost-format.js';

/**
 * Writes the model as XGBoost's JSON, which XGBoost 1.7 and newer load, with bit-identical predictions.
 * Quantile models need XGBoost 2.0 or newer, models whose outputs start from different base scores XGBoost 3.1.
 *
 * Format: https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html
 *
 * ```ts
 * import { saveXGBoostJson, trainBooster } from 'commerce-forecast/boosting';
 *
 * const features = { rows: 3, columns: [Float32Array.of(1, 2, 3)] };
 * const json = saveXGBoostJson(trainBooster({ features, labels: Float32Array.of(1, 2, 3) }));
 * // in Python: xgboost.Booster(model_file='model.json')
 * ```
 */
export function saveXGBoostJson(booster: Booster): string {
  return encodeJson(documentOf(booster));
}

/** Writes the model in XGBoost's binary form (Universal Binary JSON), which is smaller and faster to read. */
export function saveXGBoostUbjson(booster: Booster): Uint8Array {
  return encodeUbjson(documentOf(booster));
}

function documentOf(booster: Booster): DocumentValue {
  const { params, featureCount, trees, outputs } = booster;
  const categorical = new Set(params.categoricalFeatures);
  const types =
    categorical.size > 0
      ? Array.from({ length: featureCount }, (_, j) => (categorical.has(j) ? 'c' : 'q'))
      : [];
  return {
    learner: {
      attributes: {},
      feature_names: booster.featureNames ?? [],
      feature_types: types,
      gradient_booster: {
        model: {
          gbtree_model_param: {
            num_parallel_tree: '1',
            num_trees: String(trees.length),
            size_leaf_vector: '0',
          },
          tree_info: trees.map((_, index) => index % outputs),
          trees: trees.map((tree, index) => treeDocument(tree, index, featureCount)),
        },
        name: 'gbtree',
      },
      learner_model_param: {
        base_score: booster.baseScores
          ? `[${booster.baseScores.map(floatText).join(',')}]`
          : floatText(booster.baseScore),
        boost_from_average: '1',
        num_class: '0',
        num_feature: String(featureCount),
        num_target: String(outputs),
      },
      objective: objectiveDocument(params),
    },
    // Plain lists, here and in `tree_info`: XGBoost accepts typed arrays only within trees.
    version: booster.baseScores ? [3, 1, 0] : params.objective === 'quantile' ? [2, 0, 0] : [1, 7, 4],
  };
}

/** Number that XGBoost writes as the parent of a root. */
const NO_PARENT = 2147483647;

function treeDocument(tree: Tree, id: number, featureCount: number): DocumentValue {
  const nodes = [...tree.goesRight.keys()].sort((a, b) => a - b);
  const sets = nodes.map((node) => categoriesOf(tree.goesRight.get(node)!));
  const sizes = sets.map((set) => set.length);
  let end = 0;
  const segments = sizes.map((size) => (end += size) - size);
  const isCategorical = (node: number) => tree.goesRight.has(node);
  return {
    base_weights: tree.weight,
    categories: Int32Array.from(sets.flat()),
    categories_nodes: Int32Array.from(nodes),
    categories_segments: BigInt64Array.from(segments, BigInt),
    categories_sizes: BigInt64Array.from(sizes, BigInt),
    default_left: tree.defaultLeft,
    id,
    left_children: tree.left,
    loss_changes: tree.gain,
    parents: tree.parent.map((parent) => (parent < 0 ? NO_PARENT : parent)),
    right_children: tree.right,
    split_conditions: tree.condition,
    split_indices: tree.feature,
    split_type: Uint8Array.from(tree.left, (_, node) => (isCategorical(node) ? 1 : 0)),
    sum_hessian: tree.cover,
    tree_param: {
      num_deleted: '0',
      num_feature: String(featureCount),
      num_nodes: String(tree.nodeCount),
      size_leaf_vector: '0',
    },
  };
}

function categoriesOf(goesRight: Uint8Array): number[] {
  return [...goesRight.keys()].filter((category) => goesRight[category] === 1);
}

function encodeJson(value: DocumentValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Float32Array) return `[${Array.from(value, floatText).join(',')}]`;
  if (ArrayBuffer.isView(value)) return `[${value.join(',')}]`;
  if (Array.isArray(value)) return `[${value.map(encodeJson).join(',')}]`;
  const members = Object.entries(value).map(
    ([name, member]) => `${JSON.stringify(name)}:${encodeJson(member)}`,
  );
  return `{${members.join(',')}}`;
}

/**
 * The shortest decimal that reads back as the same float32, always with a point or an exponent, because
 * XGBoost's reader rejects `38` as an integer.
 */
function floatText(value: number): string {
  const single = Math.fround(value);
  if (Object.is(single, -0)) return '-0.0';
  for (let digits = 6; digits <= 9; digits++) {
    const number = Number(single.toPrecision(digits));
    if (Math.fround(number) === single) {
      const text = String(number);
      return /[.e]/.test(text) ? text : `${text}.0`;
    }
  }
  return String(single);
}
