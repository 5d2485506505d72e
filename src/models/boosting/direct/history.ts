import type { StepGrid } from '../../step-grid.js';

/**
 * One series with prefix sums, so that the mean of any window takes constant time. Missing values are left out;
 * the mean of a window without an observed value is NaN. One object is reused for all series.
 */
export class History {
  /** First observed step; the length if there is none. */
  first = 0;
  private values: ArrayLike<number> = [];
  private readonly sum: Float64Array;
  private readonly square: Float64Array;
  private readonly count: Int32Array;
  private readonly zeros: Int32Array;
  private readonly weekSum: Float64Array;
  private readonly weekCount: Int32Array;
  /** Step of the last positive value before each step, -1 for none. */
  private readonly lastSale: Int32Array;
  private readonly week: number;

  constructor(
    readonly length: number,
    grid: StepGrid,
  ) {
    this.week = grid.week;
    this.sum = new Float64Array(length + 1);
    this.square = new Float64Array(length + 1);
    this.count = new Int32Array(length + 1);
    this.zeros = new Int32Array(length + 1);
    this.weekSum = new Float64Array(length + grid.week);
    this.weekCount = new Int32Array(length + grid.week);
    this.lastSale = new Int32Array(length + 1).fill(-1);
  }

  /** @param values one per step; NaN is missing. They are not copied. */
  load(values: ArrayLike<number>): this {
    const { sum, square, count, zeros, weekSum, weekCount, lastSale, week } = this;
    this.values = values;
    this.first = this.length;
    for (let i = 0; i < this.length; i++) {
      const seen = !Number.isNaN(values[i]);
      const units = seen ? values[i] : 0;
      if (seen && this.first === this.length) this.first = i;
      sum[i + 1] = sum[i] + units;
      square[i + 1] = square[i] + units * units;
      count[i + 1] = count[i] + (seen ? 1 : 0);
      zeros[i + 1] = zeros[i] + (seen && units === 0 ? 1 : 0);
      weekSum[i + week] = weekSum[i] + units;
      weekCount[i + week] = weekCount[i] + (seen ? 1 : 0);
      lastSale[i + 1] = units > 0 ? i : lastSale[i];
    }
    return this;
  }

  /** The value of a step; NaN where it is missing or lies outside. */
  at(step: number): number {
    return step >= 0 && step < this.length ? this.values[step] : Number.NaN;
  }

  /** Mean of the steps `from` to `to` (excluded), as far as they lie inside. */
  mean(from: number, to: number): number {
    const start = Math.max(0, from);
    const end = Math.min(this.length, to);
    if (end <= start) return Number.NaN;
    return (this.sum[end] - this.sum[start]) / (this.count[end] - this.count[start]);
  }

  /** Standard deviation over a window; NaN with fewer than two values. */
  deviation(from: number, to: number): number {
    const start = Math.max(0, from);
    const end = Math.min(this.length, to);
    const observed = end > start ? this.count[end] - this.count[start] : 0;
    if (observed < 2) return Number.NaN;
    const mean = (this.sum[end] - this.sum[start]) / observed;
    const variance = (this.square[end] - this.square[start]) / observed - mean * mean;
    return Math.sqrt(Math.max(0, variance));
  }

  /** Share of zeros among the observed values of a window. */
  zeroShare(from: number, to: number): number {
    const start = Math.max(0, from);
    const end = Math.min(this.length, to);
    if (end <= start) return Number.NaN;
    return (this.zeros[end] - this.zeros[start]) / (this.count[end] - this.count[start]);
  }

  /** Mean of a step and the same weekday of the weeks before it, `weeks` values in all. */
  sameWeekday(step: number, weeks: number): number {
    if (step < 0 || step >= this.length) return Number.NaN;
    const end = step + this.week;
    const begin = end - weeks * this.week;
    const start = begin >= 0 ? begin : end % this.week;
    return (this.weekSum[end] - this.weekSum[start]) / (this.weekCount[end] - this.weekCount[start]);
  }

  /** Step of the last positive value before `end`; -1 for none. */
  lastSaleBefore(end: number): number {
    return this.lastSale[end];
  }
}
