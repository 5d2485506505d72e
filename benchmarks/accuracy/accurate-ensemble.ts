import { middleOut } from '../../src/models/combine/middle-out.js';
import { selfWeighted } from '../../src/models/combine/self-weighted.js';
import type { ForecastModel } from '../../src/models/contract.js';

// The ensemble that the default model is compared with; docs/decisions/0007 and 0008 say how its figures were chosen.

/** Prior weights of direct boosting among the models of products, and among those of categories. */
const PRODUCTS_PRIOR = 0.9;
const CATEGORIES_PRIOR = 0.8;
/** Extent to which products are scaled to the forecasts of their categories, from 0 to 1. */
const SCALING = 2 / 3;
/** Products that the models are tried on. */
const TRIAL_SERIES = 500;

/** Direct boosting, the seasonal-trend model and a plain one, self-weighted and scaled to forecasts of their categories. */
export function accurateEnsemble(
  horizon: number,
  direct: ForecastModel,
  seasonal: ForecastModel,
  plain: ForecastModel,
): ForecastModel {
  const weighed = (name: string, models: readonly ForecastModel[], first: number) =>
    selfWeighted({
      horizon,
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
    model: weighed('products', [direct, seasonal, plain], PRODUCTS_PRIOR),
    categoryModel: weighed('categories', [direct, seasonal], CATEGORIES_PRIOR),
  });
}
