import type { FeatureMatrix } from '../../../features/matrix.js';
import type { Booster } from './booster.js';
import { depthOf, goesLeft, type Tree } from './trees/tree.js';

/**
 * Exact SHAP values of every prediction, on the margin scale (the logarithm, for Poisson, gamma and Tweedie): how much
 * each feature moves it from the mean prediction. Row-major, `featureCount + 1` numbers per row, the last one being the
 * mean; those of a row add up to its margin.
 *
 * Method: Lundberg, Erion and Lee, "Consistent individualized feature attribution for tree ensembles" (2018),
 * algorithm 2, path-dependent; the values are those of XGBoost's `pred_contribs`.
 *
 * ```ts
 * import { shapValues, trainBooster } from 'commerce-forecast/boosting';
 *
 * const features = { rows: 4, columns: [Float32Array.of(1, 2, 3, 4)] };
 * const booster = trainBooster({ features, labels: Float32Array.of(1, 2, 3, 4) });
 * const [contribution, mean] = shapValues(booster, features); // of row 0
 * ```
 *
 * @param output - Which quantile or target, if there are several.
 * @throws ForecastError `invalid-data` if the matrix does not fit the model.
 */
export function shapValues(booster: Booster, features: FeatureMatrix, output = 0): Float64Array {
  return shapExplainer(booster, output)(features);
}

/**
 * Makes the function that {@link shapValues} is for one booster. What it has found out of a tree serves all its calls: rows that no split of a tree
 * tells apart have the same contributions.
 */
export function shapExplainer(booster: Booster, output = 0): (features: FeatureMatrix) => Float64Array {
  const { featureCount } = booster;
  const width = featureCount + 1;
  const explainers = booster.treesOf(output).map((tree) => new TreeExplainer(tree));
  const mean = explainers.reduce((sum, explainer) => sum + explainer.mean, booster.baseMargins[output]);
  const row = new Float32Array(featureCount);
  return (features) => {
    booster.checkMatrix(features);
    const result = new Float64Array(features.rows * width);
    for (let i = 0; i < features.rows; i++) {
      for (let j = 0; j < featureCount; j++) row[j] = features.columns[j][i];
      const contributions = result.subarray(i * width, (i + 1) * width);
      for (const explainer of explainers) explainer.add(row, contributions);
      contributions[featureCount] = mean;
    }
    return result;
  };
}

/** Splits of a tree up to which it is kept what it contributes: as many as an exact number has binary digits. */
const MOST_SPLITS = 52;
/** Outcomes of all splits of a tree for which that is kept at a time. */
const MOST_KEPT = 256;

/**
 * Walks one tree and keeps, for the path to the current node, how many of the subsets of the path's features (by
 * their places in `used`) of each size lead here: `weights`. For each path element, `zero` is the share of training rows that go this way,
 * for an unknown feature; `one` is 1 if the explained row goes this way, for a known one.
 */
class TreeExplainer {
  /** Mean prediction of the tree over the training rows. */
  readonly mean: number;
  private readonly tree: Tree;
  private readonly features: Int32Array;
  private readonly zeros: Float64Array;
  private readonly ones: Float64Array;
  private readonly weights: Float64Array;
  /** Nodes with a split. */
  private readonly splits: Int32Array;
  /** Features of the splits, each once. */
  private readonly used: Int32Array;
  /** Place of the feature of a node in `used`. */
  private readonly placeOf: Int32Array;
  /** Contributions of the features `used`, by the outcomes of all splits. */
  private readonly kept = new Map<number, Float64Array>();
  private row: ArrayLike<number> = [];
  private contributions: Float64Array = new Float64Array(0);

  constructor(tree: Tree) {
    this.tree = tree;
    const depth = depthOf(tree) + 2;
    // Each level works on a copy of its parent's path, behind it in these arrays.
    const size = (depth * (depth + 1)) / 2 + depth;
    this.features = new Int32Array(size);
    this.zeros = new Float64Array(size);
    this.ones = new Float64Array(size);
    this.weights = new Float64Array(size);
    this.mean = meanOf(tree);
    this.splits = tree.left.map((_, node) => node).filter((node) => tree.left[node] >= 0);
    this.used = Int32Array.from(new Set(Array.from(this.splits, (node) => tree.feature[node])));
    this.placeOf = tree.feature.map((feature) => this.used.indexOf(feature));
  }

  add(row: ArrayLike<number>, contributions: Float64Array): void {
    const { used } = this;
    const own = this.contributionsTo(row);
    for (let i = 0; i < used.length; i++) contributions[used[i]] += own[i];
  }

  /** Contributions of the features `used`. */
  private contributionsTo(row: ArrayLike<number>): Float64Array {
    if (this.splits.length > MOST_SPLITS) return this.explain(row);
    const outcomes = this.outcomesOf(row);
    const kept = this.kept.get(outcomes);
    if (kept) return kept;
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    const own = this.explain(row);
    this.kept.set(outcomes, own);
    return own;
  }

