import { ForecastError } from '../../../errors.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import type { Points } from './points.js';
import { readPoints, selectPoints } from './points.js';
import {
  type MaskedDays,
  POINT_INPUTS,
  type SeasonalTrendOptions,
  type SeriesData,
} from './series-options.js';
import { toDay, toDays } from './time-points.js';

/** The observed rows of a series in order of time. */
export interface SeriesHistory {
  readonly points: Points;
  readonly values: Float64Array;
  /** Day of the last row, also of one that is missing or masked. */
  readonly lastDay: number;
}

const SERIES_DATA: OptionTable<SeriesData> = { ...POINT_INPUTS, values: 1 };

/**
 * Checks a series, drops missing and masked rows, and sorts it by time. Several observations at one time all
 * count, as in Prophet.
 *
 * @param floor whether there must be a floor; if unset, there may be one.
 * @throws ForecastError `empty-data` without an observation, `invalid-data` for an infinite value or a column
 *   of the wrong length, `invalid-option` for an unknown column.
 */
export function readHistory(data: SeriesData, options: SeasonalTrendOptions, floor?: boolean): SeriesHistory {
  refuseUnknown(data, SERIES_DATA, ['data']);
  const known = keepObserved(data, copyValues(data.values));
  const points = readPoints(known, {
    cap: options.growth === 'logistic',
    floor,
    regressors: (options.regressors ?? []).map(({ name }) => name),
    conditions: (options.seasonalities ?? []).flatMap(({ condition }) => condition ?? []),
  });
  const rows = rowsInOrder(points.days, known.values, maskOf(options.mask ?? []));
  if (rows !== undefined && rows.length === 0) {
    throw new ForecastError('empty-data', 'The series has no observed value', { path: ['values'] });
  }
  const lastDay = toDays(data).reduce((last, day) => Math.max(last, day), -Infinity);
  if (rows === undefined) return { points, values: known.values, lastDay };
  const values = Float64Array.from(rows, (row) => known.values[row]);
  return { points: selectPoints(points, rows), values, lastDay };
}

/** Joins histories; new observations replace old ones at the same time. */
export function joinHistories(old: SeriesHistory, added: SeriesHistory): SeriesHistory {
  const replaced = new Set(added.points.days);
  const kept = [...old.points.days.keys()].filter((row) => !replaced.has(old.points.days[row]));
  const rows = [
    ...kept.map((row) => ({ from: old, row })),
    ...[...added.points.days.keys()].map((row) => ({ from: added, row })),
  ].sort((a, b) => a.from.points.days[a.row] - b.from.points.days[b.row]);
  const join = (pick: (history: SeriesHistory) => Float64Array | undefined) =>
    pick(old) && Float64Array.from(rows, ({ from, row }) => pick(from)?.[row] ?? 0);
  return {
    points: {
      days: Float64Array.from(rows, ({ from, row }) => from.points.days[row]),
      cap: join(({ points }) => points.cap),
      floor: join(({ points }) => points.floor),
      inputs: new Map(
        [...old.points.inputs.keys()].map((name) => [
          name,
          Float64Array.from(rows, ({ from, row }) => from.points.inputs.get(name)?.[row] ?? 0),
        ]),
      ),
    },
    values: Float64Array.from(rows, ({ from, row }) => from.values[row]),
    lastDay: Math.max(old.lastDay, added.lastDay),
  };
}

/** @throws ForecastError `too-short` without two observations at different times. */
export function checkSpan({ points: { days } }: SeriesHistory): void {
  if (days[days.length - 1] > days[0]) return;
  throw new ForecastError('too-short', 'A series needs observations at two different times', {
    path: ['values'],
  });
}

/** Indices of the rows to use, sorted by time; `undefined` if all rows are used in their order. */
function rowsInOrder(
  days: Float64Array,
  values: Float64Array,
  masked: ((day: number) => boolean) | undefined,
): number[] | undefined {
  let ascending = days.length > 0;
  for (let i = 1; i < days.length && ascending; i++) ascending = days[i] > days[i - 1];
  if (ascending && masked === undefined) return undefined;
  const rows = [...days.keys()].filter((row) => masked === undefined || !masked(days[row]));
  return rows.sort((a, b) => days[a] - days[b] || values[a] - values[b]);
}

function copyValues(values: ArrayLike<number | null>): Float64Array {
  const copy = new Float64Array(values.length);
  for (let i = 0; i < copy.length; i++) {
    const value: unknown = values[i] ?? Number.NaN;
    if (typeof value !== 'number') {
      throw new ForecastError('invalid-data', `The value in row ${i} is not a number`, {
        path: ['values', i],
        hint: 'A missing value is NaN or null.',
      });
    }
    copy[i] = value;
  }
  return copy;
}

/** Leaves out missing rows before anything else is checked: their other columns do not matter. */
function keepObserved(data: SeriesData, values: Float64Array): SeriesData & { values: Float64Array } {
  const times = data.days ?? data.dates ?? [];
  if (times.length !== values.length) {
    throw new ForecastError('invalid-data', `There are ${times.length} days for ${values.length} values`, {
      path: ['values'],
    });
  }
  const infinite = values.findIndex((value) => Math.abs(value) === Infinity);
  if (infinite >= 0) {
    throw new ForecastError('invalid-data', `The value in row ${infinite} is infinite`, {
      path: ['values', infinite],
    });
  }
  if (!values.some(Number.isNaN)) return { ...data, values };
  const pick = <T>(column: ArrayLike<T>) => Array.from(column).filter((_, row) => !Number.isNaN(values[row]));
  const pickAll = <T>(columns: Readonly<Record<string, ArrayLike<T>>> | undefined) =>
    columns && Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, pick(column)]));
  const pickBound = (bound: number | ArrayLike<number> | undefined) =>
    bound === undefined || typeof bound === 'number' ? bound : pick(bound);
  return {
    days: data.days && pick(data.days),
    dates: data.dates && pick(data.dates),
    cap: pickBound(data.cap),
    floor: pickBound(data.floor),
    regressors: pickAll(data.regressors),
    conditions: pickAll(data.conditions),
    values: values.filter((value) => !Number.isNaN(value)),
  };
}

function maskOf(ranges: readonly MaskedDays[]): ((day: number) => boolean) | undefined {
  if (ranges.length === 0) return undefined;
  const bounds = ranges.map(({ from, to }, i) => {
    const range = { from: toDay(from, ['mask', i, 'from']), to: toDay(to, ['mask', i, 'to']) };
    if (!(range.to >= range.from)) {
      throw new ForecastError('invalid-option', 'A masked range ends before it begins', {
        path: ['mask', i],
      });
    }
    return range;
  });
  // A range that ends on a day includes all of that day.
  return (day) => bounds.some(({ from, to }) => day >= from && day < Math.floor(to) + 1);
}
