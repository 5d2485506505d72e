import type { Progress } from '../../../../long-call.js';
import type { BinnedMatrix } from '../data/binned-matrix.js';
import type { Sampler } from '../data/sampling.js';
import type { BoosterParams } from '../params.js';
import type { RowGradients } from './accumulate.js';
import { CompactHistogram } from './compact-histogram.js';
import { buildHistogram } from './histogram.js';
import { LeafRules, type NodeStatistics } from './leaf-rules.js';
import { addLeaf, addLeafPair, partitionByBin, partitionByTable } from './partition.js';
import { SplitFinder } from './split.js';
import { noSplit, type Split } from './split-candidate.js';
import { type Tree, TreeBuilder } from './tree.js';
import { TreeMatrix } from './tree-matrix.js';
import { addToUnseenRows } from './unseen-rows.js';

/** Gradients, rows and settings for growing one tree. */
export interface GrowTask {
  readonly gradients: RowGradients;
  /** Sums over the rows of the tree. */
  readonly gradient: number;
  readonly hessian: number;
  /** The rows of the tree are `order[0..rowCount)` of {@link TreeGrower.order}. */
  readonly rowCount: number;
  readonly sampler: Sampler;
  /** Sums of trees of all rows, to which the leaves are added. */
  readonly margins: Float32Array;
  /** Value of a leaf from its rows `order[start..end)`, where it is not the Newton step. */
  readonly leafValue?: (order: Uint32Array, start: number, end: number) => number;
  readonly progress: Progress;
}

interface GrowingNode extends NodeStatistics {
  readonly id: number;
  readonly depth: number;
  readonly start: number;
  readonly end: number;
  /** As a leaf, before shrinkage. */
  readonly weight: number;
  /** Undefined if the parent was small: the node and its descendants then use compact histograms. */
  histogram: Float64Array | undefined;
  split: Split;
}

/**
 * A node with less than one row per this many bins is small: summing its rows then costs less than scanning the
 * bins.
 */
const BINS_PER_ROW = 20;

/** Rows above which a node has a progress report of its own, so that an abort is not delayed. */
const LARGE_NODE = 2_048;

/** Grows trees on one binned matrix, and keeps its buffers from tree to tree. */
export class TreeGrower {
  /** Row numbers; the rows of a node at even depth are a range of this array, at odd depth one of the other. */
  readonly order: Uint32Array;
  private readonly otherOrder: Uint32Array;
  private readonly matrix: BinnedMatrix;
  /** The matrix with only the features of the tree in its packed rows. */
  private sampled: BinnedMatrix;
  private readonly treeMatrix: TreeMatrix;
  private readonly params: BoosterParams;
  private readonly rules: LeafRules;
  private readonly finder: SplitFinder;
  private readonly spareHistograms: Float64Array[] = [];
  private readonly compact: CompactHistogram;
  /** Most rows of a small node. */
  private readonly smallRows: number;
  private readonly goesLeft = new Uint8Array(256);
  private readonly valueOfBin = new Float32Array(256);
  private builder = new TreeBuilder(1);

  constructor(matrix: BinnedMatrix, params: BoosterParams) {
    this.matrix = matrix;
    this.sampled = matrix;
    this.treeMatrix = new TreeMatrix(matrix);
    this.params = params;
    this.rules = new LeafRules(params);
    this.finder = new SplitFinder(matrix, params, this.rules);
    this.compact = new CompactHistogram(matrix);
    this.smallRows = matrix.categorical.includes(1) ? 0 : Math.floor(matrix.totalBins / BINS_PER_ROW);
    this.order = new Uint32Array(matrix.rows);
    this.otherOrder = new Uint32Array(matrix.rows);
  }

