import { type LongCallOptions, runInSlices } from '../../../long-call.js';
import { type EngineParams, nativeEngine } from '../engine/engine.js';
import { LEARNER_PARAMS, type Learner, type LearnerDesign } from './learners.js';
import type { LearningSet } from './learning-set.js';
import { type RowSample, sampleRows } from './training-rows.js';

/**
 * Rows for each unit of the L2 penalty of a leaf: one with a 400th of the rows keeps half of what these say. Rows that share a day
 * and a category are no independent evidence, and the ties of a few would decide what all others get.
 */
const ROWS_PER_PENALTY = 400;

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
  const picked = sampleRows(set.rows, sample);
  const data = await runInSlices(set.data(design, picked), calls);
  if (!data) return undefined;
  const booster = await nativeEngine.train(
    data,
    {
      ...LEARNER_PARAMS,
      lambda: Math.max(1, picked.length / ROWS_PER_PENALTY),
      ...params,
      objective: design.objective,
    },
    { signal, onProgress, seed: sample.seed + sample.stream },
  );
  const lowest = data.labels.reduce((least, label) => Math.min(least, label));
  const highest = data.labels.reduce((most, label) => Math.max(most, label));
  return { ...design, booster, weight: 1, lowest, highest };
}
