import { type LongCallOptions, type Progress, runInSlices } from '../../../long-call.js';
import { type BinnedMatrix, selectBinned } from '../engine/data/binned-matrix.js';
import { binFeatures } from '../engine/data/binning.js';
import type { BoosterData } from '../engine/train.js';
import type { LearnerDesign } from './learners.js';
import type { DirectRows } from './training-rows.js';

/** Least weight of a row, relative to the mean. */
const LEAST_WEIGHT = 1e-9;

/** Training rows, binned once for all boosters that learn from them. */
export class LearningSet {
  private constructor(
    readonly rows: DirectRows,
    private readonly binned: BinnedMatrix | undefined,
  ) {}

  static async of(rows: DirectRows, maxBin: number, calls: LongCallOptions): Promise<LearningSet> {
    const { rows: count, columns, names, categorical: categoricalFeatures } = rows;
    const matrix = { rows: count, columns, names };
    const bins = binFeatures(matrix, { maxBin, categoricalFeatures });
    return new LearningSet(rows, count > 0 ? await runInSlices(bins, calls) : undefined);
  }

  /** Ratios of sales to the base of a design in some rows, with the weights; undefined without rows. */
  *data(
    design: LearnerDesign,
    picked: Uint32Array,
  ): Generator<Progress, (BoosterData & { labels: Float32Array }) | undefined, void> {
    if (!this.binned || picked.length === 0) return undefined;
    const { bases, values, importance, draws } = this.rows;
    const base = bases[design.base];
    const least = design.objective === 'poisson' ? 0 : Number.NEGATIVE_INFINITY;
    const progress: Progress = { phase: 'boost', done: 0, total: 1 };
    yield progress;
    const features = selectBinned(this.binned, { rows: picked });
    yield progress;
    const labels = Float32Array.from(picked, (row) => Math.max(least, values[row] / base[row]));
    yield progress;
    const weights = weightsOf(importance, picked);
    yield progress;
    return { features, labels, weights, rowIds: Uint32Array.from(picked, (row) => draws[row]) };
  }
}

/** Weights of the rows, 1 on average. */
function weightsOf(importance: Float64Array, picked: Uint32Array): Float32Array {
  let sum = 0;
  for (const row of picked) sum += importance[row];
  const mean = sum / picked.length;
  return Float32Array.from(picked, (row) => (mean > 0 ? Math.max(LEAST_WEIGHT, importance[row] / mean) : 1));
}