  /** Grows one tree and adds its leaves to the margins of all rows. */
  *grow(task: GrowTask): Generator<Progress, Tree, void> {
    const { maxDepth, maxLeaves, growPolicy } = this.params;
    this.sampled = this.treeMatrix.select(task.sampler.treeFeatures, this.order, task.rowCount);
    this.finder.use(this.sampled);
    this.compact.use(this.sampled);
    this.builder = new TreeBuilder(Math.min(2 * task.rowCount + 1, 2 << Math.min(maxDepth || 16, 10)));
    const open = [this.plantRoot(task)];
    let leaves = 1;
    while (open.length > 0) {
      const node = growPolicy === 'lossguide' ? takeBest(open) : open.shift()!;
      const full = maxLeaves > 0 && leaves >= maxLeaves;
      if (node.split.feature < 0 || full) {
        this.settle(task, node);
        this.release(node);
        continue;
      }
      leaves++;
      const final = node.depth + 1 === maxDepth || (maxLeaves > 0 && leaves >= maxLeaves);
      if (node.end - node.start > LARGE_NODE) yield task.progress;
      this.expand(task, node, final, open);
    }
    addToUnseenRows(this.matrix, this.builder, this.order.subarray(task.rowCount), task.margins);
    return this.builder.finish();
  }

  private plantRoot(task: GrowTask): GrowingNode {
    const { gradient, hessian, rowCount } = task;
    const histogram = this.newHistogram();
    buildHistogram(this.sampled, task.gradients, this.order, 0, rowCount, histogram);
    const statistics = {
      gradient,
      hessian,
      gain: this.rules.gain(gradient, hessian, -Infinity, Infinity),
      lower: -Infinity,
      upper: Infinity,
    };
    const split = this.finder.find(histogram, statistics, task.sampler.featuresAt(0));
    const weight = this.rules.weight(gradient, hessian, -Infinity, Infinity);
    this.describe(0, weight, hessian);
    return { ...statistics, id: 0, depth: 0, start: 0, end: rowCount, weight, histogram, split };
  }

  /** Splits a node; its children join `open`, or become leaves at once if `final`. */
  private expand(task: GrowTask, node: GrowingNode, final: boolean, open: GrowingNode[]): void {
    const { split } = node;
    this.recordSplit(node);
    const leftId = this.builder.addChildren(node.id);
    const left = this.childStatistics(node, split.leftGradient, split.leftHessian);
    const right = this.childStatistics(
      node,
      node.gradient - split.leftGradient,
      node.hessian - split.leftHessian,
    );
    this.describe(leftId, left.weight, left.hessian);
    this.describe(leftId + 1, right.weight, right.hessian);
    if (final && !task.leafValue) {
      this.settlePair(task, node, leftId, left.weight, right.weight);
      this.release(node);
      return;
    }
    const middle = this.partition(node);
    const bounds = this.rules.childBounds(node, split.feature, left.weight, right.weight);
    const depth = node.depth + 1;
    const leftNode: GrowingNode = {
      ...left,
      lower: bounds[0],
      upper: bounds[1],
      id: leftId,
      depth,
      start: node.start,
      end: middle,
      histogram: undefined,
      split: NO_SPLIT,
    };
    const rightNode: GrowingNode = {
      ...right,
      lower: bounds[2],
      upper: bounds[3],
      id: leftId + 1,
      depth,
      start: middle,
      end: node.end,
      histogram: undefined,
      split: NO_SPLIT,
    };
    if (final) {
      this.settle(task, leftNode);
      this.settle(task, rightNode);
      this.release(node);
      return;
    }
    if (node.histogram && node.end - node.start > this.smallRows) {
      this.fillHistograms(task, leftNode, rightNode, node.histogram);
    } else {
      this.release(node);
    }
    for (const child of [leftNode, rightNode]) {
      child.split = this.search(task, child);
      open.push(child);
    }
  }

  /** Builds only the smaller child's histogram; the other is the parent's minus it. */
  private fillHistograms(
    task: GrowTask,
    left: GrowingNode,
    right: GrowingNode,
    ofParent: Float64Array,
  ): void {
    const smaller = left.end - left.start <= right.end - right.start ? left : right;
    const larger = smaller === left ? right : left;
    smaller.histogram = this.newHistogram();
    larger.histogram = ofParent;
    const order = this.orderAt(smaller.depth);
    const { start, end, histogram } = smaller;
    buildHistogram(this.sampled, task.gradients, order, start, end, histogram, ofParent);
  }

  /** The best split of a node, from its histogram if it has one. */
  private search(task: GrowTask, node: GrowingNode): Split {
    const features = task.sampler.featuresAt(node.depth);
    if (node.histogram) return this.finder.find(node.histogram, node, features);
    this.compact.fill(task.gradients, this.orderAt(node.depth), node.start, node.end);
    return this.finder.findCompact(this.compact, node, features);
  }