  /** A binary digit for each split, 1 where the row goes left. */
  private outcomesOf(row: ArrayLike<number>): number {
    const { tree, splits } = this;
    let outcomes = 0;
    for (let i = 0; i < splits.length; i++) {
      const node = splits[i];
      outcomes = 2 * outcomes + (goesLeft(tree, node, row[tree.feature[node]]) ? 1 : 0);
    }
    return outcomes;
  }

  private explain(row: ArrayLike<number>): Float64Array {
    this.row = row;
    this.contributions = new Float64Array(this.used.length);
    if (this.splits.length > 0) this.visit(0, 0, 0, 0, 1, 1, -1);
    return this.contributions;
  }

  private visit(
    node: number,
    length: number,
    parentStart: number,
    start: number,
    zero: number,
    one: number,
    feature: number,
  ): void {
    for (let i = 0; i < length; i++) {
      this.features[start + i] = this.features[parentStart + i];
      this.zeros[start + i] = this.zeros[parentStart + i];
      this.ones[start + i] = this.ones[parentStart + i];
      this.weights[start + i] = this.weights[parentStart + i];
    }
    this.extend(start, length, zero, one, feature);
    const { tree } = this;
    if (tree.left[node] < 0) {
      this.explainLeaf(node, start, length);
      return;
    }
    const split = this.placeOf[node];
    const isLeft = goesLeft(tree, node, this.row[tree.feature[node]]);
    const hot = isLeft ? tree.left[node] : tree.right[node];
    const cold = isLeft ? tree.right[node] : tree.left[node];
    let next = length + 1;
    let knownZero = 1;
    let knownOne = 1;
    const earlier = this.indexOf(split, start, length);
    if (earlier > 0) {
      knownZero = this.zeros[start + earlier];
      knownOne = this.ones[start + earlier];
      this.unwind(start, length, earlier);
      next--;
    }
    const child = start + next;
    const perRow = tree.cover[node] > 0 ? knownZero / tree.cover[node] : 0;
    this.visit(hot, next, start, child, perRow * tree.cover[hot], knownOne, split);
    this.visit(cold, next, start, child, perRow * tree.cover[cold], 0, split);
  }

  private explainLeaf(node: number, start: number, last: number): void {
    const value = this.tree.condition[node];
    for (let i = 1; i <= last; i++) {
      const weight = this.unwoundSum(start, last, i);
      const difference = this.ones[start + i] - this.zeros[start + i];
      this.contributions[this.features[start + i]] += weight * difference * value;
    }
  }

  private indexOf(feature: number, start: number, last: number): number {
    for (let i = 1; i <= last; i++) if (this.features[start + i] === feature) return i;
    return 0;
  }

  /** Adds a feature to the path: every subset counts once without it and once with it. */
  private extend(start: number, last: number, zero: number, one: number, feature: number): void {
    const { weights } = this;
    this.features[start + last] = feature;
    this.zeros[start + last] = zero;
    this.ones[start + last] = one;
    weights[start + last] = last === 0 ? 1 : 0;
    for (let i = last - 1; i >= 0; i--) {
      weights[start + i + 1] += (one * weights[start + i] * (i + 1)) / (last + 1);
      weights[start + i] = (zero * weights[start + i] * (last - i)) / (last + 1);
    }
  }

  /** Undoes `extend` for element `index`, wherever it is on the path. */
  private unwind(start: number, last: number, index: number): void {
    const { weights, features, zeros, ones } = this;
    const one = ones[start + index];
    const zero = zeros[start + index];
    let next = weights[start + last];
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const before = weights[start + i];
        weights[start + i] = (next * (last + 1)) / ((i + 1) * one);
        next = before - (weights[start + i] * zero * (last - i)) / (last + 1);
      } else {
        weights[start + i] = (weights[start + i] * (last + 1)) / (zero * (last - i));
      }
    }
    for (let i = index; i < last; i++) {
      features[start + i] = features[start + i + 1];
      zeros[start + i] = zeros[start + i + 1];
      ones[start + i] = ones[start + i + 1];
    }
  }

  /** Sum of the weights that the path would have without element `index`. */
  private unwoundSum(start: number, last: number, index: number): number {
    const { weights } = this;
    const one = this.ones[start + index];
    const zero = this.zeros[start + index];
    let next = weights[start + last];
    let total = 0;
    for (let i = last - 1; i >= 0; i--) {
      if (one !== 0) {
        const weight = (next * (last + 1)) / ((i + 1) * one);
        total += weight;
        next = weights[start + i] - (weight * zero * (last - i)) / (last + 1);
      } else if (zero !== 0) {
        total += (weights[start + i] * (last + 1)) / (zero * (last - i));
      }
    }
    return total;
  }
}

/** Leaf values weighted by cover. */
function meanOf(tree: Tree): number {
  const means = Float64Array.from(tree.condition);
  for (let node = tree.nodeCount - 1; node >= 0; node--) {
    if (tree.left[node] < 0) continue;
    const left = tree.left[node];
    const right = tree.right[node];
    const cover = tree.cover[node];
    means[node] = cover > 0 ? (tree.cover[left] * means[left] + tree.cover[right] * means[right]) / cover : 0;
  }
  return means[0];
}
