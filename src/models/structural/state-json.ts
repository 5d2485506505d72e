import type { CheckedJson } from '../../checked-json.js';
import type { KnownFuture } from '../contract.js';
import { OPEN_AS_LEARNT } from '../covariates.js';
import { LIFE_CYCLE_STATUSES, type LifeCycle } from '../life-cycle.js';
import { readArray, readCount, readDay, readEvent, readEventScopes } from '../model-json.js';
import { CLASS_COUNT } from '../sales-classes.js';
import { stepGrid } from '../step-grid.js';
import { type Encodable, encodeArray } from '../typed-array-json.js';
import { seasonPositions } from './calendar-columns.js';
import type { CrossEffects } from './cross-effects.js';
import { type EventKinds, eventKindsOf } from './event-columns.js';
import type { LevelErrors } from './forecast-errors.js';
import { readOccasional } from './occasions/occasional-json.js';
import type { Openings } from './openings.js';
import { COVARIANCE, type ResponseErrors } from './response.js';
import { AFTER_DAYS, RESPONSE_COUNT } from './response-columns.js';
import type { StructuralState } from './state.js';

/** Largest plausible factors, dispersions and errors; larger ones would overflow in computations. */
const MOST_FACTOR = 1e6;
const MOST_RESPONSE = 20;
const MOST_GROWTH = 0.01;
const MOST_AGE = 1000;
const FLAG = { least: 0, most: 1 };

/** Writes a fitted structural model as JSON, arrays in base64. */
export function stateToJSON(state: StructuralState): Record<string, unknown> {
  const { grid, ...rest } = state;
  return { stepDays: grid.stepDays, ...encodeFields(rest) };
}

/** Encodes fields in alphabetical order, so that equal models write the same text. */
function encodeFields(fields: object): Record<string, unknown> {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  known.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(known.map(([name, value]) => [name, encodeDeep(value)]));
}

function encodeDeep(value: unknown): unknown {
  if (isEncodable(value)) return encodeArray(value);
  if (Array.isArray(value)) return value.map(encodeDeep);
  return typeof value === 'object' && value !== null ? encodeFields(value) : value;
}

function isEncodable(value: unknown): value is Encodable {
  return ArrayBuffer.isView(value);
}

/**
 * Reads what {@link stateToJSON} wrote, every array with the length and the range that a forecast relies on.
 *
 * @throws ForecastError `invalid-model`
 */
export function readState(json: CheckedJson): StructuralState {
  const grid = stepGrid(json.oneOf('stepDays', [1, 7]));
  const seriesCount = readCount(json, 'seriesCount', 1);
  const groupCount = json.integer('groupCount', 1, seriesCount);
  const events = json.objects('events').map(readEvent);
  const kinds = eventKindsOf(events, grid);
  const perSeries = (name: string, size: number, most: number) =>
    readArray(json, name, 'float64', seriesCount * size, { least: 0, most });
  const prices = (name: string) =>
    json.optional(name, () => readArray(json, name, 'float64', seriesCount, { least: 0, missing: true }));
  const lastPromoSteps = json.integer('lastPromoSteps', 0, AFTER_DAYS);
  return {
    grid,
    cutoffDay: readDay(json, 'cutoffDay'),
    seriesCount,
    groupCount,
    groupOf: readArray(json, 'groupOf', 'int32', seriesCount, { least: 0, most: groupCount - 1 }),
    level: readArray(json, 'level', 'float64', seriesCount),
    age: perSeries('age', 1, MOST_AGE),
    growth: readArray(json, 'growth', 'float64', seriesCount, { least: -MOST_GROWTH, most: MOST_GROWTH }),
    ...(json.has('ongoing') && { ongoing: perSeries('ongoing', 1, MOST_FACTOR) }),
    classOf: readArray(json, 'classOf', 'uint8', seriesCount, { least: 0, most: CLASS_COUNT - 1 }),
    dispersion: readArray(json, 'dispersion', 'float64', seriesCount, { least: 0 }),
    pieces: readArray(json, 'pieces', 'uint8', seriesCount, FLAG),
    extraError: perSeries('extraError', 1, MOST_FACTOR),
    errors: readErrors(json.object('errors')),
    lifeCycle: readLifeCycle(json, seriesCount),
    weekday: perSeries('weekday', 7, MOST_FACTOR),
    season: perSeries('season', seasonPositions(grid), MOST_FACTOR),
    responses: json.optional('responses', () =>
      readArray(json, 'responses', 'float64', seriesCount * RESPONSE_COUNT, {
        least: -MOST_RESPONSE,
        most: MOST_RESPONSE,
      }),
    ),
    responseErrors: json.optional('responseErrors', () =>
      readResponseErrors(json.object('responseErrors'), seriesCount, groupCount),
    ),
    cross: json.optional('cross', () => readCross(json.object('cross'), groupCount)),
    identifiable: json.list('identifiable').map((value, i) => {
      return typeof value === 'boolean' ? value : json.fail('identifiable', i);
    }),
    usualPrice: prices('usualPrice'),
    lastPrice: prices('lastPrice'),
    lastPromo: json.optional('lastPromo', () =>
      readArray(json, 'lastPromo', 'uint8', seriesCount * lastPromoSteps, FLAG),
    ),
    lastPromoSteps,
    events,
    eventScopes: json.optional('eventScopes', () => readEventScopes(json, seriesCount)),
    eventKinds: readArray(json, 'eventKinds', 'float64', groupCount * kinds.eventOf.length, {
      least: 0,
      most: MOST_FACTOR,
    }),
    eventOwn: perSeries('eventOwn', kinds.names.length, MOST_FACTOR),
    ...(json.has('occasional') && {
      occasional: readOccasional(json.object('occasional'), seriesCount, kinds),
    }),
    openings: readOpenings(json.object('openings'), seriesCount, seasonPositions(grid), kinds),
    future: json.optional('future', () => readFuture(json.object('future'), seriesCount)),
  };
}

