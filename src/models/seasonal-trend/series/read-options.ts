import { type CheckedJson, MOST } from '../../../checked-json.js';
import { readEvent } from '../../model-json.js';
import type {
  MaskedDays,
  RegressorOptions,
  SeasonalityOptions,
  SeasonalTrendOptions,
  SeriesEvent,
} from './series-options.js';

const MODES = ['additive', 'multiplicative'] as const;
const LEAST = 1e-30;

/** Reads and checks the options of a stored fit. @throws ForecastError `invalid-model` */
export function readOptions(json: CheckedJson): SeasonalTrendOptions {
  const positive = (name: string) => json.optional(name, () => json.number(name, LEAST));
  const share = (name: string) => json.optional(name, () => json.number(name, 0, 1));
  const mode = (name: string) => json.optional(name, () => json.oneOf(name, MODES));
  const all = <T>(name: string, read: (item: CheckedJson) => T) =>
    json.optional(name, () => json.objects(name).map(read));
  return {
    growth: json.optional('growth', () => json.oneOf('growth', ['linear', 'logistic', 'flat'])),
    changepoints: json.optional('changepoints', () =>
      json.list('changepoints').map((day, i) => (isTime(day) ? day : json.fail('changepoints', i))),
    ),
    changepointCount: json.optional('changepointCount', () => json.integer('changepointCount', 0)),
    changepointRange: share('changepointRange'),
    changepointPriorScale: positive('changepointPriorScale'),
    yearlySeasonality: readChoice(json, 'yearlySeasonality'),
    weeklySeasonality: readChoice(json, 'weeklySeasonality'),
    dailySeasonality: readChoice(json, 'dailySeasonality'),
    seasonalities: all('seasonalities', readSeasonality),
    seasonalityMode: mode('seasonalityMode'),
    seasonalityPriorScale: positive('seasonalityPriorScale'),
    events: all('events', readSeriesEvent),
    holidaysPriorScale: positive('holidaysPriorScale'),
    holidaysMode: mode('holidaysMode'),
    regressors: all('regressors', readRegressor),
    mask: all('mask', readRange),
    scaling: json.optional('scaling', () => json.oneOf('scaling', ['absmax', 'minmax'])),
    strict: json.optional('strict', () => json.oneOf('strict', ['prophet'])),
    intervalLevel: share('intervalLevel'),
    nonNegative: json.optional('nonNegative', () => json.flag('nonNegative')),
  };
}

function readChoice(json: CheckedJson, name: string): 'auto' | boolean | number | undefined {
  const value = json.raw(name);
  if (value == null || value === 'auto' || typeof value === 'boolean') return value ?? undefined;
  return json.integer(name, 0, MOST);
}

function readSeasonality(json: CheckedJson): SeasonalityOptions {
  return {
    name: json.text('name'),
    period: json.number('period', LEAST),
    fourierOrder: json.integer('fourierOrder', 1),
    ...readPrior(json),
    condition: json.optional('condition', () => json.text('condition')),
  };
}

function readRegressor(json: CheckedJson): RegressorOptions {
  const standardize = json.raw('standardize');
  const known = standardize === 'auto' || typeof standardize === 'boolean' || standardize == null;
  return {
    name: json.text('name'),
    ...readPrior(json),
    standardize: known ? (standardize ?? undefined) : json.fail('standardize'),
  };
}

function readPrior(json: CheckedJson) {
  return {
    priorScale: json.optional('priorScale', () => json.number('priorScale', LEAST)),
    mode: json.optional('mode', () => json.oneOf('mode', MODES)),
  };
}

function readSeriesEvent(json: CheckedJson): SeriesEvent {
  const priorScale = json.optional('priorScale', () => json.number('priorScale', LEAST));
  return { ...readEvent(json), ...(priorScale !== undefined && { priorScale }) };
}

function readRange(json: CheckedJson): MaskedDays {
  const [from, to] = [json.raw('from'), json.raw('to')];
  return { from: isTime(from) ? from : json.fail('from'), to: isTime(to) ? to : json.fail('to') };
}

function isTime(value: unknown): value is number | string {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}
