import type { Day } from '../../../calendar/day.js';
import {
  allocateColumns,
  holidayColumns,
  IS_HOLIDAY,
  salesColumns,
  sharedColumns,
} from '../../../features/compute-features.js';
import { FEATURE_REACH } from '../../../features/names.js';
import { fillSalesFeatures } from '../../../features/sales-features.js';
import { type Scaler, scaleFeatures } from '../../../features/scaling.js';
import type { Progress } from '../../../long-call.js';
import { type EventScopes, eventScopes } from '../../../panel/event-scopes.js';
import type { Panel } from '../../../panel/panel.js';
import type { Covariates } from '../../contract.js';
import type { BoostingModel } from '../engine/engine.js';
import { CarriedDispersion } from './carried-dispersion.js';

/** History that a one-step model needs to continue: the last {@link FEATURE_REACH} days of every series. */
export interface RecursionState {
  readonly cutoffDay: Day;
  readonly seriesCount: number;
  /** Series-major, NaN where missing. */
  readonly tail: Float64Array;
  /** Events by series; undefined if all events are for all series. */
  readonly eventScopes?: EventScopes;
}

/** The state of a panel at its last day. */
export function recursionState(panel: Panel, { events = [] }: Covariates): RecursionState {
  const tail = new Float64Array(panel.seriesCount * FEATURE_REACH).fill(Number.NaN);
  const known = Math.min(FEATURE_REACH, panel.days);
  for (let s = 0; s < panel.seriesCount; s++) {
    const end = (s + 1) * panel.days;
    tail.set(panel.units.subarray(end - known, end), (s + 1) * FEATURE_REACH - known);
  }
  const scopes = eventScopes(panel, events);
  return {
    cutoffDay: panel.startDay + panel.days - 1,
    seriesCount: panel.seriesCount,
    tail,
    ...(scopes && { eventScopes: scopes }),
  };
}

/**
 * Forecasts `horizon` days of all series with a one-step model: each day's forecast, clipped at zero, is
 * history for the next, with the dispersion kept by {@link CarriedDispersion}. One prediction call per day
 * covers the whole panel. Returns series-major, unclipped values.
 */
export async function forecastRecursively(
  model: BoostingModel,
  state: RecursionState,
  horizon: number,
  covariates: Covariates,
  scaler: Scaler | undefined,
  onStep: (progress: Progress) => Promise<void>,
): Promise<Float64Array> {
  const { seriesCount, cutoffDay, eventScopes: scopes } = state;
  const length = FEATURE_REACH + horizon;
  const values = withRoomFor(state, horizon);
  const columns = allocateColumns(seriesCount);
  const sales = salesColumns(columns);
  const { events, indicators } = covariates;
  const holidays = scopes && holidayColumns(cutoffDay + 1, horizon, events ?? [], scopes);
  const shared = sharedColumns(cutoffDay + 1, horizon, cutoffDay, events, indicators);
  const predictions = new Float64Array(seriesCount);
  const forecast = new Float64Array(seriesCount * horizon);
  let dispersion: CarriedDispersion | undefined;
  for (let step = 0; step < horizon; step++) {
    const day = FEATURE_REACH + step;
    for (const [j, column] of shared.entries()) if (column) columns[j].fill(column[step]);
    for (let s = 0; holidays && s < seriesCount; s++) {
      columns[IS_HOLIDAY][s] = holidays[scopes.setOf[s]][step];
    }
    for (let s = 0; s < seriesCount; s++) fillSalesFeatures(values, s * length, day, day + 1, sales, s);
    dispersion ??= new CarriedDispersion(sales, seriesCount);
    dispersion.apply(sales, step);
    const features = { rows: seriesCount, columns };
    await model.predict(scaler ? scaleFeatures(features, scaler) : features, predictions);
    for (let s = 0; s < seriesCount; s++) {
      forecast[s * horizon + step] = predictions[s];
      values[s * length + day] = Math.max(0, predictions[s]);
    }
    await onStep({ phase: 'forecast', done: step + 1, total: horizon });
  }
  return forecast;
}

function withRoomFor(state: RecursionState, horizon: number): Float64Array {
  const length = FEATURE_REACH + horizon;
  const values = new Float64Array(state.seriesCount * length);
  for (let s = 0; s < state.seriesCount; s++) {
    values.set(state.tail.subarray(s * FEATURE_REACH, (s + 1) * FEATURE_REACH), s * length);
  }
  return values;
}
