import { ForecastError } from '../../../errors.js';
import type { PointInputs } from './series-options.js';
import { toDays } from './time-points.js';

/** Checked points in time with their inputs, as columns. */
export interface Points {
  readonly days: Float64Array;
  readonly cap: Float64Array | undefined;
  readonly floor: Float64Array | undefined;
  /** Regressors and conditions by name. */
  readonly inputs: ReadonlyMap<string, Float64Array>;
}

/** Inputs that a model needs at each point: a capacity, regressors and conditions. */
export interface Needs {
  readonly cap: boolean;
  /** True if there must be a floor with `cap`, false if there is none; unset, there may be one. */
  readonly floor?: boolean;
  readonly regressors: readonly string[];
  readonly conditions: readonly string[];
}

/**
 * Checks and converts points.
 *
 * @throws ForecastError `invalid-data` if a needed column is missing, has the wrong length or an unusable value.
 */
export function readPoints(rows: PointInputs, needs: Needs): Points {
  const days = toDays(rows);
  const inputs = new Map<string, Float64Array>();
  for (const name of needs.regressors) {
    inputs.set(name, finiteColumn(rows.regressors?.[name], days.length, ['regressors', name]));
  }
  for (const name of needs.conditions) {
    inputs.set(name, conditionColumn(rows.conditions?.[name], days.length, ['conditions', name]));
  }
  const floor = rows.floor === undefined ? undefined : spread(rows.floor, days.length, 'floor');
  if (needs.cap) checkFloor(floor, needs.floor);
  const cap = needs.cap ? spread(rows.cap, days.length, 'cap') : undefined;
  for (let i = 0; cap !== undefined && i < days.length; i++) {
    if (cap[i] > (floor?.[i] ?? 0)) continue;
    throw new ForecastError('invalid-data', `The cap ${cap[i]} is not above the floor ${floor?.[i] ?? 0}`, {
      path: ['cap', i],
    });
  }
  return { days, cap, floor: needs.cap ? floor : undefined, inputs };
}

/** Refuses points without the floor of the history, as Prophet does, and a floor that the history lacks. */
function checkFloor(floor: Float64Array | undefined, needed: boolean | undefined): void {
  const missing = needed === true && floor === undefined;
  const added = needed === false && floor?.some((value) => value !== 0);
  if (!missing && !added) return;
  const message = missing ? 'floor is missing: the history has one' : 'The history has no floor';
  throw new ForecastError('invalid-data', message, {
    path: ['floor'],
    hint: 'Give a floor for the history and for the days to come, or for neither.',
  });
}

/** The points of the given rows, in their order. */
export function selectPoints(points: Points, rows: readonly number[]): Points {
  const pick = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]);
  return {
    days: pick(points.days),
    cap: points.cap && pick(points.cap),
    floor: points.floor && pick(points.floor),
    inputs: new Map([...points.inputs].map(([name, column]) => [name, pick(column)])),
  };
}

function spread(value: number | ArrayLike<number> | undefined, rows: number, name: string): Float64Array {
  if (typeof value !== 'number') return finiteColumn(value, rows, [name]);
  return finiteColumn(new Float64Array(rows).fill(value), rows, [name]);
}

function finiteColumn(
  values: ArrayLike<number> | undefined,
  rows: number,
  path: readonly (string | number)[],
): Float64Array {
  return checkedColumn(required(values, rows, path), path, Number.isFinite, 'has no usable value');
}

function conditionColumn(
  values: ArrayLike<boolean | number> | undefined,
  rows: number,
  path: readonly (string | number)[],
): Float64Array {
  const isFlag = (value: number) => value === 0 || value === 1;
  return checkedColumn(required(values, rows, path), path, isFlag, 'is neither true nor false');
}

function checkedColumn(
  values: ArrayLike<unknown>,
  path: readonly (string | number)[],
  isRight: (value: number) => boolean,
  complaint: string,
): Float64Array {
  const column = Float64Array.from(values, numberOf);
  const wrong = column.findIndex((value) => !isRight(value));
  if (wrong < 0) return column;
  throw new ForecastError('invalid-data', `${path.join('.')} ${complaint} in row ${wrong}`, {
    path: [...path, wrong],
  });
}

/** A number or a flag; `Float64Array` would make 0 of null and of an empty text. */
function numberOf(value: unknown): number {
  return typeof value === 'number' || typeof value === 'boolean' ? Number(value) : Number.NaN;
}

function required<T>(
  values: ArrayLike<T> | undefined,
  rows: number,
  path: readonly (string | number)[],
): ArrayLike<T> {
  if (values === undefined || values.length !== rows) {
    const found = values === undefined ? 'is missing' : `has ${values.length} values for ${rows} rows`;
    throw new ForecastError('invalid-data', `${path.join('.')} ${found}`, {
      path,
      hint: 'Give one value per row, for the history and for the days to come.',
    });
  }
  return values;
}
