import type { FeatureMatrix } from '../../../features/matrix.js';
import type { Booster } from './booster.js';
import { goesLeft, type Tree } from './trees/tree.js';

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
/** Outcomes of all splits of a tree for which that is kept. */
const MOST_KEPT = 256;

/** The way from the root to a leaf. */
interface Path {
  readonly value: number;
  readonly splits: readonly { readonly node: number; readonly isLeft: boolean; readonly place: number }[];
  /** Places of its features, each once, among those of the tree. */
  readonly used: readonly number[];
  /** Shares of training rows that go this way at all splits of a feature. */
  readonly zeros: readonly number[];
}

/** Adds what one tree contributes. */
class TreeExplainer {
  /** Mean prediction of the tree over the training rows. */
  readonly mean: number;
  private readonly tree: Tree;
  /** Nodes with a split. */
  private readonly splits: Int32Array;
  /** Features of the splits, each once. */
  private readonly used: readonly number[];
  private readonly paths: readonly Path[];
  /** By node, whether the explained row goes left there. */
  private readonly isLeft: boolean[] = [];
  /** Contributions of the features `used`, by the outcomes of all splits: a binary digit for each, 1 where a row goes left. */
  private readonly kept = new Map<number, Float64Array>();

  constructor(tree: Tree) {
    this.tree = tree;
    this.mean = meanOf(tree);
    const nodes = tree.left.map((_, node) => node);
    this.splits = nodes.filter((node) => tree.left[node] >= 0);
    this.used = [...new Set(Array.from(this.splits, (node) => tree.feature[node]))];
    this.paths = Array.from(
      nodes.filter((node) => tree.left[node] < 0),
      (leaf) => pathTo(tree, leaf, this.used),
    );
  }

  add(row: ArrayLike<number>, contributions: Float64Array): void {
    const { tree, splits, used, kept, isLeft } = this;
    let outcomes = 0;
    for (const node of splits) {
      isLeft[node] = goesLeft(tree, node, row[tree.feature[node]]);
      outcomes = 2 * outcomes + (isLeft[node] ? 1 : 0);
    }
    let own = kept.get(outcomes);
    if (!own) {
      own = this.explain();
      if (splits.length <= MOST_SPLITS && kept.size < MOST_KEPT) kept.set(outcomes, own);
    }
    for (let i = 0; i < used.length; i++) contributions[used[i]] += own[i];
  }

  /** Contributions of the features `used`. */
  private explain(): Float64Array {
    const own = new Float64Array(this.used.length);
    for (const { value, splits, used, zeros } of this.paths) {
      const ones = zeros.map(() => 1);
      for (const { node, isLeft, place } of splits) if (this.isLeft[node] !== isLeft) ones[place] = 0;
      const weights = weightsOf(zeros, ones);
      for (let i = 0; i < zeros.length; i++) {
        own[used[i]] += sumWithout(weights, zeros[i], ones[i]) * (ones[i] - zeros[i]) * value;
      }
    }
    return own;
  }
}

function pathTo(tree: Tree, leaf: number, features: readonly number[]): Path {
  const splits: Path['splits'][number][] = [];
  const zeros = new Map<number, number>();
  const used = () => [...zeros.keys()];
  for (let child = leaf; child > 0; child = tree.parent[child]) {
    const node = tree.parent[child];
    const feature = features.indexOf(tree.feature[node]);
    const share = tree.cover[node] > 0 ? tree.cover[child] / tree.cover[node] : 0;
    zeros.set(feature, (zeros.get(feature) ?? 1) * share);
    splits.push({ node, isLeft: tree.left[node] === child, place: used().indexOf(feature) });
  }
  return { value: tree.condition[leaf], splits, used: used(), zeros: [...zeros.values()] };
}

/**
 * Counts the subsets of the features of a path, by their size, that lead to its leaf. A feature that is not in the subset goes this way
 * with its share of training rows, one that is in it if the row does: its `one` is 1.
 */
function weightsOf(zeros: readonly number[], ones: readonly number[]): readonly number[] {
  const weights = [1, ...zeros.map(() => 0)];
  // Every subset counts once without a feature and once with it.
  for (let last = 1; last <= zeros.length; last++) {
    for (let i = last - 1; i >= 0; i--) {
      weights[i + 1] += (ones[last - 1] * weights[i] * (i + 1)) / (last + 1);
      weights[i] = (zeros[last - 1] * weights[i] * (last - i)) / (last + 1);
    }
  }
  return weights;
}

/** Sum of the weights that a path would have without one of its features. */
function sumWithout(weights: readonly number[], zero: number, one: number): number {
  const last = weights.length - 1;
  let next = weights[last];
  let total = 0;
  for (let i = last - 1; i >= 0; i--) {
    if (one !== 0) {
      const weight = (next * (last + 1)) / (i + 1);
      total += weight;
      next = weights[i] - (weight * zero * (last - i)) / (last + 1);
    } else if (zero !== 0) {
      total += (weights[i] * (last + 1)) / (zero * (last - i));
    }
  }
  return total;
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
