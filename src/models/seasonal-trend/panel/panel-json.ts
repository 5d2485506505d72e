import { type Day, FIRST_DAY, LAST_DAY } from '../../../calendar/day.js';
import type { CheckedJson } from '../../../checked-json.js';
import type { SerializedModel } from '../../contract.js';
import {
  eventScopesToJson,
  modelFromJson,
  modelToJson,
  readArray,
  readCount,
  readDay,
  readEventScopes,
  readResiduals,
} from '../../model-json.js';
import { encodeArray } from '../../typed-array-json.js';
import { readEventFeature } from '../event-features.js';
import type { EffectMode } from '../series/series-options.js';
import { readUnseen } from '../unseen-phases.js';
import type { CustomSeasonality, PanelFeatures } from './panel-features.js';
import { featureCount, panelWaves } from './panel-features.js';
import { type PanelState, SERIES_ARRAYS, type UnseenInSeries } from './panel-state.js';
import { readSeriesValues, seriesValuesToJson } from './panel-values.js';

export const PANEL_MODEL_NAME = 'seasonal-trend';

/** A fitted panel as plain data. */
export function panelToJson(state: PanelState): SerializedModel {
  return modelToJson(PANEL_MODEL_NAME, {
    cutoffDay: state.cutoffDay,
    seriesCount: state.seriesCount,
    features: state.features,
    ...(state.eventScopes && { eventScopes: eventScopesToJson(state.eventScopes) }),
    regressors: state.regressors.map(seriesValuesToJson),
    ...(state.cap && { cap: seriesValuesToJson(state.cap) }),
    ...(state.floor && { floor: seriesValuesToJson(state.floor) }),
    unseen: state.unseen,
    changepointCount: state.changepointCount,
    residualDays: state.residualDays,
    ...Object.fromEntries(SERIES_ARRAYS.map((name) => [name, encodeArray(state[name])])),
  });
}

/** @throws ForecastError `invalid-model` if the data is not what {@link panelToJson} wrote. */
export function panelFromJson(data: SerializedModel): PanelState {
  const json = modelFromJson(data, PANEL_MODEL_NAME);
  const seriesCount = readCount(json, 'seriesCount');
  const changepointCount = readCount(json, 'changepointCount');
  const features = readFeatures(json.object('features'));
  const regressorCount = features.regressors.length;
  const residuals = readResiduals(json, seriesCount);
  const perSeries = (name: string, least?: number, most?: number) =>
    readArray(json, name, 'float64', seriesCount, { least, most });
  const state: PanelState = {
    cutoffDay: readDay(json, 'cutoffDay'),
    seriesCount,
    features,
    ...(json.has('eventScopes') && { eventScopes: readEventScopes(json, seriesCount) }),
    regressors: json.objects('regressors').map((regressor) => readSeriesValues(regressor, seriesCount)),
    ...(json.has('cap') && { cap: readSeriesValues(json.object('cap'), seriesCount) }),
    ...(json.has('floor') && { floor: readSeriesValues(json.object('floor'), seriesCount) }),
    unseen: json.objects('unseen').map((one) => readUnseenInSeries(one, features, seriesCount)),
    changepointCount,
    residualDays: residuals.days,
    level: perSeries('level'),
    slope: perSeries('slope'),
    noise: perSeries('noise', 0),
    logistic: readArray(json, 'logistic', 'uint8', seriesCount, { most: 1 }),
    multiplicative: readArray(json, 'multiplicative', 'uint8', seriesCount, { most: 1 }),
    regressorUsed: readArray(json, 'regressorUsed', 'uint8', seriesCount * regressorCount, { most: 1 }),
    regressorCentre: readArray(json, 'regressorCentre', 'float64', seriesCount * regressorCount),
    effects: readArray(json, 'effects', 'float64', seriesCount * featureCount(features)),
    changes: readArray(json, 'changes', 'float64', seriesCount * changepointCount),
    changeRate: perSeries('changeRate', 0, MOST_CHANGES),
    changeScale: perSeries('changeScale', 0),
    staleDays: readArray(json, 'staleDays', 'int32', seriesCount, { least: 0, most: LAST_DAY - FIRST_DAY }),
    residuals: residuals.values,
  };
  if (state.regressors.length !== regressorCount) json.fail('regressors');
  state.logistic.forEach((logistic, s) => {
    if (logistic === 1 && !((state.cap?.columnOf[s] ?? -1) >= 0)) json.fail('cap');
  });
  return state;
}

function readUnseenInSeries(json: CheckedJson, features: PanelFeatures, seriesCount: number): UnseenInSeries {
  const waves = panelWaves(features);
  const wave = json.integer('wave', 0, waves.length - 1);
  const { period, fourierOrder } = waves[wave];
  return {
    series: json.integer('series', 0, seriesCount - 1),
    wave,
    ...readUnseen(json, period, fourierOrder),
  };
}

/** Most changepoints per day: there is at most one for each observed day. */
const MOST_CHANGES = 1;
/** Highest order of waves: one for every day of twenty years. */
const MOST_ORDER = 7_300;
/** Smallest period and prior scale, so that nothing divided by them overflows. */
const LEAST = 1e-30;

/** The features that all series share. */
export function readFeatures(json: CheckedJson): PanelFeatures {
  return {
    weeklyOrder: json.integer('weeklyOrder', 0, MOST_ORDER),
    seasonalities: json.objects('seasonalities').map(readSeasonality),
    yearlyOrder: json.integer('yearlyOrder', 0, MOST_ORDER),
    events: json.objects('events').map(readEventFeature),
    ...(json.has('eventMode') && { eventMode: readMode(json, 'eventMode') }),
    regressors: json.objects('regressors').map((regressor) => ({
      name: regressor.text('name'),
      priorScale: regressor.number('priorScale', LEAST),
      ...(regressor.has('mode') && { mode: readMode(regressor, 'mode') }),
    })),
  };
}

function readMode(json: CheckedJson, name: string): EffectMode {
  return json.oneOf(name, ['additive', 'multiplicative']);
}

function readSeasonality(json: CheckedJson): CustomSeasonality {
  return {
    name: json.text('name'),
    period: json.number('period', LEAST),
    fourierOrder: json.integer('fourierOrder', 1, MOST_ORDER),
    priorScale: json.number('priorScale', LEAST),
    ...(json.has('mode') && { mode: readMode(json, 'mode') }),
    ...(json.has('ranges') && { ranges: readRanges(json) }),
  };
}

/** Pairs of a first and a last day. */
function readRanges(json: CheckedJson): (readonly [Day, Day])[] {
  return json.list('ranges').map((range, i) => {
    const [from, to, ...others]: readonly unknown[] = Array.isArray(range) ? range : [];
    const days = isFiniteNumber(from) && isFiniteNumber(to) && from <= to && others.length === 0;
    return days ? ([from, to] as const) : json.fail('ranges', i);
  });
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
