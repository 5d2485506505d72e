import { ForecastError } from '../errors.js';
import { type Progress, runAtOnce } from '../long-call.js';
import { present } from '../present.js';
import type { Panel } from './panel.js';

type Column = Float64Array | Float32Array | Uint8Array;

/** The daily columns of a panel, of which all but the first may be missing. */
const COLUMNS = ['units', 'revenue', 'price', 'promo', 'inStock', 'open', 'soldUnits'] as const;
type Columns = Pick<Panel, (typeof COLUMNS)[number]>;

/**
 * The days `fromIndex` to `toIndex` (excluded) of a panel, as a copy. Every series is kept, so that its index stays
 * the same: one that starts only after the slice has missing values throughout and `firstDay` equal to the number of
 * days.
 *
 * ```ts
 * import { type Panel, sliceDays } from 'commerce-forecast';
 *
 * const withoutLastWeek = (panel: Panel): Panel => sliceDays(panel, 0, panel.days - 7);
 * ```
 *
 * @throws ForecastError `invalid-option` unless `0 <= fromIndex < toIndex <= panel.days`.
 */
export function sliceDays(panel: Panel, fromIndex: number, toIndex: number): Panel {
  return runAtOnce(sliceDaysSteps(panel, fromIndex, toIndex));
}

/** Series between two reports of progress. */
const SERIES_PER_STEP = 256;

/** The same as {@link sliceDays}, as a generator that reports progress between pieces of work. */
export function* sliceDaysSteps(
  panel: Panel,
  fromIndex: number,
  toIndex: number,
): Generator<Progress, Panel, void> {
  const valid = Number.isInteger(fromIndex) && Number.isInteger(toIndex);
  if (!valid || fromIndex < 0 || toIndex <= fromIndex || toIndex > panel.days) {
    throw new ForecastError(
      'invalid-option',
      `Cannot take the days ${fromIndex} to ${toIndex} of a panel of ${panel.days} days`,
      { path: [fromIndex >= 0 && fromIndex < panel.days ? 'toIndex' : 'fromIndex'] },
    );
  }
  const days = toIndex - fromIndex;
  const columns = mapColumns(panel, (column) => emptyLike(column, panel.seriesCount * days));
  for (const [name, out] of Object.entries(columns)) {
    const column = present(panel[name as keyof typeof columns], 'column');
    for (let s = 0; s < panel.seriesCount; s++) {
      if (s % SERIES_PER_STEP === 0) yield { phase: 'slice days', done: s, total: panel.seriesCount };
      out.set(column.subarray(s * panel.days + fromIndex, s * panel.days + toIndex), s * days);
    }
  }
  return {
    ...panel,
    ...columns,
    startDay: panel.startDay + fromIndex,
    days,
    firstDay: panel.firstDay.map((index) => Math.min(days, Math.max(0, index - fromIndex))),
  };
}

/**
 * A panel of the given series only, in the given order, as a copy. The list of categories stays the same.
 *
 * @throws ForecastError `invalid-option` if an index is not a series of the panel.
 */
export function selectSeries(panel: Panel, indices: ArrayLike<number>): Panel {
  const { days, seriesCount } = panel;
  const chosen = Array.from(indices);
  chosen.forEach((series, position) => {
    if (!Number.isInteger(series) || series < 0 || series >= seriesCount) {
      throw new ForecastError('invalid-option', `There is no series ${series} among ${seriesCount}`, {
        path: ['indices', position],
      });
    }
  });
  const pick = <T extends Column>(column: T): T => {
    const out = emptyLike(column, chosen.length * days);
    chosen.forEach((series, position) => {
      out.set(column.subarray(series * days, (series + 1) * days), position * days);
    });
    return out;
  };
  return {
    ...panel,
    ...mapColumns(panel, pick),
    seriesCount: chosen.length,
    ids: chosen.map((series) => panel.ids[series]),
    categoryOf: Int32Array.from(chosen, (series) => panel.categoryOf[series]),
    firstDay: Int32Array.from(chosen, (series) => panel.firstDay[series]),
    ...(panel.attributes && {
      attributes: panel.attributes.map((attribute) => ({
        ...attribute,
        valueOf: Int32Array.from(chosen, (series) => attribute.valueOf[series]),
      })),
    }),
  };
}

/** Applies a change of shape to every daily column that the panel has. */
function mapColumns(panel: Panel, change: <T extends Column>(column: T) => T): Columns {
  const changed: Partial<Record<(typeof COLUMNS)[number], Column>> = {};
  for (const name of COLUMNS) {
    const column: Column | undefined = panel[name];
    if (column) changed[name] = change(column);
  }
  return changed as Columns;
}

function emptyLike<T extends Column>(column: T, length: number): T {
  return new (column.constructor as new (length: number) => T)(length);
}
