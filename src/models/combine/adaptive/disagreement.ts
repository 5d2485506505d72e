import { square } from '../../../math/index.js';
import type { StepRange } from '../../contract.js';
import type { TotalsPlan } from '../../uncertainty/index.js';

/** The groups and ranges of sums. */
export type Sums = Pick<TotalsPlan, 'ranges' | 'groupOf' | 'groupCount'>;

/**
 * Adds the variance that a member of an ensemble contributes by its deviations from the average. They are fully
 * correlated over the series of a group, or independent where those of some series would otherwise hide those of
 * others.
 *
 * @param deviations of the member's sums from the average's, series-major, one for each range
 * @param weightOf weight of the member for a series
 * @param variance group-major, one for each range
 */
export function addDisagreement(
  deviations: Float64Array,
  weightOf: (series: number) => number,
  { ranges, groupOf, groupCount }: Sums,
  variance: Float64Array,
): void {
  const apart = new Float64Array(groupCount * ranges.length);
  const alone = new Float64Array(apart.length);
  for (let s = 0; s < groupOf.length; s++) {
    if (groupOf[s] < 0) continue;
    const share = Math.sqrt(weightOf(s));
    for (let r = 0; r < ranges.length; r++) {
      const deviation = share * deviations[s * ranges.length + r];
      apart[groupOf[s] * ranges.length + r] += deviation;
      alone[groupOf[s] * ranges.length + r] += square(deviation);
    }
  }
  for (let at = 0; at < apart.length; at++) variance[at] += Math.max(square(apart[at]), alone[at]);
}

/** Running sums of daily means at the ends of blocks of days, from which sums over any range are interpolated. */
export class BlockSums {
  readonly #ends: Float64Array;
  readonly #blocks: number;

  /** @param mean series-major, `horizon` steps of each series */
  constructor(
    mean: Float64Array,
    private readonly horizon: number,
    private readonly blockSteps: number,
  ) {
    const seriesCount = mean.length / horizon;
    this.#blocks = Math.ceil(horizon / blockSteps) + 1;
    this.#ends = new Float64Array(seriesCount * this.#blocks);
    for (let s = 0; s < seriesCount; s++) {
      let sum = 0;
      for (let h = 0; h < horizon; h++) {
        sum += mean[s * horizon + h];
        this.#ends[s * this.#blocks + 1 + Math.floor(h / blockSteps)] = sum;
      }
    }
  }

  /** Leaves the deviations from other sums of the same blocks. */
  subtract(other: BlockSums): void {
    for (let i = 0; i < this.#ends.length; i++) this.#ends[i] -= other.#ends[i];
  }

  /** Sum of a series over a range. */
  over(series: number, { from, to }: StepRange): number {
    return this.#until(series, to) - this.#until(series, from);
  }

  #until(series: number, step: number): number {
    const block = Math.min(Math.floor(step / this.blockSteps), this.#blocks - 2);
    const first = block * this.blockSteps;
    const length = Math.min(this.blockSteps, this.horizon - first);
    const at = series * this.#blocks + block;
    return this.#ends[at] + ((this.#ends[at + 1] - this.#ends[at]) * (step - first)) / length;
  }
}
