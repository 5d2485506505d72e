import type { StepGrid } from '../step-grid.js';

/**
 * Mean of the observed values up to `half` steps before and after each one, written to `out`; NaN where none is
 * observed.
 *
 * @param scratch of {@link scratchFor} as many steps
 */
export function centredMean(
  values: ArrayLike<number>,
  half: number,
  out: Float64Array,
  scratch: Scratch,
): void {
  const n = values.length;
  const { sums, counts } = scratch;
  sumUp(values, scratch);
  for (let i = 0; i < n; i++) {
    const from = i > half ? i - half : 0;
    const to = i + half + 1 < n ? i + half + 1 : n;
    const count = counts[to] - counts[from];
    out[i] = count > 0 ? (sums[to] - sums[from]) / count : Number.NaN;
  }
}

/** Writes the sum and the number of the observed values before each step, and of all. */
export function sumUp(values: ArrayLike<number>, { sums, counts }: Scratch, sizes?: Float64Array): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const size = Number.isNaN(value) ? 0 : (sizes?.[i] ?? 1);
    sums[i + 1] = sums[i] + (size && size * value);
    counts[i + 1] = counts[i] + size;
  }
}

/** Days before and after a step whose mean is its trend: half a year in all. */
const TREND_HALF_DAYS = 91;

/** Steps before and after a step whose mean is its trend. */
export function trendHalf({ stepDays }: StepGrid): number {
  return Math.round(TREND_HALF_DAYS / stepDays);
}

export interface Scratch {
  readonly sums: Float64Array;
  readonly counts: Float64Array;
}

export function scratchFor(steps: number): Scratch {
  return { sums: new Float64Array(steps + 1), counts: new Float64Array(steps + 1) };
}
