import { runInSlices } from '../../long-call.js';
import type { Panel } from '../../panel/panel.js';
import { checkObserved } from '../check-observed.js';
import type { FitOptions, ForecastModel, SerializedModel } from '../contract.js';
import { checkFitOptions } from '../fit-options.js';
import { modelConfig } from '../model-config.js';
import { fitStructural } from './fit.js';
import { FittedStructural, loadStructural } from './fitted-structural.js';
import { separateOccasions } from './occasions/separate-occasions.js';
import { stateWithOccasions } from './occasions/state-with-occasions.js';
import { type StructuralOptions, structuralSettings } from './options.js';

const NAME = 'structural';

/** The structural model; its fits also expose the factors and the life cycle of each series. */
export interface StructuralModel extends ForecastModel {
  fit(panel: Panel, options?: FitOptions): Promise<FittedStructural>;
  load(data: SerializedModel): FittedStructural;
}

/**
 * Sales as a product: level x weekday x season x event x promotion x price x open. The factors of a series are
 * shrunk to those of its category, these to those of the panel, as far as two halves of the history disagree,
 * so that a product with little history borrows from the others. Every series is scaled by its own mean, so
 * that none dominates. Needs no engine and takes a second for a thousand products.
 *
 * Uses events, promotions, prices, opening days and stock-outs where the panel and the covariates have them.
 *
 * ```ts
 * import { type Panel, structural } from 'commerce-forecast';
 *
 * async function nextMonth(panel: Panel): Promise<Float64Array> {
 *   const fitted = await structural().fit(panel);
 *   return (await fitted.forecast({ horizon: 30 })).mean;
 * }
 * ```
 *
 * @throws ForecastError `invalid-option` for an option that is unknown, not whole or too small.
 */
export function structural(options: StructuralOptions = {}): StructuralModel {
  const settings = structuralSettings(options);
  return {
    specificationVersion: 'v1',
    name: NAME,
    config: modelConfig(NAME, { ...settings }),
    uses: ['events', 'price', 'promo', 'open', 'available'],
    async fit(panel, fitOptions = {}) {
      checkFitOptions(fitOptions);
      checkObserved(panel);
      const { covariates = {} } = fitOptions;
      const separated = await runInSlices(
        separateOccasions(panel, covariates, settings.stepDays),
        fitOptions,
      );
      const { state } = await runInSlices(fitStructural(separated.panel, covariates, settings), fitOptions);
      return new FittedStructural(NAME, stateWithOccasions(state, separated.occasional, panel));
    },
    load: (data) => loadStructural(NAME, data),
  };
}
