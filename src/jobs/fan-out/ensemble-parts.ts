import type { Covariates, SerializedModel } from '../../models/contract.js';
import type { DocumentedEnsembleOptions } from '../../models/ensemble/documented-ensemble.js';
import { FittedPanel, fitPanelPart, joinPanelStates } from '../../models/seasonal-trend/index.js';
import { encodeArray } from '../../models/typed-array-json.js';
import { recursionState } from '../../models/xgboost/recursive-forecast.js';
import { xgboost } from '../../models/xgboost/xgboost.js';
import { lastDay, type Panel } from '../../panel/panel.js';
import { selectSeries } from '../../panel/slice.js';

/** What every worker needs to know of a fit: plain JSON data. */
export interface FitOrder {
  readonly options: DocumentedEnsembleOptions;
  readonly covariates: Covariates;
  readonly seed: number;
}

const WEIGHTS = { xgboost: 0.6, seasonalTrend: 0.4 };
const LOOKBACK_DAYS = 730;

/** The series that the booster learns from: all of them, or so many at equal distances. */
export function boosterPanel(panel: Panel, boosterSeries: number | undefined): Panel {
  if (boosterSeries === undefined || boosterSeries >= panel.seriesCount) return panel;
  const step = panel.seriesCount / boosterSeries;
  return selectSeries(
    panel,
    Array.from({ length: boosterSeries }, (_, i) => Math.floor(i * step)),
  );
}

/** Trains the global booster, as `documentedEnsemble` does. */
export async function fitBooster(panel: Panel, order: FitOrder): Promise<SerializedModel> {
  const { options, covariates, seed } = order;
  const { lookbackDays = LOOKBACK_DAYS } = options;
  const model = xgboost({ lookbackDays, intervalDays: 0, ...options.xgboost });
  return (await model.fit(panel, { covariates, seed })).toJSON();
}

/** Fits the seasonal-trend model of some series, as `documentedEnsemble` does. */
export function fitPart(part: Panel, order: FitOrder): SerializedModel {
  const { options, covariates } = order;
  const { lookbackDays = LOOKBACK_DAYS } = options;
  const settings = { lookbackDays, holidays: true, ...options.seasonalTrend };
  return new FittedPanel(fitPanelPart(part, 0, part.seriesCount, settings, covariates)).toJSON();
}

/** The JSON of the whole fitted ensemble from the booster and the parts in the order of the series. */
export function joinEnsemble(
  panel: Panel,
  booster: SerializedModel,
  parts: readonly FittedPanel[],
  options: DocumentedEnsembleOptions,
): SerializedModel {
  const { weights = WEIGHTS } = options;
  const sum = weights.xgboost + weights.seasonalTrend;
  return {
    format: 'commerce-forecast.model',
    specificationVersion: 'v1',
    model: 'documented',
    weights: [weights.xgboost / sum, weights.seasonalTrend / sum],
    intervalsFrom: 1,
    members: [
      withSeriesOf(panel, booster),
      new FittedPanel(joinPanelStates(parts.map(({ state }) => state))).toJSON(),
    ],
  };
}

/** A booster that was trained on some series forecasts all of them: it only needs the last days of each. */
function withSeriesOf(panel: Panel, booster: SerializedModel): SerializedModel {
  if (booster['seriesCount'] === panel.seriesCount) return booster;
  return {
    ...booster,
    cutoffDay: lastDay(panel),
    seriesCount: panel.seriesCount,
    tail: encodeArray(recursionState(panel).tail),
    residualDays: 0,
    residuals: encodeArray(new Float32Array(0)),
  };
}
