import { invalidOption } from '../../errors.js';
import type { Interval } from '../../models/contract.js';
import { normalQuantile } from '../../models/uncertainty/normal.js';
import { numberAt } from '../../present.js';
import { roundTo } from '../rounding.js';

/** Quantiles of many totals at the same probabilities, in little more than two bytes each. */
export interface QuantileGrid {
  /** Ascending, between 0 and 1. */
  readonly probabilities: readonly number[];
  /** Quantile of each total at the first and at the last probability. */
  readonly low: Float32Array;
  readonly high: Float32Array;
  /** Quantiles at the probabilities between them, total by total, as a part of the way from `low` to `high` in 65,535ths. */
  readonly between: Uint16Array;
}

/** Expected units of totals, with their quantiles. */
export interface GridTotals {
  readonly mean: Float64Array;
  readonly quantiles: QuantileGrid;
}

/** Reads a value of each total by its index. */
export type TotalReader = (index: number) => number;

const LOWER_HALF = [0.005, 0.025, 0.05, 0.1, 0.15, 0.25, 0.375];
const WHOLE = 65_535;
/** Difference up to which two probabilities are the same. */
const SAME = 1e-9;
/** Decimal places of probabilities in messages. */
const MESSAGE_DIGITS = 6;

/** The 15 probabilities that a snapshot keeps, and those of the interval of the given level if they lie outside. */
export function gridProbabilities(intervalLevel: number): number[] {
  const tail = (1 - intervalLevel) / 2;
  const lower = tail < numberAt(LOWER_HALF, 0) - SAME ? [tail, ...LOWER_HALF] : LOWER_HALF;
  return [...lower, 0.5, ...lower.map((probability) => 1 - probability).reverse()];
}

/**
 * Packs quantiles.
 *
 * @param columns one for each probability, non-decreasing from column to column
 * @param count number of totals
 * @param placeOf place of a total in the columns
 */
export function packQuantiles(
  probabilities: readonly number[],
  columns: readonly Float64Array[],
  count: number,
  placeOf: (index: number) => number = (index) => index,
): QuantileGrid {
  const inner = probabilities.length - 2;
  const low = new Float32Array(count);
  const high = new Float32Array(count);
  const between = new Uint16Array(count * inner);
  const value = (p: number, i: number) => numberAt(columns[p] ?? [], placeOf(i));
  for (let i = 0; i < count; i++) {
    const least = (low[i] = value(0, i));
    const range = (high[i] = value(inner + 1, i)) - least;
    for (let p = 0; p < inner; p++) {
      between[i * inner + p] = range > 0 ? Math.round((WHOLE * (value(p + 1, i) - least)) / range) : 0;
    }
  }
  return { probabilities, low, high, between };
}

/**
 * The quantile of each total at a probability. Between the stored ones it is interpolated on the scale of the normal
 * quantile, which is exact for a normal law; it never crosses another one.
 *
 * @throws ForecastError `invalid-option` for a probability beyond the stored ones.
 */
export function quantileReader(grid: QuantileGrid, probability: number, option: string): TotalReader {
  const { probabilities, low, high, between } = grid;
  const last = probabilities.length - 1;
  const [first, end] = [numberAt(probabilities, 0), numberAt(probabilities, last)];
  if (!(probability > first - SAME && probability < end + SAME)) {
    invalidOption(
      option,
      `The snapshot has quantiles from ${first} to ${end} (levels up to ${roundTo(end - first, MESSAGE_DIGITS)}), not ${roundTo(probability, MESSAGE_DIGITS)}`,
    );
  }
  const found = probabilities.findIndex((known) => known >= probability - SAME);
  const above = found < 0 ? last : found;
  const stored = (p: number): TotalReader => {
    if (p === 0) return (i) => numberAt(low, i);
    if (p === last) return (i) => numberAt(high, i);
    return (i) => {
      const least = numberAt(low, i);
      return least + ((numberAt(high, i) - least) * numberAt(between, i * (last - 1) + p - 1)) / WHOLE;
    };
  };
  const upper = stored(above);
  if (above === 0 || Math.abs(numberAt(probabilities, above) - probability) <= SAME) return upper;
  const lower = stored(above - 1);
  const from = normalQuantile(numberAt(probabilities, above - 1));
  const share =
    (normalQuantile(probability) - from) / (normalQuantile(numberAt(probabilities, above)) - from);
  return (i) => {
    const below = lower(i);
    return below + share * (upper(i) - below);
  };
}

/** Bounds of the central interval of each total; where a skew law has its mean outside, they reach up to it. */
export function intervalReader(
  { mean, quantiles }: GridTotals,
  level: number,
): { readonly lower: TotalReader; readonly upper: TotalReader } {
  if (typeof level !== 'number' || !(level > 0 && level < 1)) {
    invalidOption('intervalLevel', `An interval level lies between 0 and 1, not ${level}`);
  }
  const below = quantileReader(quantiles, (1 - level) / 2, 'intervalLevel');
  const above = quantileReader(quantiles, (1 + level) / 2, 'intervalLevel');
  return {
    lower: (i) => Math.min(below(i), numberAt(mean, i)),
    upper: (i) => Math.max(above(i), numberAt(mean, i)),
  };
}

/**
 * Bounds of the central intervals of totals of a snapshot, in columns like those of their means.
 *
 * ```ts
 * import { type ForecastSnapshot, snapshotInterval } from 'commerce-forecast';
 *
 * const daysOfCategories = (snapshot: ForecastSnapshot) => snapshotInterval(snapshot.categoryDays, 0.95);
 * ```
 *
 * @throws ForecastError `invalid-option` for a level beyond the quantiles that the snapshot has.
 */
export function snapshotInterval(totals: GridTotals, level: number): Interval {
  const { lower, upper } = intervalReader(totals, level);
  const column = (read: TotalReader) => Float64Array.from(totals.mean, (_, i) => read(i));
  return { level, lower: column(lower), upper: column(upper) };
}
