import { runInSlices } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import { checkObserved } from '../../check-observed.js';
import type { FitOptions, FittedModel, ForecastModel } from '../../contract.js';
import { checkFitOptions } from '../../fit-options.js';
import { modelConfig } from '../../model-config.js';
import { fitStructural } from '../../structural/fit.js';
import { structuralSettings } from '../../structural/options.js';
import { fitDirectBoosting } from './fit.js';
import { LEARNER_PARAMS } from './learners.js';
import { loadDirectBoosting } from './load-direct-boosting.js';
import { type DirectBoostingOptions, directSettings } from './options.js';

/**
 * Gradient boosting that forecasts every day directly: a row is a series, an anchor day and a step, with
 * features from the days up to the anchor and from what is known about the target day in advance. Two
 * boosters that divide sales by different levels are averaged, with weights from a holdout of the last days;
 * steps further ahead have a booster of their own. Features include the events of the covariates with the past
 * reactions of the series and its category to each, past-only columns up to the anchor, and attributes of
 * products as categories.
 *
 * ```ts
 * import { directBoosting, type Panel } from 'commerce-forecast';
 *
 * declare const panel: Panel;
 * const fitted = await directBoosting({ horizon: 28 }).fit(panel);
 * const { mean } = await fitted.forecast({ horizon: 28 });
 * ```
 *
 * A panel of weeks (`stepDays: 7`) has no weekdays and a year of 52 steps; its first week is dated `panel.startDay`.
 *
 * Source of the idea of direct multi-step forecasts with global models: Montero-Manso and Hyndman, International Journal
 * of Forecasting 37 (2021), and the winning entries of the M5 competition (Makridakis et al., ibid. 38, 2022).
 *
 * @throws ForecastError `invalid-option` for a wrong number.
 */
export function directBoosting(options: DirectBoostingOptions = {}): ForecastModel {
  const settings = directSettings(options);
  return {
    specificationVersion: 'v1',
    name: 'direct-boosting',
    config: modelConfig('direct-boosting', {
      ...settings,
      params: { ...LEARNER_PARAMS, ...settings.params },
    }),
    uses: ['events', 'price', 'promo', 'open', 'available', 'pastOnly', 'static'],
    async fit(panel: Panel, fitOptions: FitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      checkObserved(panel);
      const { covariates = {}, signal, onProgress } = fitOptions;
      const { horizon, stepDays } = settings;
      const structure = fitStructural(panel, covariates, structuralSettings({ horizon, stepDays }), true);
      const base = await runInSlices(structure, { signal, onProgress });
      return fitDirectBoosting(panel, base, settings, fitOptions);
    },
    load: loadDirectBoosting,
  };
}
