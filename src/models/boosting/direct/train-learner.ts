import { type LongCallOptions, runInSlices } from '../../../long-call.js';
import { type EngineParams, nativeEngine } from '../engine/engine.js';
import { LEARNER_PARAMS, type Learner, type LearnerDesign } from './learners.js';
import type { LearningSet } from './learning-set.js';
import { type RowSample, sampleRows } from './training-rows.js';

export interface LearnerOptions extends LongCallOptions {
  readonly params?: EngineParams;
  readonly sample: RowSample;
}

/** Trains a learner of the ratio of sales to their base; undefined without rows. */
export async function trainLearner(
  set: LearningSet,
  design: LearnerDesign,
  { params, sample, signal, onProgress }: LearnerOptions,
): Promise<Learner | undefined> {
  const calls = { signal, onProgress };
  const data = await runInSlices(set.data(design, sampleRows(set.rows, sample)), calls);
  if (!data) return undefined;
  const booster = await nativeEngine.train(
    data,
    { ...LEARNER_PARAMS, ...params, objective: design.objective },
    { signal, onProgress, seed: sample.seed + sample.stream },
  );
  const [lowest, highest] = extremes(data.labels);
  return { ...design, booster, weight: 1, lowest, highest };
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