  private release(node: GrowingNode): void {
    if (node.histogram) this.spareHistograms.push(node.histogram);
    node.histogram = undefined;
  }

  private childStatistics(parent: NodeStatistics, gradient: number, hessian: number) {
    const { lower, upper } = parent;
    return {
      gradient,
      hessian,
      gain: this.rules.gain(gradient, hessian, lower, upper),
      weight: this.rules.weight(gradient, hessian, lower, upper),
    };
  }

  private describe(id: number, weight: number, hessian: number): void {
    this.builder.weight[id] = weight;
    this.builder.cover[id] = hessian;
  }

  private recordSplit(node: GrowingNode): void {
    const { builder, matrix } = this;
    const { id, split } = node;
    builder.feature[id] = split.feature;
    builder.gain[id] = split.gain;
    builder.splitBin[id] = split.bin;
    builder.defaultLeft[id] = split.defaultLeft ? 1 : 0;
    if (split.goesRight) builder.goesRight.set(id, split.goesRight);
    else if (split.bin < 0) builder.condition[id] = matrix.lowest[split.feature];
    else builder.condition[id] = matrix.cuts[split.feature][split.bin];
  }

  /** Moves the rows of a node to the two sides of the other order array; returns where the right side begins. */
  private partition(node: GrowingNode): number {
    const { split, start, end } = node;
    const bins = this.matrix.columns[split.feature];
    const from = this.orderAt(node.depth);
    const to = this.orderAt(node.depth + 1);
    const missing = this.matrix.hasMissing[split.feature] === 1;
    if (split.goesRight === undefined && !(missing && split.defaultLeft)) {
      // The bin of missing values lies above all others, so without a default to the left they go right.
      return partitionByBin(bins, from, to, start, end, split.bin);
    }
    for (let bin = 0; bin < 256; bin++) this.goesLeft[bin] = this.binGoesLeft(split, bin) ? 1 : 0;
    return partitionByTable(bins, from, to, start, end, this.goesLeft);
  }

  private binGoesLeft(split: Split, bin: number): boolean {
    if (bin === this.matrix.binCounts[split.feature]) return split.defaultLeft;
    return split.goesRight ? split.goesRight[bin] !== 1 : bin <= split.bin;
  }

  private settle(task: GrowTask, node: GrowingNode): void {
    const { start, end } = node;
    const order = this.orderAt(node.depth);
    const value = this.shrunk(task.leafValue ? task.leafValue(order, start, end) : node.weight);
    this.recordLeaf(node.id, value);
    addLeaf(order, start, end, value, task.margins);
  }

  /** Makes both children leaves without sorting the rows any further. */
  private settlePair(
    task: GrowTask,
    node: GrowingNode,
    leftId: number,
    leftWeight: number,
    rightWeight: number,
  ): void {
    const { matrix, valueOfBin } = this;
    const { split } = node;
    const left = this.shrunk(leftWeight);
    const right = this.shrunk(rightWeight);
    this.recordLeaf(leftId, left);
    this.recordLeaf(leftId + 1, right);
    const bins = matrix.binCounts[split.feature];
    for (let bin = 0; bin <= bins; bin++) valueOfBin[bin] = this.binGoesLeft(split, bin) ? left : right;
    const order = this.orderAt(node.depth);
    addLeafPair(matrix.columns[split.feature], order, node.start, node.end, valueOfBin, task.margins);
  }

  private recordLeaf(id: number, value: number): void {
    this.builder.condition[id] = value;
    this.builder.weight[id] = value;
  }

  private shrunk(weight: number): number {
    return Math.fround(Math.fround(weight) * Math.fround(this.params.learningRate));
  }

  private orderAt(depth: number): Uint32Array {
    return depth % 2 === 0 ? this.order : this.otherOrder;
  }

  private newHistogram(): Float64Array {
    return this.spareHistograms.pop() ?? new Float64Array(2 * this.matrix.totalBins);
  }
}

const NO_SPLIT: Split = noSplit();

/** Removes the node with the largest gain; of equal ones, the oldest. */
function takeBest(open: GrowingNode[]): GrowingNode {
  let best = 0;
  for (let i = 1; i < open.length; i++) if (open[i].split.gain > open[best].split.gain) best = i;
  return open.splice(best, 1)[0];
}
