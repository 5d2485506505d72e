import {
  calibrated,
  croston,
  directBoosting,
  type ForecastModel,
  middleOut,
  recursiveBoosting,
  seasonalMean,
  seasonalNaive,
  seasonalTrend,
  selfWeighted,
  tsb,
  weekdayMean,
  weightedAverage,
  xgboostProphetBlend,
} from 'commerce-forecast';

/** Options of direct boosting that make it quick on a small panel. */
export const smallDirect = {
  params: { rounds: 15, maxDepth: 4 },
  rowsPerBooster: 3000,
  longHorizon: 60,
  lookbackDays: 365,
};

/** Every public model, small enough to be fitted in seconds. */
export function frozenModels(): Record<string, ForecastModel> {
  return {
    xgboostProphetBlend: xgboostProphetBlend(),
    xgboost: recursiveBoosting(),
    xgboostScaled: recursiveBoosting({
      params: { rounds: 20, maxDepth: 4 },
      scaleFeatures: true,
      sampleSeries: 5,
    }),
    seasonalTrend: seasonalTrend(),
    seasonalTrendHolidays: seasonalTrend({ holidays: true, lookbackDays: 450 }),
    directBoosting: directBoosting({ ...smallDirect, horizon: 14 }),
    directBoostingAtOnce: directBoosting({ ...smallDirect, horizon: 14, holdBack: false }),
    selfWeighted: selfWeighted({
      members: [
        { model: weekdayMean() },
        { model: tsb({ weekdayProfile: true }), prior: 2 },
        { model: seasonalTrend() },
      ],
      horizon: 14,
      origins: 2,
    }),
    middleOut: middleOut({ model: weekdayMean(), categoryModel: seasonalTrend(), share: 0.8 }),
    calibrated: calibrated(weekdayMean(), { horizon: 14, origins: 4 }),
    seasonalNaive: seasonalNaive({ season: 7 }),
    seasonalMean: seasonalMean({ season: 14, cycles: 3 }),
    weekdayMean: weekdayMean({ weeks: 4 }),
    croston: croston(),
    tsb: tsb(),
    tsbWeekdays: tsb({ weekdayProfile: true }),
    weightedAverage: weightedAverage({
      members: [
        { model: seasonalNaive({ season: 7 }), weight: 1 },
        { model: croston(), weight: 3 },
      ],
    }),
  };
}
