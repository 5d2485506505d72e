import type { LongCallOptions } from '../../long-call.js';
import { createRandom } from '../../random.js';
import { takeRows } from '../boosting/binning.js';
import { type EngineParams, trainBinned } from '../boosting/engine.js';
import type { Learner, LearnerDesign } from './learners.js';
import type { DirectRows } from './training-rows.js';

export interface LearnerOptions extends LongCallOptions {
  readonly params: EngineParams;
  readonly seed: number;
  /** Number of the learner: each draws rows of its own. */
  readonly stream: number;
  /** Share of the rows that is drawn. */
  readonly share: number;
  /** Only rows whose target lies before this step. */
  readonly targetsBefore: number;
}

/** Learns the ratio of sales to their base. Without a row there is no learner. */
export async function trainLearner(
  rows: DirectRows,
  design: LearnerDesign,
  options: LearnerOptions,
): Promise<Learner | undefined> {
  const picked = pickRows(rows, options);
  if (picked.length === 0) return undefined;
  const base = rows.bases[design.base];
  const least = design.objective === 'poisson' ? 0 : Number.NEGATIVE_INFINITY;
  const labels = Float32Array.from(picked, (row) => Math.max(least, rows.values[row] / base[row]));
  const { seed, params, stream, ...calls } = options;
  let { features, binned } = rows;
  if (picked.length < features.rows) {
    const columns = features.columns.map((column) => valuesAt(column, picked));
    features = { ...features, rows: picked.length, columns };
    binned = takeRows(binned, picked);
  }
  const booster = await trainBinned(
    { features, labels, weights: rows.weighted ? levelWeights(rows.bases.level, picked) : undefined, binned },
    { ...params, objective: design.objective, seed: seed + stream },
    calls,
  );
  const [lowest, highest] = extremes(labels);
  return { ...design, booster, weight: 1, lowest, highest };
}

function pickRows(rows: DirectRows, { seed, stream, share, targetsBefore }: LearnerOptions): Uint32Array {
  const { targets, features } = rows;
  const random = createRandom(seed, 1000 + stream);
  const picked = new Uint32Array(features.rows);
  let count = 0;
  for (let i = 0; i < features.rows; i++) {
    if (targets[i] < targetsBefore && (share === 1 || random.uniform() < share)) picked[count++] = i;
  }
  return picked.subarray(0, count);
}

function valuesAt(column: Float32Array, rows: Uint32Array): Float32Array {
  const values = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]];
  return values;
}

/** Smallest weight of a row, relative to the mean one. */
const LEAST_WEIGHT = 1e-4;

/** The mean weight is 1. */
function levelWeights(levels: Float64Array, picked: Uint32Array): Float32Array {
  let sum = 0;
  for (const row of picked) sum += levels[row];
  const mean = sum / picked.length;
  return Float32Array.from(picked, (row) => Math.max(LEAST_WEIGHT, levels[row] / mean));
}

function extremes(values: Float32Array): [number, number] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  return [lowest, highest];
}
