import type { BinnedMatrix } from '../data/binned-matrix.js';
import type { BoosterParams } from '../params.js';
import { enumerateCategories } from './categorical-split.js';
import type { CompactHistogram } from './compact-histogram.js';
import type { LeafRules, NodeStatistics } from './leaf-rules.js';
import { noSplit, type Split } from './split-candidate.js';

/** Smallest gain for which XGBoost splits (`kRtEps`). */
const SMALLEST_GAIN = 1e-6;

/**
 * The exact float32 gain of a candidate needs divisions. Most candidates are ruled out by a few
 * multiplications: the gain without L1, step limit and constraints is an upper bound. This factor allows for
 * the rounding of the exact form.
 */
const SCREEN = 1 - 4e-6;

/** Searches histograms for the split with the largest gain. */
export class SplitFinder {
  private matrix: BinnedMatrix;
  private readonly params: BoosterParams;
  private readonly rules: LeafRules;
  /** Least sum of hessians of a child, above zero. */
  private readonly smallestChild: number;
  private best: Split = noSplit();
  /** Bin numbers of a compact histogram that is being searched. */
  private binOf: Uint8Array | undefined;

  constructor(matrix: BinnedMatrix, params: BoosterParams, rules: LeafRules) {
    this.matrix = matrix;
    this.params = params;
    this.rules = rules;
    this.smallestChild = Math.max(params.minChildWeight, Number.MIN_VALUE);
  }

  /** Switches to the same matrix with other features in its packed rows. */
  use(matrix: BinnedMatrix): void {
    this.matrix = matrix;
  }

  /**
   * Finds the best split. Candidates are tried in XGBoost's order and compared in float32, so that ties are
   * resolved the same way.
   */
  find(histogram: Float64Array, node: NodeStatistics, features: Int32Array): Split {
    const { binCounts, hasMissing, offsets, categorical } = this.matrix;
    this.best = noSplit();
    this.binOf = undefined;
    for (let i = 0; i < features.length; i++) {
      const feature = features[i];
      const bins = binCounts[feature];
      if (bins + hasMissing[feature] < 2) continue;
      const first = 2 * offsets[feature];
      if (categorical[feature] === 1) {
        enumerateCategories(this.rules, this.params, histogram, first, bins, node, feature, this.best);
      } else {
        this.scan(histogram, first, first + 2 * bins, hasMissing[feature] === 1, node, feature);
      }
    }
    return this.bestIfAny();
  }

  /** The same split, found among the bins that hold rows: an empty bin only repeats the candidate before it. */
  findCompact(histogram: CompactHistogram, node: NodeStatistics, features: Int32Array): Split {
    const { values, starts } = histogram;
    const { places } = this.matrix;
    this.best = noSplit();
    this.binOf = histogram.binOf;
    for (let i = 0; i < features.length; i++) {
      const feature = features[i];
      const first = 2 * starts[places[feature]];
      const end = 2 * starts[places[feature] + 1];
      if (end - first < 4) continue;
      const missing = histogram.endsWithMissing(feature);
      this.scan(values, first, missing ? end - 2 : end, missing, node, feature);
    }
    return this.bestIfAny();
  }

  private bestIfAny(): Split {
    const { best } = this;
    if (best.gain < Math.max(SMALLEST_GAIN, this.params.gamma)) best.feature = -1;
    return best;
  }

  /** Tries all splits of a feature whose bins are at `first` to `last`, and missing values, if any, at `last`. */
  private scan(
    histogram: Float64Array,
    first: number,
    last: number,
    missing: boolean,
    node: NodeStatistics,
    feature: number,
  ): void {
    const missingHessian = missing ? histogram[last + 1] : 0;
    this.scanUp(histogram, first, last, missingHessian, node, feature);
    if (missingHessian > 0) this.scanDown(histogram, first, last, node, feature);
  }

  /**
   * From the lowest bin up; missing values stay on the right. Empty bins are not skipped: they repeat the
   * candidate before, which cannot win, and cost less than an unpredictable branch.
   */
  private scanUp(
    histogram: Float64Array,
    first: number,
    last: number,
    missingHessian: number,
    node: NodeStatistics,
    feature: number,
  ): void {
    const { lambda } = this.params;
    const { rules, smallestChild } = this;
    const { gradient, hessian, gain: nodeGain } = node;
    let bar = (nodeGain + this.best.gain) * SCREEN;
    let leftGradient = 0;
    let leftHessian = 0;
    for (let at = first; at < last; at += 2) {
      leftGradient += histogram[at];
      leftHessian += histogram[at + 1];
      const rightHessian = hessian - leftHessian;
      if (rightHessian < smallestChild) {
        if (missingHessian === 0) break;
        continue;
      }
      if (leftHessian < smallestChild) continue;
      const rightGradient = gradient - leftGradient;
      const a = leftHessian + lambda;
      const c = rightHessian + lambda;
      const scaled = leftGradient * leftGradient * c + rightGradient * rightGradient * a;
      if (scaled < bar * (a * c)) continue;
      const split = rules.splitGain(node, feature, leftGradient, leftHessian, rightGradient, rightHessian);
      const gain = Math.fround(split - nodeGain);
      if (gain > this.best.gain) {
        this.take(gain, feature, this.binAt(at, first), false, leftGradient, leftHessian);
        bar = (nodeGain + gain) * SCREEN;
      }
    }
  }

  /** From the highest bin down; missing values stay on the left. */
  private scanDown(
    histogram: Float64Array,
    first: number,
    last: number,
    node: NodeStatistics,
    feature: number,
  ): void {
    const { lambda } = this.params;
    const { rules, smallestChild } = this;
    const { gradient, hessian, gain: nodeGain } = node;
    let bar = (nodeGain + this.best.gain) * SCREEN;
    let rightGradient = 0;
    let rightHessian = 0;
    for (let at = last - 2; at >= first; at -= 2) {
      rightGradient += histogram[at];
      rightHessian += histogram[at + 1];
      const leftHessian = hessian - rightHessian;
      if (leftHessian < smallestChild) break;
      if (rightHessian < smallestChild) continue;
      const leftGradient = gradient - rightGradient;
      const a = leftHessian + lambda;
      const c = rightHessian + lambda;
      const scaled = leftGradient * leftGradient * c + rightGradient * rightGradient * a;
      if (scaled < bar * (a * c)) continue;
      const split = rules.splitGain(node, feature, leftGradient, leftHessian, rightGradient, rightHessian);
      const gain = Math.fround(split - nodeGain);
      if (gain > this.best.gain) {
        this.take(gain, feature, this.binAt(at, first) - 1, true, leftGradient, leftHessian);
        bar = (nodeGain + gain) * SCREEN;
      }
    }
  }

  private binAt(at: number, first: number): number {
    return this.binOf ? this.binOf[at >> 1] : (at - first) >> 1;
  }

  private take(
    gain: number,
    feature: number,
    bin: number,
    defaultLeft: boolean,
    leftGradient: number,
    leftHessian: number,
  ): void {
    const { best } = this;
    best.gain = gain;
    best.feature = feature;
    best.bin = bin;
    best.goesRight = undefined;
    best.defaultLeft = defaultLeft;
    best.leftGradient = leftGradient;
    best.leftHessian = leftHessian;
  }
}
