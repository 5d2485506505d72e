import { TIME_PERIODS, type TimePeriod } from '../calendar/period.js';
import { ForecastError } from '../errors.js';
import { decodeArray, encodeArray } from '../models/typed-array-json.js';
import { type Lineage, lineageSchema } from './lineage.js';
import type { CategoryDays, ForecastSnapshot, PeriodForecast, PeriodTotals } from './snapshot.js';

const FORMAT = 'commerce-forecast.snapshot';
const VERSION = 2;

/** A snapshot as plain JSON data, to be kept as an artifact and loaded by another process. */
export interface SerializedSnapshot {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly [key: string]: unknown;
}

/** Writes a snapshot as plain data; {@link snapshotFromJson} reads back exactly the same forecasts. */
export function snapshotToJson(snapshot: ForecastSnapshot): SerializedSnapshot {
  const periods = TIME_PERIODS.map((period) => [period, periodToJson(snapshot.periods[period])]);
  const { history, mean, lower, upper, ...days } = snapshot.categoryDays;
  return {
    format: FORMAT,
    version: VERSION,
    ...snapshot,
    validation: snapshot.validation ?? null,
    categoryOf: encodeArray(snapshot.categoryOf),
    periods: Object.fromEntries(periods),
    categoryDays: { ...days, ...encodeAll({ history, mean, lower, upper }) },
  };
}

/**
 * Rebuilds a snapshot from its JSON.
 *
 * @throws ForecastError `invalid-model` if the data is not a snapshot, or one of another version.
 */
export function snapshotFromJson(data: unknown): ForecastSnapshot {
  const json = data as SerializedSnapshot | null;
  if (typeof json !== 'object' || json?.format !== FORMAT || json.version !== VERSION) {
    throw new ForecastError('invalid-model', `The data is not a forecast snapshot of version ${VERSION}`, {
      path: ['format'],
    });
  }
  const productIds = stringList(json, 'productIds');
  const categories = stringList(json, 'categories');
  const periods = json.periods as Record<TimePeriod, Record<string, unknown>>;
  if (typeof periods !== 'object' || periods === null) throw wrongField('periods');
  return {
    modelVersion: field(json, 'modelVersion', 'string'),
    lineage: lineageFromJson(json['lineage']),
    trainedAt: field(json, 'trainedAt', 'string'),
    cutoffDay: field(json, 'cutoffDay', 'number'),
    intervalLevel: field(json, 'intervalLevel', 'number'),
    productIds,
    categories,
    categoryOf: decodeArray(json.categoryOf, 'int32', productIds.length),
    periods: Object.fromEntries(
      TIME_PERIODS.map((period) => [
        period,
        periodFromJson(periods[period], productIds.length, categories.length),
      ]),
    ) as Record<TimePeriod, PeriodForecast>,
    categoryDays: categoryDaysFromJson(json.categoryDays, categories.length),
    validation: (json.validation ?? undefined) as ForecastSnapshot['validation'],
  };
}

function lineageFromJson(data: unknown): Lineage {
  const result = lineageSchema.safeParse(data);
  if (!result.success) throw wrongField('lineage');
  return result.data;
}

function periodToJson(period: PeriodForecast) {
  const { products, categories, ranking, ...days } = period;
  return {
    ...days,
    products: encodeAll(products),
    categories: encodeAll(categories),
    ranking: encodeArray(ranking),
  };
}

function periodFromJson(data: unknown, products: number, categories: number): PeriodForecast {
  if (typeof data !== 'object' || data === null) throw wrongField('periods');
  const json = data as Record<string, unknown>;
  return {
    firstDay: field(json, 'firstDay', 'number'),
    lastDay: field(json, 'lastDay', 'number'),
    products: totalsFromJson(json.products, products),
    categories: totalsFromJson(json.categories, categories),
    ranking: decodeArray(json.ranking, 'int32', products),
  };
}

function totalsFromJson(data: unknown, length: number): PeriodTotals {
  const json = (data ?? {}) as Record<string, unknown>;
  const column = (name: keyof PeriodTotals) => decodeArray(json[name], 'float64', length);
  return {
    mean: column('mean'),
    lower: column('lower'),
    upper: column('upper'),
    standardError: column('standardError'),
    previous: column('previous'),
  };
}

function categoryDaysFromJson(data: unknown, categories: number): CategoryDays {
  if (typeof data !== 'object' || data === null) throw wrongField('categoryDays');
  const json = data as Record<string, unknown>;
  const historyDays = field(json, 'historyDays', 'number');
  const horizon = field(json, 'horizon', 'number');
  const column = (name: string, days: number) => decodeArray(json[name], 'float64', categories * days);
  return {
    historyStart: field(json, 'historyStart', 'number'),
    historyDays,
    history: column('history', historyDays),
    horizon,
    mean: column('mean', horizon),
    lower: column('lower', horizon),
    upper: column('upper', horizon),
  };
}

function encodeAll(columns: object) {
  return Object.fromEntries(
    Object.entries(columns as Record<string, Float64Array>).map(([name, values]) => [
      name,
      encodeArray(values),
    ]),
  );
}

interface FieldTypes {
  string: string;
  number: number;
}

function field<K extends keyof FieldTypes>(
  json: Record<string, unknown>,
  name: string,
  type: K,
): FieldTypes[K] {
  const value = json[name];
  const right = typeof value === type && (type !== 'number' || Number.isFinite(value));
  if (!right) throw wrongField(name);
  return value as FieldTypes[K];
}

function stringList(json: Record<string, unknown>, name: string): string[] {
  const value = json[name];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) throw wrongField(name);
  return value;
}

function wrongField(name: string): ForecastError {
  return new ForecastError('invalid-model', `The snapshot's "${name}" is missing or wrong`, { path: [name] });
}
