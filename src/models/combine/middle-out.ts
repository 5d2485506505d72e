import { checkShare } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import { aggregatePanel } from '../../panel/aggregate.js';
import type { FittedModel, ForecastModel } from '../contract.js';
import { unionOfUses } from '../covariate-uses.js';
import { checkFitOptions } from '../fit-options.js';
import { modelConfig } from '../model-config.js';
import { FittedEnsemble, loadEnsemble } from './fitted-ensemble.js';
import { fitMembers } from './weighted-average.js';

export interface MiddleOutOptions {
  /** Forecasts the products. */
  readonly model: ForecastModel;
  /** Forecasts the categories, each as one series: the sum of its products. */
  readonly categoryModel: ForecastModel;
  /** Extent to which products are scaled towards the forecast of their category, between 0 and 1. Default 1. */
  readonly share?: number;
  /** Default `middle-out`. */
  readonly name?: string;
}

const MIDDLE_OUT_OPTIONS: OptionTable<MiddleOutOptions> = { model: 1, categoryModel: 1, share: 1, name: 1 };

/**
 * Forecasts each category by itself and scales its products, day by day, so that they add up to it (middle-out
 * reconciliation), by a factor between one half and two. A common trend or season shows more clearly in the
 * sum. Intervals are those of the products' model around the new centre.
 *
 * ```ts
 * import { directBoosting, middleOut, seasonalTrend } from 'commerce-forecast';
 *
 * const model = middleOut({ model: directBoosting(), categoryModel: seasonalTrend() });
 * ```
 *
 * Source: middle-out reconciliation of hierarchical series, Hyndman and Athanasopoulos, Forecasting: Principles
 * and Practice (3rd ed., 2021), section 11.2.
 *
 * @throws ForecastError `invalid-option` for a share outside of 0 to 1.
 */
export function middleOut(options: MiddleOutOptions): ForecastModel {
  refuseUnknown(options, MIDDLE_OUT_OPTIONS);
  const { model, categoryModel, share = 1, name = 'middle-out' } = options;
  checkShare('share', share);
  return {
    specificationVersion: 'v1',
    name,
    config: modelConfig(name, { share }, [model, categoryModel]),
    uses: unionOfUses([model, categoryModel]),
    async fit(panel, fitOptions = {}): Promise<FittedModel> {
      checkFitOptions(fitOptions);
      const members = await fitMembers([model], panel, fitOptions);
      // Plans are for products: categories are forecast, and products scaled to them, without any.
      const { future, ...covariates } = fitOptions.covariates ?? {};
      const byCategory = { ...fitOptions, covariates };
      const [sums] = await fitMembers([categoryModel], aggregatePanel(panel, 'category'), byCategory);
      const planned = future !== undefined && { planned: true };
      const categories = { model: sums, categoryOf: panel.categoryOf.slice(), share, ...planned };
      return new FittedEnsemble({ name, members, weights: [1], intervalsFrom: 0, categories });
    },
    load: (data) => loadEnsemble(name, [model], data, categoryModel),
  };
}
