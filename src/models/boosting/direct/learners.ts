import type { BoostingModel, EngineParams, NativeBoostingModel } from '../engine/engine.js';
import type { TargetBases } from './target-bases.js';

/** Scaling of the targets and objective of one of the averaged boosters. */
export interface LearnerDesign {
  /** Divisor of the targets: the trees learn the ratio. */
  readonly base: keyof TargetBases;
  readonly objective: 'squared' | 'poisson';
}

/** A booster of ratios. */
export interface Learner<Model extends BoostingModel = NativeBoostingModel> extends LearnerDesign {
  readonly booster: Model;
  /** Share in the average; those of all learners add up to one. */
  readonly weight: number;
  /** Smallest and largest ratio in the training data, to which predictions are clipped. */
  readonly lowest: number;
  readonly highest: number;
}

/** The learners of a panel: their errors differ enough that the average beats each of them. */
export interface Designs {
  readonly near: readonly LearnerDesign[];
  /** For the steps beyond, where the season matters most. */
  readonly far: readonly LearnerDesign[];
}

/** For sales of many units a day. */
const DENSE: Designs = {
  near: [
    { base: 'level', objective: 'squared' },
    { base: 'structural', objective: 'squared' },
  ],
  far: [{ base: 'structural', objective: 'squared' }],
};

/** For intermittent sales: counts. */
const SPARSE: Designs = {
  near: [
    { base: 'weekday', objective: 'poisson' },
    { base: 'structural', objective: 'poisson' },
  ],
  far: [{ base: 'structural', objective: 'poisson' }],
};

/** Share of steps without sales above which sales are sparse. */
const SPARSE_SHARE = 0.3;

/** @param boosters number of learners of the near steps: the last ones */
export function designsFor(zeroShare: number, boosters: number): Designs {
  const { near, far } = zeroShare > SPARSE_SHARE ? SPARSE : DENSE;
  return { near: near.slice(-boosters), far };
}

/** Chosen by backtests: see docs/decisions/0010-adaptive-ensemble.md. */
export const LEARNER_PARAMS = {
  rounds: 60,
  maxDepth: 6,
  learningRate: 0.15,
  minChildWeight: 20,
  subsample: 0.7,
  colsampleBytree: 0.5,
  maxBin: 128,
  baseScore: 1,
} satisfies EngineParams;
