import { type Day, FIRST_DAY, formatDay, LAST_DAY } from '../../../calendar/day.js';
import type { EventScope } from '../../../calendar/events.js';
import type { CheckedJson } from '../../../checked-json.js';
import { type ErrorPath, ForecastError } from '../../../errors.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import { SeriesTargets, type TargetedPanel } from '../../../panel/series-targets.js';
import { readArray } from '../../model-json.js';
import { encodeArray } from '../../typed-array-json.js';
import { toDay } from '../series/time-points.js';

/** A quantity of the series of a panel, such as a capacity or a regressor: the same on all days, or a value for each. */
export interface PanelValues {
  /** Series that it applies to: those that match all the given columns. Default all; of several, the narrowest counts. */
  readonly scope?: EventScope;
  /** One number for all days, or one for each day from `startDay` on: of the history and of all days to be forecast. */
  readonly values: number | readonly number[];
  /** Day of the first value of a list. */
  readonly startDay?: Day | string;
}

const PANEL_VALUES: OptionTable<PanelValues> = {
  scope: { productId: 1, category: 1, location: 1 },
  values: 1,
  startDay: 1,
};

/** The columns of a quantity and which of them each series has. Plain data. */
export interface SeriesValues {
  readonly columns: readonly ValueColumn[];
  /** Column of each series, -1 for none. */
  readonly columnOf: Int32Array;
}

/** A constant, or values by day. */
export interface ValueColumn {
  /** Day of the first value; undefined for a constant, which is the only value. */
  readonly startDay?: Day;
  readonly values: readonly number[];
}

/** @throws ForecastError `invalid-option` unless each of the quantities is a number, or a list with its first day. */
export function checkPanelValues(path: ErrorPath, given: readonly PanelValues[]): void {
  given.forEach((one, i) => {
    refuseUnknown(one, PANEL_VALUES, [...path, i]);
    const { values, startDay } = one;
    const wrong = (what: string): never => {
      throw new ForecastError('invalid-option', `${path.join('.')} ${what}`, {
        path: [...path, i, 'values'],
      });
    };
    if (typeof values === 'number') {
      if (!Number.isFinite(values)) wrong('is not a finite number');
      return;
    }
    if (!Array.isArray(values) || values.length === 0) wrong('is neither a number nor a list of them');
    if (!values.every(Number.isFinite)) wrong('has a value that is not a finite number');
    if (!Number.isInteger(toDay(startDay ?? Number.NaN, [...path, i, 'startDay']))) {
      wrong('needs a whole startDay');
    }
  });
}

/** Finds the column of each series. */
export function seriesValues(panel: TargetedPanel, given: readonly PanelValues[]): SeriesValues {
  const detail = ({ scope = {} }: PanelValues) =>
    Object.values(scope).filter((value) => value !== undefined).length;
  const targets = new SeriesTargets(panel);
  const columnOf = new Int32Array(panel.seriesCount).fill(-1);
  const inOrder = [...given.keys()].sort((a, b) => detail(given[a]) - detail(given[b]));
  for (const column of inOrder) {
    for (const series of targets.seriesOf(given[column].scope ?? {})) columnOf[series] = column;
  }
  const columns = given.map(({ values, startDay }) =>
    typeof values === 'number' ? { values: [values] } : { startDay: toDay(startDay ?? 0, []), values },
  );
  return { columns, columnOf };
}

/** The value on a day; NaN where there is none. */
export function valueOn({ startDay, values }: ValueColumn, day: Day): number {
  return (startDay === undefined ? values[0] : values[day - startDay]) ?? Number.NaN;
}

/** The error for a day without a value of a quantity that is needed there. */
export function missingValue(name: string, day: Day): ForecastError {
  return new ForecastError('invalid-data', `${name} has no value on ${formatDay(day)}`, {
    path: [name, formatDay(day)],
    hint: 'Give values for all days of the history and for the days to come.',
  });
}

/** Capacity and floor on a day. @throws ForecastError `invalid-data` unless both are known and the cap is above the floor. */
export function boundsOn(
  cap: ValueColumn,
  floor: ValueColumn | undefined,
  day: Day,
): { readonly cap: number; readonly floor: number } {
  const bounds = { cap: valueOn(cap, day), floor: floor ? valueOn(floor, day) : 0 };
  if (Number.isNaN(bounds.cap)) throw missingValue('cap', day);
  if (Number.isNaN(bounds.floor)) throw missingValue('floor', day);
  if (bounds.cap > bounds.floor) return bounds;
  throw new ForecastError('invalid-data', `The cap ${bounds.cap} is not above the floor ${bounds.floor}`, {
    path: ['cap', formatDay(day)],
  });
}

/** Joins the columns of consecutive parts of one panel, all with the same quantities. */
export function joinSeriesValues(parts: readonly SeriesValues[]): SeriesValues {
  return {
    columns: parts[0].columns,
    columnOf: Int32Array.from(parts.flatMap(({ columnOf }) => [...columnOf])),
  };
}

export function seriesValuesToJson({ columns, columnOf }: SeriesValues) {
  return { columns, columnOf: encodeArray(columnOf) };
}

/** The inverse of {@link seriesValuesToJson}. */
export function readSeriesValues(json: CheckedJson, seriesCount: number): SeriesValues {
  const columns = json.objects('columns').map((column) => {
    const values = column.numbers('values');
    if (values.length === 0) column.fail('values');
    if (column.has('startDay')) return { startDay: column.integer('startDay', FIRST_DAY, LAST_DAY), values };
    return values.length === 1 ? { values } : column.fail('startDay');
  });
  const columnOf = readArray(json, 'columnOf', 'int32', seriesCount, { least: -1, most: columns.length - 1 });
  return { columns, columnOf };
}
