import { createPacer, type LongCallOptions } from '../../../long-call.js';
import { createRandom } from '../../../random.js';
import { type EngineParams, nativeEngine } from '../engine/engine.js';
import { LEARNER_PARAMS, type Learner, type LearnerDesign } from './learners.js';
import type { DirectRows } from './training-rows.js';

export interface LearnerOptions extends LongCallOptions {
  readonly params?: EngineParams;
  readonly seed: number;
  /** Random stream of the learner, for sampling its rows. */
  readonly stream: number;
  readonly mostRows: number;
  /** Only rows whose target lies before this step. */
  readonly targetsBefore: number;
}

/** Trains a learner of the ratio of sales to their base; undefined without rows. */
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
  const { signal, onProgress, seed } = options;
  const pace = createPacer(options);
  const columns: Float32Array[] = [];
  for (const column of rows.columns) {
    columns.push(valuesAt(column, picked));
    await pace({ phase: 'select rows', done: columns.length, total: rows.columns.length });
  }
  const features = { rows: picked.length, columns, names: rows.names };
  const categorical = rows.categorical.length > 0 && { categoricalFeatures: rows.categorical };
  const booster = await nativeEngine.train(
    { features, labels, weights: weightsOf(rows.importance, picked) },
    { ...LEARNER_PARAMS, ...options.params, ...categorical, objective: design.objective },
    { signal, onProgress, seed: seed + options.stream },
  );
  const [lowest, highest] = extremes(labels);
  return { ...design, booster, weight: 1, lowest, highest };
}

function pickRows(rows: DirectRows, { seed, stream, mostRows, targetsBefore }: LearnerOptions): Uint32Array {
  let allowed = 0;
  for (let i = 0; i < rows.rows; i++) if (rows.targets[i] < targetsBefore) allowed++;
  const share = mostRows / Math.max(1, allowed);
  const random = createRandom(seed, 1000 + stream);
  const picked = new Uint32Array(allowed);
  let count = 0;
  for (let i = 0; i < rows.rows; i++) {
    if (rows.targets[i] < targetsBefore && (share >= 1 || random.uniform() < share)) picked[count++] = i;
  }
  return picked.subarray(0, count);
}

function valuesAt(column: Float32Array, rows: Uint32Array): Float32Array {
  const values = new Float32Array(rows.length);
  for (let i = 0; i < rows.length; i++) values[i] = column[rows[i]];
  return values;
}

/** Least weight of a row, relative to the mean. */
const LEAST_WEIGHT = 1e-9;

/** Weights of the rows, 1 on average. */
function weightsOf(importance: Float64Array, picked: Uint32Array): Float32Array {
  let sum = 0;
  for (const row of picked) sum += importance[row];
  const mean = sum / picked.length;
  return Float32Array.from(picked, (row) => (mean > 0 ? Math.max(LEAST_WEIGHT, importance[row] / mean) : 1));
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
