import { ForecastError } from '../../errors.js';
import { stepGrid } from '../boosting/direct/grid.js';
import type { KnownFuture } from '../contract.js';
import {
  type ArrayOf,
  decodeArray,
  type Encodable,
  encodeArray,
  type Kind,
  kindOf,
} from '../typed-array-json.js';
import type { StructuralState } from './state.js';

/** A fitted model as JSON, arrays in base64. */
export function stateToJSON(state: StructuralState): Record<string, unknown> {
  const { grid, ...rest } = state;
  return { stepDays: grid.stepDays, ...(encodeDeep(rest) as Record<string, unknown>) };
}

/** @throws ForecastError `invalid-model` if the data is not what {@link stateToJSON} writes. */
export function stateFromJSON(data: unknown): StructuralState {
  const {
    stepDays,
    format: _format,
    specificationVersion: _version,
    model: _model,
    ...rest
  } = (data ?? {}) as Record<string, unknown>;
  if (stepDays !== 1 && stepDays !== 7) throw wrong('stepDays');
  const state = { ...(decodeDeep(rest) as Omit<StructuralState, 'grid'>), grid: stepGrid(stepDays) };
  checkShape(state);
  return state;
}

function encodeDeep(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return encodeArray(value as Encodable);
  if (Array.isArray(value)) return value.map(encodeDeep);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, encodeDeep(inner)]])),
  );
}

function decodeDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decodeDeep);
  if (typeof value !== 'object' || value === null) return value;
  const { kind, base64 } = value as { kind?: Kind; base64?: unknown };
  if (typeof kind === 'string' && typeof base64 === 'string') return decodeArray(value, kind);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, decodeDeep(inner)]));
}

/** Checks what a forecast indexes into, so that a wrong file is refused and not read past its end. */
function checkShape(state: StructuralState): void {
  const { seriesCount } = state;
  if (!Number.isInteger(seriesCount) || seriesCount < 1) throw wrong('seriesCount');
  if (!Number.isInteger(state.cutoffDay)) throw wrong('cutoffDay');
  if (!Number.isFinite(state.growth)) throw wrong('growth');
  const positions = state.grid.stepDays === 1 ? 366 : 52;
  requireArray('groupOf', state.groupOf, 'int32', seriesCount);
  requireArray('level', state.level, 'float64', seriesCount);
  requireArray('age', state.age, 'float64', seriesCount);
  requireArray('classOf', state.classOf, 'uint8', seriesCount);
  requireArray('dispersion', state.dispersion, 'float64', seriesCount);
  requireArray('extraError', state.extraError, 'float64', seriesCount);
  requireArray('weekday', state.weekday, 'float64', seriesCount * 7);
  requireArray('season', state.season, 'float64', seriesCount * positions);
  requireArray('openings.rowOf', state.openings?.rowOf, 'int32', seriesCount);
  requireArray('errors.own', state.errors?.own, 'float64');
  requireArray('errors.shared', state.errors?.shared, 'float64');
  requireArray('eventKinds', state.eventKinds, 'float64');
  requireArray('eventOwn', state.eventOwn, 'float64');
  if (!Array.isArray(state.events) || !Array.isArray(state.lifeCycle)) throw wrong('events');
  const { eventScopes } = state;
  if (eventScopes) requireArray('eventScopes.setOf', eventScopes.setOf, 'int32', seriesCount);
  checkFuture(state.future);
}

function checkFuture(future: KnownFuture | undefined): void {
  if (future && !(Number.isInteger(future.startDay) && Number.isInteger(future.days))) throw wrong('future');
}

function requireArray<K extends Kind>(name: string, values: unknown, kind: K, length?: number): void {
  const right = ArrayBuffer.isView(values) && kindOf(values as Encodable) === kind;
  if (!right || (length !== undefined && (values as ArrayOf<K>).length !== length)) throw wrong(name);
}

function wrong(name: string): ForecastError {
  return new ForecastError('invalid-model', `"${name}" of the structural model is missing or wrong`, {
    path: [name],
  });
}
