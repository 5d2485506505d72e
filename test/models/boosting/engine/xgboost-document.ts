/** Parts of a model file as XGBoost documents them (doc/model.schema, and the keys that later versions added). */
export interface DocumentParts {
  readonly trees: readonly object[];
  /** Output of each tree. */
  readonly groups?: readonly number[];
  readonly targets?: number;
  readonly baseScore?: string;
  readonly objective?: object;
  /** Trees of each output in a round. */
  readonly parallel?: number;
  readonly types?: readonly string[];
}

/** A tree of one split at 0.5 with the given leaves. */
export function stump([left, right]: readonly [number, number]) {
  return {
    base_weights: [0, left, right],
    categories: [] as number[],
    categories_nodes: [] as number[],
    categories_segments: [] as number[],
    categories_sizes: [] as number[],
    default_left: [0, 0, 0],
    id: 0,
    left_children: [1, -1, -1],
    loss_changes: [1, 0, 0],
    parents: [2147483647, 0, 0],
    right_children: [2, -1, -1],
    split_conditions: [0.5, left, right],
    split_indices: [0, 0, 0],
    split_type: [0, 0, 0],
    sum_hessian: [2, 1, 1],
    tree_param: { num_deleted: '0', num_feature: '1', num_nodes: '3', size_leaf_vector: '1' },
  };
}

/** A model file of one feature. */
export function modelDocument(parts: DocumentParts) {
  const { trees, groups = trees.map(() => 0), targets = 1, parallel = 1 } = parts;
  return {
    learner: {
      attributes: {},
      feature_names: [],
      feature_types: parts.types ?? [],
      gradient_booster: {
        model: {
          gbtree_model_param: { num_parallel_tree: String(parallel), num_trees: String(trees.length) },
          tree_info: groups,
          trees,
        },
        name: 'gbtree',
      } as Record<string, unknown>,
      learner_model_param: {
        base_score: parts.baseScore ?? '5E-1',
        boost_from_average: '1',
        num_class: '0',
        num_feature: '1',
        num_target: String(targets),
      },
      objective: parts.objective ?? { name: 'reg:squarederror', reg_loss_param: { scale_pos_weight: '1' } },
    },
    version: [3, 4, 0],
  };
}
