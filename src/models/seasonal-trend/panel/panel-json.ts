import { ForecastError } from '../../../errors.js';
import type { SerializedModel } from '../../contract.js';
import { decodeArray, encodeArray } from '../../typed-array-json.js';
import type { EventFeature } from '../event-features.js';
import type { CustomSeasonality, PanelFeatures } from './panel-features.js';
import { featureCount } from './panel-features.js';
import type { PanelState } from './panel-state.js';

export const PANEL_MODEL_NAME = 'seasonal-trend';

/** A fitted panel as plain data. */
export function panelToJson(state: PanelState): SerializedModel {
  return {
    format: 'commerce-forecast.model',
    specificationVersion: 'v1',
    model: PANEL_MODEL_NAME,
    cutoffDay: state.cutoffDay,
    seriesCount: state.seriesCount,
    features: state.features,
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
  };
}

/** @throws ForecastError `invalid-model` if the data is not what {@link panelToJson} wrote. */
export function panelFromJson(data: SerializedModel): PanelState {
  if (
    data?.format !== 'commerce-forecast.model' ||
    data.specificationVersion !== 'v1' ||
    data.model !== PANEL_MODEL_NAME
  ) {
    throw new ForecastError('invalid-model', `The data is not a fitted model "${PANEL_MODEL_NAME}"`);
  }
  const seriesCount = count(data, 'seriesCount');
  const changepointCount = count(data, 'changepointCount');
  const residualDays = count(data, 'residualDays');
  const features = readFeatures(data['features']);
  const perSeries = (name: string) => decodeArray(data[name], 'float64', seriesCount);
  return {
    cutoffDay: integer(data['cutoffDay'], 'cutoffDay'),
    seriesCount,
    features,
    changepointCount,
    residualDays,
    level: perSeries('level'),
    slope: perSeries('slope'),
    noise: perSeries('noise'),
    multiplicative: decodeArray(data['multiplicative'], 'uint8', seriesCount),
    effects: decodeArray(data['effects'], 'float64', seriesCount * featureCount(features)),
    changes: decodeArray(data['changes'], 'float64', seriesCount * changepointCount),
    changeRate: perSeries('changeRate'),
    changeScale: perSeries('changeScale'),
    staleDays: decodeArray(data['staleDays'], 'int32', seriesCount),
    residuals: decodeArray(data['residuals'], 'float32', seriesCount * residualDays),
  };
}

function integer(value: unknown, name: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new ForecastError('invalid-model', `${name} of a fitted model is not a whole number`, {
      path: [name],
    });
  }
  return value;
}

function count(data: SerializedModel, name: string): number {
  const value = integer(data[name], name);
  if (value < 0) throw new ForecastError('invalid-model', `${name} is negative`, { path: [name] });
  return value;
}

function readFeatures(value: unknown): PanelFeatures {
  const features = value as Partial<PanelFeatures> | undefined;
  if (!Array.isArray(features?.events) || !features.events.every(isEventFeature)) {
    throw new ForecastError('invalid-model', 'The features of a fitted model are missing', {
      path: ['features'],
    });
  }
  return {
    weeklyOrder: integer(features.weeklyOrder, 'weeklyOrder'),
    seasonalities: readSeasonalities(features.seasonalities),
    yearlyOrder: integer(features.yearlyOrder, 'yearlyOrder'),
    events: features.events,
  };
}

function readSeasonalities(value: unknown): CustomSeasonality[] {
  const isSeasonality = ({ period, fourierOrder, ranges = [] }: CustomSeasonality) =>
    period > 0 &&
    Number.isInteger(fourierOrder) &&
    fourierOrder > 0 &&
    Array.isArray(ranges) &&
    ranges.every((range) => Array.isArray(range) && range.every(Number.isFinite));
  if (Array.isArray(value) && value.every((entry) => entry && isSeasonality(entry))) return value;
  throw new ForecastError('invalid-model', 'The seasonalities of a fitted model are malformed', {
    path: ['features', 'seasonalities'],
  });
}

function isEventFeature(value: EventFeature): boolean {
  return (
    typeof value?.event === 'string' &&
    Number.isInteger(value.offset) &&
    Array.isArray(value.days) &&
    value.days.every(Number.isFinite)
  );
}
