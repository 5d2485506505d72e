import { TIME_PERIODS } from '../calendar/period.js';
import { CheckedJson } from '../checked-json.js';
import { readArray, readCount, readDay } from '../models/model-json.js';
import { type Encodable, encodeArray } from '../models/typed-array-json.js';
import type { SeriesAttribute } from '../panel/panel.js';
import { numberAt } from '../present.js';
import { checkedBy } from '../schema.js';
import { calibrationFromJson } from './calibration-json.js';
import type { QuantileGrid } from './distribution/quantile-grid.js';
import { lifeCyclesToJson, readLifeCycles } from './life-cycle-json.js';
import { type Lineage, lineageSchema } from './lineage.js';
import type { CategoryDays, ForecastSnapshot, PeriodForecast, PeriodTotals } from './snapshot.js';
import { readValidation } from './validation-json.js';

const FORMAT = 'commerce-forecast.snapshot';
const VERSION = 4;

/** A snapshot as plain JSON data, to be stored as an artifact and loaded by another process. */
export interface SerializedSnapshot {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly [key: string]: unknown;
}

/** Writes a snapshot as plain data; {@link snapshotFromJson} reads back exactly the same forecasts. */
export function snapshotToJson(snapshot: ForecastSnapshot): SerializedSnapshot {
  const periods = TIME_PERIODS.map((period) => [period, periodToJson(snapshot.periods[period])]);
  const { history, mean, quantiles, ...days } = snapshot.categoryDays;
  return {
    format: FORMAT,
    version: VERSION,
    ...snapshot,
    validation: snapshot.validation ?? null,
    lifeCycle: snapshot.lifeCycle ? lifeCyclesToJson(snapshot.lifeCycle) : null,
    categoryOf: encodeArray(snapshot.categoryOf),
    attributes: snapshot.attributes?.map(attributeToJson) ?? null,
    lastPrice: snapshot.lastPrice ? encodeArray(snapshot.lastPrice) : null,
    periods: Object.fromEntries(periods),
    categoryDays: { ...days, ...encodeAll({ history, mean }), quantiles: gridToJson(quantiles) },
  };
}

/**
 * Rebuilds a snapshot from its JSON.
 *
 * @throws ForecastError `invalid-model` if the data is not a snapshot, one of another version, or damaged anywhere.
 */
export function snapshotFromJson(data: unknown): ForecastSnapshot {
  const json = new CheckedJson(data, { what: `forecast snapshot of version ${VERSION}` });
  json.oneOf('format', [FORMAT]);
  json.oneOf('version', [VERSION]);
  const productIds = json.texts('productIds');
  const categories = json.texts('categories');
  const periods = json.object('periods');
  const periodOf = (name: string) =>
    periodFromJson(periods.object(name), productIds.length, categories.length);
  const trainedAt = json.text('trainedAt');
  if (Number.isNaN(Date.parse(trainedAt))) json.fail('trainedAt');
  return {
    modelVersion: json.text('modelVersion'),
    lineage: lineageFromJson(json),
    trainedAt,
    cutoffDay: readDay(json, 'cutoffDay'),
    intervalLevel: json.number('intervalLevel', Number.MIN_VALUE, 1 - Number.EPSILON),
    calibration: calibrationFromJson(json.object('calibration')),
    productIds,
    categories,
    categoryOf: indices(json, 'categoryOf', productIds.length, categories.length),
    attributes: json.optional('attributes', () =>
      json.objects('attributes').map((own) => attributeFromJson(own, productIds.length)),
    ),
    lastPrice: json.optional('lastPrice', () =>
      readArray(json, 'lastPrice', 'float32', productIds.length, { least: 0, missing: true }),
    ),
    periods: {
      week: periodOf('week'),
      month: periodOf('month'),
      year: periodOf('year'),
    },
    categoryDays: categoryDaysFromJson(json.object('categoryDays'), categories.length),
    lifeCycle: json.optional('lifeCycle', () => readLifeCycles(json.object('lifeCycle'), productIds.length)),
    validation: json.optional('validation', () => readValidation(json.object('validation'))),
  };
}

