import { type OptionTable, refuseUnknown, withDefaults } from '../../options.js';
import { type RecursiveBoostingOptions, recursiveBoosting } from '../boosting/recursive/index.js';
import { RECURSIVE_OPTIONS } from '../boosting/recursive/recursive-boosting.js';
import type { ForecastModel } from '../contract.js';
import { type SeasonalTrendPanelOptions, seasonalTrend } from '../seasonal-trend/index.js';
import { SEASONAL_TREND_PANEL_OPTIONS } from '../seasonal-trend/panel/panel-options.js';
import { weightedAverage } from './weighted-average.js';

export interface XgboostProphetBlendOptions {
  /** Shares of the two models; scaled to add up to one. Default 0.6 and 0.4. */
  readonly weights?: { readonly xgboost: number; readonly seasonalTrend: number };
  /** Days before the cutoff that both models learn from. Default 730. */
  readonly lookbackDays?: number;
  readonly xgboost?: RecursiveBoostingOptions;
  readonly seasonalTrend?: SeasonalTrendPanelOptions;
}

const BLEND_OPTIONS: OptionTable<XgboostProphetBlendOptions> = {
  weights: { xgboost: 1, seasonalTrend: 1 },
  lookbackDays: 1,
  xgboost: RECURSIVE_OPTIONS,
  seasonalTrend: SEASONAL_TREND_PANEL_OPTIONS,
};

/** Shares of the two models. */
export const BLEND_WEIGHTS = { xgboost: 0.6, seasonalTrend: 0.4 };

/** Days before the cutoff that both models learn from. */
export const BLEND_LOOKBACK_DAYS = 730;

/**
 * Blend of 60 % gradient boosting and 40 % seasonal-trend, with the intervals of the seasonal-trend
 * model around the centre of both. Events of the covariates have effects of their own in the seasonal-trend model
 * and are the feature `is_holiday` of the trees.
 *
 * ```ts
 * import { createForecaster, xgboostProphetBlend } from 'commerce-forecast';
 *
 * const forecaster = createForecaster({
 *   model: xgboostProphetBlend({ weights: { xgboost: 0.8, seasonalTrend: 0.2 } }),
 * });
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong weight or option of a model.
 */
export function xgboostProphetBlend(options: XgboostProphetBlendOptions = {}): ForecastModel {
  refuseUnknown(options, BLEND_OPTIONS);
  const { weights = BLEND_WEIGHTS, lookbackDays = BLEND_LOOKBACK_DAYS } = options;
  return weightedAverage({
    name: 'xgboost-prophet',
    members: [
      // Its own intervals are not used, so the second booster that measures them is saved.
      {
        model: recursiveBoosting(withDefaults({ lookbackDays, intervalDays: 0 }, options.xgboost)),
        weight: weights.xgboost,
      },
      {
        model: seasonalTrend(withDefaults({ lookbackDays, holidays: true }, options.seasonalTrend)),
        weight: weights.seasonalTrend,
      },
    ],
    intervalsFrom: 'seasonal-trend',
  });
}
