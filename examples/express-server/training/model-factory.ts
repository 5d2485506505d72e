import {
  adaptiveEnsemble,
  type ForecastModel,
  seasonalTrend,
  structural,
  weekdayMean,
  xgboostProphetBlend,
} from 'commerce-forecast';

/** Models that a server can be set to train, by name. */
const MODELS = {
  adaptive: () => adaptiveEnsemble(),
  blend: () => xgboostProphetBlend(),
  structural: () => structural(),
  'seasonal-trend': () => seasonalTrend(),
  'weekday-mean': () => weekdayMean(),
} satisfies Record<string, () => ForecastModel>;

export type ModelName = keyof typeof MODELS;

/** Makes the model of a name. */
export function createModel(name: ModelName): ForecastModel {
  return MODELS[name]();
}
