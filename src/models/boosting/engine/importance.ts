import type { Booster } from './booster.js';

/** Importance of the features of a model; one number per feature in each list, as XGBoost counts them. */
export interface FeatureImportance {
  /** Number of splits on the feature. */
  readonly weight: Float64Array;
  /** Sum of the gains of these splits. */
  readonly totalGain: Float64Array;
  /** Sum of the hessians (rows, for squared error) that pass these splits. */
  readonly totalCover: Float64Array;
  /** The same per split; 0 for a feature that is not used. */
  readonly gain: Float64Array;
  readonly cover: Float64Array;
}

/**
 * Importance of every feature over all trees, or over those of one output (`treesOf`).
 *
 * ```ts
 * import { featureImportance, trainBooster } from 'commerce-forecast/boosting';
 *
 * const features = { rows: 4, columns: [Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 1, 2, 2)] };
 * const booster = trainBooster({ features, labels: Float32Array.of(1, 2, 3, 4) });
 * featureImportance(booster).totalGain; // two numbers
 * ```
 *
 * Definitions: `Booster.get_score` of XGBoost.
 */
export function featureImportance(booster: Booster, output?: number): FeatureImportance {
  const weight = new Float64Array(booster.featureCount);
  const totalGain = new Float64Array(booster.featureCount);
  const totalCover = new Float64Array(booster.featureCount);
  for (const tree of output === undefined ? booster.trees : booster.treesOf(output)) {
    for (let node = 0; node < tree.nodeCount; node++) {
      if (tree.left[node] < 0) continue;
      const feature = tree.feature[node];
      weight[feature]++;
      totalGain[feature] += tree.gain[node];
      totalCover[feature] += tree.cover[node];
    }
  }
  const perSplit = (totals: Float64Array) =>
    totals.map((total, j) => (weight[j] > 0 ? total / weight[j] : 0));
  return { weight, totalGain, totalCover, gain: perSplit(totalGain), cover: perSplit(totalCover) };
}
