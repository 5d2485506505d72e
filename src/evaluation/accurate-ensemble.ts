import { tsb } from '../models/baselines/index.js';
import type { ForecastModel } from '../models/contract.js';
import { type DirectBoostingOptions, directBoosting } from '../models/direct-boosting/index.js';
import { seasonalTrend } from '../models/seasonal-trend/index.js';
import { selfWeighted } from './self-weighted.js';

export interface AccurateEnsembleOptions {
  /** Days that matter most, and that the members are weighed on. Default 28. */
  readonly horizon?: number;
  /** Number of trial cutoffs, one horizon apart. Default 1. */
  readonly origins?: number;
  /** Options of the direct boosting member, but for its horizon. */
  readonly directBoosting?: Omit<DirectBoostingOptions, 'horizon' | 'stepDays'>;
}

/** Chosen by backtests: see docs/decisions/0007-accurate-ensemble.md. */
export const ACCURATE_PRIOR = { directBoosting: 0.9, others: 0.05 } as const;
export const ACCURATE_TRUST = 0.5;

/** The direct member is tried on a third of its rows. */
const TRIAL_ROWS = 20_000;

/**
 * The most accurate general-purpose model of this package: direct boosting, the seasonal-trend model and smoothed demand
 * (TSB) with a weekday profile, weighed by how well each forecast the last days before the cutoff. Intervals are those
 * of direct boosting. Slower than `documentedEnsemble`.
 *
 * ```ts
 * import { accurateEnsemble, createForecaster } from 'commerce-forecast';
 *
 * const forecaster = createForecaster({ model: accurateEnsemble({ horizon: 30 }) });
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong number.
 */
export function accurateEnsemble(options: AccurateEnsembleOptions = {}): ForecastModel {
  const { horizon = 28, origins = 1 } = options;
  const direct = { ...options.directBoosting, horizon };
  const trial = {
    ...direct,
    rowsPerBooster: Math.min(TRIAL_ROWS, direct.rowsPerBooster ?? TRIAL_ROWS),
    longHorizon: 0,
    holdBack: false,
  };
  return selfWeighted({
    name: 'accurate',
    horizon,
    origins,
    trust: ACCURATE_TRUST,
    members: [
      {
        model: directBoosting(direct),
        trial: directBoosting(trial),
        prior: ACCURATE_PRIOR.directBoosting,
      },
      { model: seasonalTrend({ holidays: true }), prior: ACCURATE_PRIOR.others },
      { model: tsb({ weekdayProfile: true }), prior: ACCURATE_PRIOR.others },
    ],
    intervalsFrom: 'direct-boosting',
  });
}
