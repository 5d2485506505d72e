import type { Day } from '../../../calendar/day.js';
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
import type { CustomSeasonality, PanelFeatures } from './panel-features.js';
import { featureCount } from './panel-features.js';
import type { PanelState } from './panel-state.js';

export const PANEL_MODEL_NAME = 'seasonal-trend';

/** A fitted panel as plain data. */
export function panelToJson(state: PanelState): SerializedModel {
  return modelToJson(PANEL_MODEL_NAME, {
    cutoffDay: state.cutoffDay,
    seriesCount: state.seriesCount,
    features: state.features,
    ...(state.eventScopes && { eventScopes: eventScopesToJson(state.eventScopes) }),
    changepointCount: state.changepointCount,
    residualDays: state.residualDays,
    level: encodeArray(state.level),
    slope: encodeArray(state.slope),
    noise: encodeArray(state.noise),
    multiplicative: encodeArray(state.multiplicative),
    effects: encodeArray(state.effects),
    changes: encodeArray(state.changes),
    changeRate: encodeArray(state.changeRate),
    changeScale: encodeArray(state.changeScale),
    staleDays: encodeArray(state.staleDays),
    residuals: encodeArray(state.residuals),
  });
}

/** @throws ForecastError `invalid-model` if the data is not what {@link panelToJson} wrote. */
export function panelFromJson(data: SerializedModel): PanelState {
  const json = modelFromJson(data, PANEL_MODEL_NAME);
  const seriesCount = readCount(json, 'seriesCount');
  const changepointCount = readCount(json, 'changepointCount');
  const features = readFeatures(json.object('features'));
  const residuals = readResiduals(json, seriesCount);
  const perSeries = (name: string, least?: number) =>
    readArray(json, name, 'float64', seriesCount, { least });
  return {
    cutoffDay: readDay(json, 'cutoffDay'),
    seriesCount,
    features,
    ...(json.has('eventScopes') && { eventScopes: readEventScopes(json, seriesCount) }),
    changepointCount,
    residualDays: residuals.days,
    level: perSeries('level'),
    slope: perSeries('slope'),
    noise: perSeries('noise', 0),
    multiplicative: readArray(json, 'multiplicative', 'uint8', seriesCount, { most: 1 }),
    effects: readArray(json, 'effects', 'float64', seriesCount * featureCount(features)),
    changes: readArray(json, 'changes', 'float64', seriesCount * changepointCount),
    changeRate: perSeries('changeRate', 0),
    changeScale: perSeries('changeScale', 0),
    staleDays: readArray(json, 'staleDays', 'int32', seriesCount, { least: 0 }),
    residuals: residuals.values,
  };
}

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
  };
}

function readSeasonality(json: CheckedJson): CustomSeasonality {
  return {
    period: json.number('period', LEAST),
    fourierOrder: json.integer('fourierOrder', 1, MOST_ORDER),
    priorScale: json.number('priorScale', LEAST),
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