function attributeToJson(attribute: SeriesAttribute) {
  return { ...attribute, valueOf: encodeArray(attribute.valueOf) };
}

function attributeFromJson(json: CheckedJson, length: number): SeriesAttribute {
  const values = json.texts('values');
  return {
    name: json.text('name'),
    values,
    valueOf: readArray(json, 'valueOf', 'int32', length, { least: -1, most: values.length - 1 }),
  };
}

function lineageFromJson(json: CheckedJson): Lineage {
  const result = checkedBy(lineageSchema(), json.raw('lineage'));
  return result.success ? result.data : json.fail('lineage');
}

function periodToJson(period: PeriodForecast) {
  const { products, categories, ranking, ...days } = period;
  return {
    ...days,
    products: totalsToJson(products),
    categories: totalsToJson(categories),
    ranking: encodeArray(ranking),
  };
}

function periodFromJson(json: CheckedJson, products: number, categories: number): PeriodForecast {
  const firstDay = readDay(json, 'firstDay');
  const lastDay = readDay(json, 'lastDay');
  if (lastDay < firstDay) json.fail('lastDay');
  return {
    firstDay,
    lastDay,
    products: totalsFromJson(json.object('products'), products),
    categories: totalsFromJson(json.object('categories'), categories),
    ranking: indices(json, 'ranking', products, products),
  };
}

function totalsToJson({ quantiles, ...columns }: PeriodTotals) {
  return { ...encodeAll({ ...columns }), quantiles: gridToJson(quantiles) };
}

function totalsFromJson(json: CheckedJson, length: number): PeriodTotals {
  const column = (name: string, missing = false) => readArray(json, name, 'float64', length, { missing });
  return {
    mean: column('mean'),
    quantiles: gridFromJson(json.object('quantiles'), length),
    standardError: column('standardError'),
    daysBefore: column('daysBefore', true),
    yearBefore: column('yearBefore', true),
  };
}

function gridToJson({ probabilities, ...columns }: QuantileGrid) {
  return { probabilities, ...encodeAll({ ...columns }) };
}

function gridFromJson(json: CheckedJson, length: number): QuantileGrid {
  const probabilities = json.numbers('probabilities', Number.MIN_VALUE, 1 - Number.EPSILON);
  const ascending = probabilities.every((p, i) => i === 0 || p > numberAt(probabilities, i - 1));
  if (!ascending || probabilities.length < 2) json.fail('probabilities');
  const bound = (name: string) => readArray(json, name, 'float32', length, { least: 0 });
  const [low, high] = [bound('low'), bound('high')];
  const crossing = low.findIndex((value, i) => value > numberAt(high, i));
  if (crossing >= 0) json.fail('high', crossing);
  const between = readArray(json, 'between', 'uint16', length * (probabilities.length - 2));
  return { probabilities, low, high, between };
}

function categoryDaysFromJson(json: CheckedJson, categories: number): CategoryDays {
  const historyDays = readCount(json, 'historyDays');
  const horizon = readCount(json, 'horizon');
  const column = (name: string, days: number, missing = false) =>
    readArray(json, name, 'float64', categories * days, { missing });
  return {
    historyStart: readDay(json, 'historyStart'),
    historyDays,
    history: column('history', historyDays, true),
    horizon,
    mean: column('mean', horizon),
    quantiles: gridFromJson(json.object('quantiles'), categories * horizon),
  };
}

/** Indices below `count`. */
function indices(json: CheckedJson, name: string, length: number, count: number) {
  return readArray(json, name, 'int32', length, { least: 0, most: count - 1 });
}

function encodeAll(columns: Readonly<Record<string, Encodable>>) {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, encodeArray(values)]));
}
