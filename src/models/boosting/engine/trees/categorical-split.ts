import type { BoosterParams } from '../params.js';
import type { LeafRules, NodeStatistics } from './leaf-rules.js';
import type { Split } from './split-candidate.js';

/**
 * Tries the splits of a categorical feature: each category against the rest if there are few, otherwise sets of
 * categories that are next to each other when sorted by the weight each would get alone, among which is the
 * best split into two sets (Fisher 1958). Order and direction are those of XGBoost 1.7.
 */
export function enumerateCategories(
  rules: LeafRules,
  params: BoosterParams,
  histogram: Float64Array,
  first: number,
  categories: number,
  node: NodeStatistics,
  feature: number,
  best: Split,
): void {
  const search = new CategorySearch(rules, params.minChildWeight, node, feature, best);
  if (categories < params.maxCatToOnehot) {
    tryEachAlone(search, histogram, first, categories);
  } else {
    const sorted = sortByWeight(rules, histogram, first, categories);
    const most = Math.min(params.maxCatThreshold, categories);
    trySetsFromLowest(search, histogram, first, sorted, most);
    trySetsFromHighest(search, histogram, first, sorted, most);
  }
}

class CategorySearch {
  readonly node: NodeStatistics;
  private readonly rules: LeafRules;
  private readonly minChildWeight: number;
  private readonly feature: number;
  private readonly best: Split;

  constructor(rules: LeafRules, minChildWeight: number, node: NodeStatistics, feature: number, best: Split) {
    this.rules = rules;
    this.minChildWeight = minChildWeight;
    this.node = node;
    this.feature = feature;
    this.best = best;
  }

  /** Keeps a split with these sums on the right if it is the best so far. */
  offer(rightGradient: number, rightHessian: number, defaultLeft: boolean, right: () => Uint8Array): void {
    const { node, best } = this;
    const leftGradient = node.gradient - rightGradient;
    const leftHessian = node.hessian - rightHessian;
    if (!(leftHessian >= this.minChildWeight && rightHessian >= this.minChildWeight)) return;
    if (leftHessian <= 0 || rightHessian <= 0) return;
    const sum = this.rules.splitGain(
      node,
      this.feature,
      leftGradient,
      leftHessian,
      rightGradient,
      rightHessian,
    );
    const gain = Math.fround(sum - node.gain);
    if (!(gain > best.gain)) return;
    best.gain = gain;
    best.feature = this.feature;
    best.goesRight = right();
    best.defaultLeft = defaultLeft;
    best.leftGradient = leftGradient;
    best.leftHessian = leftHessian;
  }
}

function tryEachAlone(
  search: CategorySearch,
  histogram: Float64Array,
  first: number,
  categories: number,
): void {
  let presentGradient = 0;
  let presentHessian = 0;
  for (let category = 0; category < categories; category++) {
    presentGradient += histogram[first + 2 * category];
    presentHessian += histogram[first + 2 * category + 1];
  }
  const missingGradient = search.node.gradient - presentGradient;
  const missingHessian = search.node.hessian - presentHessian;
  for (let category = 0; category < categories; category++) {
    const gradient = histogram[first + 2 * category];
    const hessian = histogram[first + 2 * category + 1];
    const set = () => setOf([category], categories);
    search.offer(gradient, hessian, true, set);
    search.offer(gradient + missingGradient, hessian + missingHessian, false, set);
  }
}

/** Lowest weights go right, missing values left. */
function trySetsFromLowest(
  search: CategorySearch,
  histogram: Float64Array,
  first: number,
  sorted: readonly number[],
  most: number,
): void {
  let gradient = 0;
  let hessian = 0;
  for (let i = 0; i < most - 1; i++) {
    gradient += histogram[first + 2 * sorted[i]];
    hessian += histogram[first + 2 * sorted[i] + 1];
    search.offer(gradient, hessian, true, () => setOf(sorted.slice(0, i + 1), sorted.length));
  }
}

/** Highest weights go left, missing values right. */
function trySetsFromHighest(
  search: CategorySearch,
  histogram: Float64Array,
  first: number,
  sorted: readonly number[],
  most: number,
): void {
  const count = sorted.length;
  let gradient = search.node.gradient;
  let hessian = search.node.hessian;
  for (let i = count - 1; i > count - most; i--) {
    gradient -= histogram[first + 2 * sorted[i]];
    hessian -= histogram[first + 2 * sorted[i] + 1];
    search.offer(gradient, hessian, false, () => setOf(sorted.slice(0, i), count));
  }
}

function sortByWeight(
  rules: LeafRules,
  histogram: Float64Array,
  first: number,
  categories: number,
): number[] {
  const weights = Array.from({ length: categories }, (_, category) =>
    rules.weight(histogram[first + 2 * category], histogram[first + 2 * category + 1], -Infinity, Infinity),
  );
  return weights.map((_, category) => category).sort((a, b) => weights[a] - weights[b]);
}

function setOf(members: readonly number[], categories: number): Uint8Array {
  const set = new Uint8Array(categories);
  for (const category of members) set[category] = 1;
  return set;
}
