import { type OptionTable, refuseUnknown } from '../../options.js';
import { tsb } from '../baselines/index.js';
import { type DirectBoostingOptions, directBoosting } from '../boosting/direct/index.js';
import { DIRECT_OPTIONS } from '../boosting/direct/options.js';
import type { ForecastModel } from '../contract.js';
import { seasonalTrend } from '../seasonal-trend/index.js';
import { middleOut } from './middle-out.js';
import { selfWeighted } from './self-weighted.js';

export interface AccurateEnsembleOptions {
  /** Days that matter most, and that the members are weighed on. Default 28. */
  readonly horizon?: number;
  /** Number of trial cutoffs, one horizon apart. Default 1. */
  readonly origins?: number;
  /** Options of the direct boosting member, but for its horizon. */
  readonly directBoosting?: Omit<DirectBoostingOptions, 'horizon' | 'stepDays'>;
}

const ACCURATE_OPTIONS: OptionTable<AccurateEnsembleOptions> = {
  horizon: 1,
  origins: 1,
  directBoosting: DIRECT_OPTIONS,
};

// Chosen by backtests: see docs/decisions/0007-accurate-ensemble.md and 0008-categories.md.

/** Prior weights of direct boosting among the models of products, and among those of categories; the others share the rest. */
const PRODUCTS_PRIOR = 0.9;
const CATEGORIES_PRIOR = 0.8;

/** How far products are scaled to the forecasts of their categories. */
const SCALING = 2 / 3;

/** Products that the models are tried on. */
const TRIAL_SERIES = 500;

/**
 * The most accurate general-purpose model of this package: direct boosting, the seasonal-trend model and smoothed demand
 * (TSB) with a weekday profile, weighed by how well each forecast the last days before the cutoff. Then products are
 * scaled to forecasts of their categories, by the first two of these models. Intervals are those of direct boosting. Slower
 * than `xgboostProphetBlend`.
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
  refuseUnknown(options, ACCURATE_OPTIONS);
  const { horizon = 28, origins } = options;
  const direct = directBoosting({ ...options.directBoosting, horizon });
  const seasonal = seasonalTrend({ holidays: true });
  return accurateOf({ horizon, origins }, direct, seasonal, tsb({ weekdayProfile: true }));
}

/** The accurate ensemble of given models, whatever their steps stand for. */
export function accurateOf(
  trials: { readonly horizon: number; readonly origins?: number },
  direct: ForecastModel,
  seasonal: ForecastModel,
  third: ForecastModel,
): ForecastModel {
  const weighed = (name: string, models: readonly ForecastModel[], first: number) =>
    selfWeighted({
      ...trials,
      name,
      trialSeries: TRIAL_SERIES,
      intervalsFrom: models[0].name,
      members: models.map((model, i) => ({
        model,
        prior: i === 0 ? first : (1 - first) / (models.length - 1),
      })),
    });
  return middleOut({
    name: 'accurate',
    share: SCALING,
    model: weighed('products', [direct, seasonal, third], PRODUCTS_PRIOR),
    categoryModel: weighed('categories', [direct, seasonal], CATEGORIES_PRIOR),
  });
}