function readResponseErrors(json: CheckedJson, seriesCount: number, groupCount: number): ResponseErrors {
  const matrices = (name: string, count: number) => readArray(json, name, 'float64', count * COVARIANCE);
  return {
    own: matrices('own', seriesCount),
    share: matrices('share', seriesCount),
    group: matrices('group', groupCount),
  };
}

function readCross(json: CheckedJson, groupCount: number): CrossEffects {
  return {
    effect: readArray(json, 'effect', 'float64', groupCount, { least: -MOST_RESPONSE, most: MOST_RESPONSE }),
    error: readArray(json, 'error', 'float64', groupCount, { least: 0, missing: true }),
  };
}

function readErrors(json: CheckedJson): LevelErrors {
  const steps = json.numbers('steps', 1, 1e4);
  if (steps.length === 0) json.fail('steps');
  steps.forEach((length, k) => {
    if (k > 0 && length < steps[k - 1]) json.fail('steps', k);
  });
  const range = { least: 0, most: MOST_FACTOR };
  return {
    steps,
    own: readArray(json, 'own', 'float64', CLASS_COUNT * steps.length, range),
    shared: readArray(json, 'shared', 'float64', steps.length, range),
  };
}

function readOpenings(
  json: CheckedJson,
  seriesCount: number,
  positions: number,
  { eventOf }: EventKinds,
): Openings {
  const weekdays = readArray(json, 'weekdays', 'uint8', undefined, FLAG);
  const rows = weekdays.length / 7;
  if (!Number.isInteger(rows) || rows < 1) json.fail('weekdays');
  return {
    weekdays,
    positions: readArray(json, 'positions', 'uint8', rows * positions, FLAG),
    kinds: readArray(json, 'kinds', 'uint8', eventOf.length, FLAG),
    rowOf: readArray(json, 'rowOf', 'int32', seriesCount, { least: 0, most: rows - 1 }),
  };
}

function readFuture(json: CheckedJson, seriesCount: number): KnownFuture {
  const days = readCount(json, 'days');
  const flags = (name: string, most = 1) =>
    json.optional(name, () => readArray(json, name, 'uint8', seriesCount * days, { least: 0, most }));
  const price = json.optional('price', () =>
    readArray(json, 'price', 'float32', seriesCount * days, { least: 0, missing: true }),
  );
  const [promo, open, available] = [flags('promo'), flags('open', OPEN_AS_LEARNT), flags('available')];
  return {
    startDay: readDay(json, 'startDay'),
    days,
    ...(price && { price }),
    ...(promo && { promo }),
    ...(open && { open }),
    ...(available && { available }),
  };
}

function readLifeCycle(json: CheckedJson, seriesCount: number): LifeCycle[] {
  const entries = json.objects('lifeCycle');
  if (entries.length !== seriesCount) json.fail('lifeCycle');
  return entries.map((entry) => ({
    status: entry.oneOf('status', LIFE_CYCLE_STATUSES),
    since: readDay(entry, 'since'),
    evidence: entry.number('evidence', 0, 1),
  }));
}
