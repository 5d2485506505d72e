import { FIRST_DAY, LAST_DAY } from '../calendar/day.js';
import { type CalendarEvent, type EventScope, MAX_EVENT_WINDOW } from '../calendar/events.js';
import { CheckedJson, isRecord, MOST } from '../checked-json.js';
import { type ErrorPath, ForecastError } from '../errors.js';
import type { EventScopes } from '../panel/event-scopes.js';
import type { Covariates, FittedModel, ForecastModel, IndicatorSeries, SerializedModel } from './contract.js';
import { type ArrayOf, decodeArray, encodeArray, type Kind } from './typed-array-json.js';

const FORMAT = 'commerce-forecast.model';
const VERSION = 'v1';

/** A fitted model as plain JSON data: the common envelope with its own content. */
export function modelToJson(model: string, content: Readonly<Record<string, unknown>>): SerializedModel {
  return { format: FORMAT, specificationVersion: VERSION, model, ...content };
}

/**
 * Checks the envelope of a fitted model and returns its content, to be read field by field.
 *
 * @throws ForecastError `invalid-model` if the data is not a fitted model of that name in the known version.
 */
export function modelFromJson(data: unknown, model: string): CheckedJson {
  const json = new CheckedJson(data, { what: `fitted "${model}"` });
  json.oneOf('format', [FORMAT]);
  json.oneOf('specificationVersion', [VERSION]);
  json.oneOf('model', [model]);
  return json;
}

/** A day of the calendar, years 1 to 9999. */
export function readDay(json: CheckedJson, name: string): number {
  return json.integer(name, FIRST_DAY, LAST_DAY);
}

/** Reads a count of items in memory. */
export function readCount(json: CheckedJson, name: string, least = 0): number {
  return json.integer(name, least, 2 ** 32);
}

export interface ArrayRange {
  readonly least?: number;
  readonly most?: number;
  /** NaN, for a missing value, is allowed. Default false. */
  readonly missing?: boolean;
}

/**
 * A typed array of a given length with values in a range.
 *
 * @throws ForecastError with the code of the data if it is anything else.
 */
export function readArray<K extends Kind>(
  json: CheckedJson,
  name: string,
  kind: K,
  length: number | undefined,
  { least = -MOST, most = MOST, missing = false }: ArrayRange = {},
): ArrayOf<K> {
  const values = decoded(json, name, kind, length);
  for (let i = 0; i < values.length; i++) {
    if (values[i] >= least && values[i] <= most) continue;
    if (!(missing && Number.isNaN(values[i]))) json.fail(name, i);
  }
  return values;
}

function decoded<K extends Kind>(json: CheckedJson, name: string, kind: K, length: number | undefined) {
  try {
    return decodeArray(json.raw(name), kind, length);
  } catch {
    return json.fail(name);
  }
}

/** In-sample residuals of a panel. */
export function readResiduals(json: CheckedJson, seriesCount: number) {
  const days = readCount(json, 'residualDays');
  const values = readArray(json, 'residuals', 'float32', seriesCount * days, { missing: true });
  return { seriesCount, days, values };
}

/** Events and indicators that a fitted model keeps. */
export function readCovariates(json: CheckedJson): Covariates {
  if (!json.has('covariates')) return {};
  const covariates = json.object('covariates');
  return {
    ...(covariates.has('events') && { events: covariates.objects('events').map(readEvent) }),
    ...(covariates.has('indicators') && { indicators: covariates.objects('indicators').map(readIndicator) }),
  };
}

/** The event scopes of a fitted model as JSON. */
export function eventScopesToJson({ scopes, sets, setOf }: EventScopes) {
  return { scopes, sets, setOf: encodeArray(setOf) };
}

/** The inverse of {@link eventScopesToJson}. */
export function readEventScopes(json: CheckedJson, seriesCount: number): EventScopes {
  const own = json.object('eventScopes');
  const scopes = own.objects('scopes').map(({ fields }) => fields as EventScope);
  const sets = own.list('sets').map((set, i) => {
    const indices: readonly unknown[] = Array.isArray(set) ? set : own.fail('sets', i);
    const known = (index: unknown): index is number =>
      Number.isInteger(index) && scopes[index as number] !== undefined;
    return indices.every(known) ? indices : own.fail('sets', i);
  });
  const setOf = readArray(own, 'setOf', 'int32', seriesCount, { least: 0, most: sets.length - 1 });
  return { scopes, sets, setOf };
}

/** An event of the calendar; other fields of it are kept as they are. */
export function readEvent(json: CheckedJson): CalendarEvent {
  const { lowerWindow, upperWindow, ...others } = json.fields;
  return {
    ...others,
    name: json.text('name'),
    day: readDay(json, 'day'),
    ...(lowerWindow != null && { lowerWindow: json.integer('lowerWindow', -MAX_EVENT_WINDOW, 0) }),
    ...(upperWindow != null && { upperWindow: json.integer('upperWindow', 0, MAX_EVENT_WINDOW) }),
  };
}

function readIndicator(json: CheckedJson): IndicatorSeries {
  const days = json.numbers('days', FIRST_DAY, LAST_DAY);
  days.forEach((day, i) => {
    if (i > 0 && day < days[i - 1]) json.fail('days', i);
  });
  // A value that is missing is null in JSON.
  const values = json.list('values', days.length).map((value, i) => {
    if (value === null) return Number.NaN;
    return typeof value === 'number' && Math.abs(value) <= MOST ? value : json.fail('values', i);
  });
  return { name: json.text('name'), days, values };
}

/** The part of a model that loads fitted models. */
interface Loader<F extends FittedModel> {
  load(data: SerializedModel): F;
}

/**
 * A fitted model inside another one.
 *
 * @throws ForecastError `invalid-model`, with the path inside the whole.
 */
export function loadMember<F extends FittedModel>(model: Loader<F>, json: CheckedJson, name: string): F {
  return loadAt(model, json.raw(name), json, [name]);
}

/** A fitted model at a place in a list. @throws ForecastError `invalid-model`, with the path inside the whole. */
export function loadListed<F extends FittedModel>(
  model: Loader<F>,
  json: CheckedJson,
  name: string,
  index: number,
): F {
  return loadAt(model, json.list(name)[index], json, [name, index]);
}

/** Fitted models of a list, one for each model, all of the same panel. */
export function loadMembers(
  models: readonly ForecastModel[],
  json: CheckedJson,
  name: string,
): FittedModel[] {
  json.list(name, models.length);
  const members = models.map((model, i) => loadListed(model, json, name, i));
  members.forEach(({ seriesCount, cutoffDay }, i) => {
    if (seriesCount !== members[0].seriesCount || cutoffDay !== members[0].cutoffDay) json.fail(name, i);
  });
  return members;
}

function loadAt<F extends FittedModel>(
  model: Loader<F>,
  data: unknown,
  json: CheckedJson,
  path: ErrorPath,
): F {
  if (!isSerializedModel(data)) json.fail(...path);
  try {
    return model.load(data);
  } catch (error) {
    if (!ForecastError.is(error)) throw error;
    const { code, message, hint } = error;
    throw new ForecastError(code, message, { path: [...path, ...error.path], hint, cause: error });
  }
}

function isSerializedModel(data: unknown): data is SerializedModel {
  return (
    isRecord(data) &&
    data['format'] === FORMAT &&
    data['specificationVersion'] === VERSION &&
    typeof data['model'] === 'string'
  );
}
