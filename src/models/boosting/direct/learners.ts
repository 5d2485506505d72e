import type { BoostingModel, EngineParams, NativeBoostingModel } from '../engine/engine.js';
import type { TargetBases } from './target-bases.js';

/** How one of the averaged boosters sees its targets. */
export interface LearnerDesign {
  /** What targets are divided by: the trees learn the ratio. */
  readonly base: keyof TargetBases;
  readonly objective: 'squared' | 'poisson';
}

/** A booster of ratios. */
export interface Learner<Model extends BoostingModel = NativeBoostingModel> extends LearnerDesign {
  readonly booster: Model;
  /** Share in the average; those of all learners add up to one. */
  readonly weight: number;
  /** Smallest and largest ratio that it saw; predictions are kept between them. */
  readonly lowest: number;
  readonly highest: number;
}

/** The learners of near steps: their errors differ enough that the average beats each of them. */
export const NEAR_DESIGNS: readonly LearnerDesign[] = [
  { base: 'level', objective: 'squared' },
  { base: 'weekday', objective: 'poisson' },
  { base: 'season', objective: 'squared' },
];

/** Beyond the near steps, where the season matters most. */
export const FAR_DESIGNS: readonly LearnerDesign[] = [{ base: 'season', objective: 'squared' }];

/** Chosen by backtests: see docs/decisions/0006-direct-boosting.md. */
export const LEARNER_PARAMS: EngineParams = {
  rounds: 60,
  maxDepth: 6,
  learningRate: 0.15,
  minChildWeight: 20,
  subsample: 0.7,
  colsampleBytree: 0.5,
  maxBin: 128,
  baseScore: 1,
};
