import { checkWholeNumber, invalidOption } from '../../../errors.js';
import { type OptionTable, refuseUnknown, withDefaults } from '../../../options.js';
import { seasonalNaive, tsb, weekdayMean } from '../../baselines/index.js';
import { type DirectBoostingOptions, directBoosting } from '../../boosting/direct/index.js';
import { LEARNER_PARAMS } from '../../boosting/direct/learners.js';
import { DIRECT_OPTIONS, type DirectSettings, directSettings } from '../../boosting/direct/options.js';
import type { FitOptions, ForecastModel } from '../../contract.js';
import { type StructuralModel, structural } from '../../structural/index.js';
import { type StructuralSettings, structuralSettings } from '../../structural/options.js';
import { TRIAL_DAYS } from './fitted-adaptive-ensemble.js';

export interface AdaptiveEnsembleOptions {
  /** Days of each holdout on which the members are compared. Default 28. */
  readonly horizon?: number;
  /** Number of trials, one horizon apart. Default 2, or 1 with `fast`. */
  readonly trials?: number;
  /** `fast` trains one small booster, in a third of the time. Default `full`. */
  readonly effort?: 'full' | 'fast';
  /** Options of the boosted member, but for its horizon. */
  readonly directBoosting?: Omit<DirectBoostingOptions, 'horizon' | 'stepDays' | 'holdBack'>;
  /** Days that a step of the panel stands for: 7 for a panel of weeks. Default 1. */
  readonly stepDays?: 1 | 7;
}

const ADAPTIVE_OPTIONS: OptionTable<AdaptiveEnsembleOptions> = {
  horizon: 1,
  trials: 1,
  effort: 1,
  directBoosting: DIRECT_OPTIONS,
  stepDays: 1,
};

const FAST_BOOSTING: DirectBoostingOptions = {
  boosters: 1,
  rowsPerBooster: 10_000,
  longHorizon: 0,
  params: { ...LEARNER_PARAMS, rounds: 30, learningRate: 0.25, maxBin: 32, colsampleBytree: 0.3 },
};

/** Members of an ensemble, and the trials that they are weighted by. */
export interface EnsembleMembers {
  readonly horizon: number;
  readonly trials: number;
  readonly effort: 'full' | 'fast';
  readonly stepDays: 1 | 7;
  /** Steps of a week. */
  readonly week: number;
  readonly base: StructuralModel;
  readonly baseSettings: StructuralSettings;
  readonly boosted: ForecastModel;
  readonly boostingSettings: DirectSettings;
  /** Models of the level. */
  readonly plain: readonly ForecastModel[];
  /** All of them, in the order of their weights. */
  readonly models: readonly ForecastModel[];
}

/** @throws ForecastError `invalid-option` for a wrong option. */
export function ensembleMembers(options: AdaptiveEnsembleOptions): EnsembleMembers {
  refuseUnknown(options, ADAPTIVE_OPTIONS);
  const { horizon = TRIAL_DAYS, effort = 'full', trials = effort === 'fast' ? 1 : 2, stepDays = 1 } = options;
  checkWholeNumber('horizon', horizon);
  checkWholeNumber('trials', trials, 0);
  if (effort !== 'full' && effort !== 'fast') {
    invalidOption('effort', `effort must be "full" or "fast", not ${JSON.stringify(effort)}`);
  }
  const tuned = withDefaults(effort === 'fast' ? FAST_BOOSTING : {}, options.directBoosting);
  const boosting = { ...tuned, horizon, stepDays };
  const boostingSettings = directSettings(boosting);
  const base = structural({ horizon, stepDays });
  const boosted = directBoosting(boosting);
  const week = stepDays === 1 ? 7 : 1;
  const plain = [
    stepDays === 1 ? weekdayMean({ weeks: 4 }) : seasonalNaive({ season: 52, fallbackDays: 1 }),
    seasonalNaive({ season: week }),
    tsb({ weekdayProfile: stepDays === 1 }),
  ];
  return {
    horizon,
    trials,
    effort,
    stepDays,
    week,
    base,
    baseSettings: structuralSettings({ horizon, stepDays }),
    boosted,
    boostingSettings,
    plain,
    models: [base, boosted, ...plain],
  };
}

/** Options of a fit whose progress phases carry the name of a model. */
export function phased(options: FitOptions, { name }: ForecastModel, prefix = ''): FitOptions {
  return {
    ...options,
    onProgress: (progress) =>
      options.onProgress?.({ ...progress, phase: `${prefix}${name}: ${progress.phase}` }),
  };
}
