import { ROLLING_WINDOW, SALES_LAGS } from './names.js';

/** Columns of the six features that are computed from past sales. */
export interface SalesFeatureColumns {
  readonly lag7: Float32Array;
  readonly lag30: Float32Array;
  readonly rollingMean: Float32Array;
  readonly rollingStd: Float32Array;
  readonly rollingMin: Float32Array;
  readonly rollingMax: Float32Array;
}

/**
 * Writes the sales features of one series into rows `firstRow ...` of the columns. `values` holds the sales of
 * the series from index `seriesStart`, day by day; features are made for the days at `from` to `to - 1`
 * (counted from `seriesStart`) and read only days before their own. Missing days (NaN) are left out of the
 * rolling features; a lag that is missing or before the series is NaN, as is the standard deviation (of a
 * sample, n - 1) of fewer than two values.
 *
 * The window is summed again for each day: 28 additions are cheap, a running sum loses precision, and the same
 * days give the same bits whether they are computed for training or one by one in a recursive forecast.
 */
export function fillSalesFeatures(
  values: Float64Array,
  seriesStart: number,
  from: number,
  to: number,
  columns: SalesFeatureColumns,
  firstRow: number,
): void {
  const [shortLag, longLag] = SALES_LAGS;
  let row = firstRow;
  for (let day = from; day < to; day++, row++) {
    const at = seriesStart + day;
    columns.lag7[row] = day >= shortLag ? values[at - shortLag] : Number.NaN;
    columns.lag30[row] = day >= longLag ? values[at - longLag] : Number.NaN;
    fillRolling(values, Math.max(seriesStart, at - ROLLING_WINDOW), at, columns, row);
  }
}

function fillRolling(
  values: Float64Array,
  begin: number,
  end: number,
  columns: SalesFeatureColumns,
  row: number,
): void {
  let count = 0;
  let sum = 0;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = begin; i < end; i++) {
    const value = values[i];
    if (Number.isNaN(value)) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  if (count === 0) {
    columns.rollingMean[row] = Number.NaN;
    columns.rollingStd[row] = Number.NaN;
    columns.rollingMin[row] = Number.NaN;
    columns.rollingMax[row] = Number.NaN;
    return;
  }
  const mean = sum / count;
  let squares = 0;
  for (let i = begin; i < end; i++) {
    const deviation = values[i] - mean;
    if (!Number.isNaN(deviation)) squares += deviation * deviation;
  }
  columns.rollingMean[row] = mean;
  columns.rollingStd[row] = count > 1 ? Math.sqrt(squares / (count - 1)) : Number.NaN;
  columns.rollingMin[row] = min;
  columns.rollingMax[row] = max;
}
