import type { StepGrid } from '../../step-grid.js';
import type { ExtraColumns, PastColumn } from './extra-columns.js';

/** Input of extra features; see `Anchor`. */
export interface ExtraAnchor {
  readonly seriesIndex: number;
  /** Number of known steps. */
  readonly end: number;
  /** Number of targets, and the last known step of the weekday of each. */
  readonly count: number;
  readonly same: Int32Array;
}

/**
 * Features of one past-only column: last value, mean of the last week, the ratio of that to the last four
 * weeks, and last value of the same weekday.
 */
const PER_COLUMN = ['last', 'week', 'change', 'weekday'] as const;

/** The features of past-only columns and attributes, after those of `features.ts`. */
export class ExtraFeatures {
  readonly names: readonly string[];
  /** Indices into {@link names} of the categorical features. */
  readonly categorical: readonly number[];
  readonly #week: number;

  constructor(
    readonly columns: ExtraColumns,
    grid: StepGrid,
  ) {
    const { pastOnly, attributes } = columns;
    this.#week = grid.week;
    this.names = [
      ...pastOnly.flatMap(({ name }) => PER_COLUMN.map((feature) => `past_${name}_${feature}`)),
      ...attributes.map(({ name }) => `attribute_${name}`),
    ];
    this.categorical = attributes.map((_, i) => pastOnly.length * PER_COLUMN.length + i);
  }

  /** Writes the features of the targets of an anchor into the columns from `first` on, the first of them at `row`. */
  write(anchor: ExtraAnchor, columns: readonly Float32Array[], first: number, row: number): void {
    const { pastOnly, attributes } = this.columns;
    const { end, seriesIndex, count, same } = anchor;
    let at = first;
    for (const column of pastOnly) {
      const week = meanBefore(column, seriesIndex, end, this.#week);
      const month = meanBefore(column, seriesIndex, end, 4 * this.#week);
      const shared = [
        lastBefore(column, seriesIndex, end, this.#week),
        week,
        month === 0 ? Number.NaN : week / month,
      ];
      for (const value of shared) columns[at++].fill(value, row, row + count);
      for (let i = 0; i < count; i++) columns[at][row + i] = valueAt(column, seriesIndex, same[i]);
      at++;
    }
    for (const attribute of attributes) {
      const value = attribute.valueOf[seriesIndex];
      columns[at++].fill(value < 0 ? Number.NaN : value, row, row + count);
    }
  }
}

function valueAt({ rowOf, rows, rowLength, firstStep }: PastColumn, series: number, step: number): number {
  const i = step - firstStep;
  return rowOf[series] >= 0 && i >= 0 && i < rowLength ? rows[rowOf[series] * rowLength + i] : Number.NaN;
}

/** Mean of the observed values of the last `span` steps before `end`; NaN without any. */
function meanBefore(column: PastColumn, series: number, end: number, span: number): number {
  let sum = 0;
  let count = 0;
  for (let step = end - span; step < end; step++) {
    const value = valueAt(column, series, step);
    if (Number.isNaN(value)) continue;
    sum += value;
    count++;
  }
  return sum / count;
}

function lastBefore(column: PastColumn, series: number, end: number, span: number): number {
  for (let step = end - 1; step >= end - span; step--) {
    const value = valueAt(column, series, step);
    if (!Number.isNaN(value)) return value;
  }
  return Number.NaN;
}
