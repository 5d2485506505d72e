import { FEATURE_REACH } from '../../features/names.js';
import type { Scaler } from '../../features/scaling.js';
import { createPacer } from '../../long-call.js';
import { recursiveBoosting } from '../../models/boosting/recursive/recursive-boosting.js';
import { forecastRecursively } from '../../models/boosting/recursive/recursive-forecast.js';
import { type EngineName, resolveEngine } from '../../models/boosting/recursive/resolve-engine.js';
import {
  BLEND_LOOKBACK_DAYS,
  type XgboostProphetBlendOptions,
} from '../../models/combine/xgboost-prophet-blend.js';
import type { Covariates, SerializedModel } from '../../models/contract.js';
import { readCount } from '../../models/model-json.js';
import { fitPanelPart } from '../../models/seasonal-trend/index.js';
import { type PieceContent, pieceArray } from './piece-bytes.js';
import { aboutOf, panelFromPiece, stateToPiece } from './piece-formats.js';

/** What every worker needs to know of a fit: plain JSON data. */
export interface FitOrder {
  readonly options: XgboostProphetBlendOptions;
  readonly covariates: Covariates;
  readonly seed: number;
  /** Tells the runs of different panels apart. */
  readonly panel: { readonly startDay: number; readonly days: number; readonly checksum: number };
}

/** What every worker needs to run a booster forward. */
export interface ForecastOrder {
  readonly engine: EngineName;
  readonly booster: unknown;
  readonly scaler: Scaler | undefined;
  readonly covariates: Covariates;
  readonly cutoffDay: number;
  readonly horizon: number;
}

/** Does one kind of piece; the order is that of its run. */
export type PieceWork = (order: unknown, input: PieceContent) => Promise<PieceContent>;

export type PieceKind = 'booster' | 'part' | 'forecast';

export const PIECE_WORK: Record<PieceKind, PieceWork> = {
  booster: (order, input) => fitBooster(order as FitOrder, input),
  part: (order, input) => fitPart(order as FitOrder, input),
  forecast: (order, input) => runForward(order as ForecastOrder, input),
};

/** Trains the global booster on the series that it is given, as `xgboostProphetBlend` does. */
async function fitBooster(
  { options, covariates, seed }: FitOrder,
  input: PieceContent,
): Promise<PieceContent> {
  const { lookbackDays = BLEND_LOOKBACK_DAYS } = options;
  const model = recursiveBoosting({
    lookbackDays,
    intervalDays: 0,
    ...options.xgboost,
    sampleSeries: undefined,
  });
  const fitted: SerializedModel = (await model.fit(panelFromPiece(input), { covariates, seed })).toJSON();
  return { about: fitted, arrays: {} };
}

/** Fits the seasonal-trend model of some series, as `xgboostProphetBlend` does. */
async function fitPart({ options, covariates }: FitOrder, input: PieceContent): Promise<PieceContent> {
  const { lookbackDays = BLEND_LOOKBACK_DAYS } = options;
  const panel = panelFromPiece(input);
  const settings = { lookbackDays, holidays: true, ...options.seasonalTrend };
  return stateToPiece(fitPanelPart(panel, 0, panel.seriesCount, settings, covariates));
}

/** Runs the booster forward over some series. */
async function runForward(order: ForecastOrder, input: PieceContent): Promise<PieceContent> {
  const { engine, covariates, scaler, cutoffDay, horizon } = order;
  const booster = (await resolveEngine(engine)).load(order.booster);
  const seriesCount = readCount(aboutOf(input, 'forecast order'), 'seriesCount');
  const tail = pieceArray(input, 'tail', 'float64', seriesCount * FEATURE_REACH);
  const state = { cutoffDay, seriesCount, tail };
  const mean = await forecastRecursively(booster, state, horizon, covariates, scaler, createPacer());
  booster.dispose?.();
  return { about: {}, arrays: { mean } };
}
