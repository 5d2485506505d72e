import type { StepRange } from '../calendar/period.js';
import { type Progress, runAtOnce } from '../long-call.js';

/** Series between two turns of the event loop. */
const SERIES_PER_PIECE = 256;

/** Cells of a series-major column that are added up, and the groups that they are added to. */
export interface SumPlan {
  readonly seriesCount: number;
  /** Length of a series in the column. */
  readonly steps: number;
  /** Group of each series, -1 for none; by default every series is a group of its own. */
  readonly groupOf?: ArrayLike<number>;
  /** Number of groups; needed with `groupOf`. */
  readonly groupCount?: number;
  /** Ranges of steps that become one cell each; by default every step is a cell of its own. */
  readonly ranges?: readonly StepRange[];
}

export interface SumOptions {
  /** Column of the same shape whose missing cells are left out. Default: the column that is summed. */
  readonly observed?: ArrayLike<number>;
  /** Sum of no observed cell at all. Default NaN. */
  readonly nothing?: number;
}

/**
 * Sums over groups of series and ranges of steps, group-major. Missing values (NaN) are left out; a sum without any
 * observed value is missing too.
 */
export function observedSums(
  values: ArrayLike<number>,
  plan: SumPlan,
  options: SumOptions = {},
): Float64Array {
  return runAtOnce(observedSumsSteps(values, plan, options));
}

/** Sums like {@link observedSums}, in pieces. */
export function* observedSumsSteps(
  values: ArrayLike<number>,
  plan: SumPlan,
  { observed = values, nothing = Number.NaN }: SumOptions = {},
): Generator<Progress, Float64Array, void> {
  const { seriesCount, steps, groupOf, ranges } = plan;
  const groupCount = plan.groupCount ?? seriesCount;
  const cells = ranges?.length ?? steps;
  const sums = new Float64Array(groupCount * cells).fill(Number.NaN);
  for (let s = 0; s < seriesCount; s++) {
    if (s % SERIES_PER_PIECE === SERIES_PER_PIECE - 1) yield { phase: 'sum', done: s, total: seriesCount };
    const group = groupOf ? groupOf[s] : s;
    if (group < 0) continue;
    const from = s * steps;
    for (let cell = 0; cell < cells; cell++) {
      const last = from + (ranges ? ranges[cell].to : cell + 1);
      let sum = Number.NaN;
      for (let i = from + (ranges ? ranges[cell].from : cell); i < last; i++) {
        if (!Number.isNaN(observed[i])) sum = Number.isNaN(sum) ? values[i] : sum + values[i];
      }
      addObserved(sums, group * cells + cell, sum);
    }
  }
  if (!Number.isNaN(nothing)) {
    for (let i = 0; i < sums.length; i++) if (Number.isNaN(sums[i])) sums[i] = nothing;
  }
  return sums;
}

/** Adds a value to a sum that is NaN until something is added; a missing value changes nothing. */
export function addObserved(sums: Float64Array, at: number, value: number): void {
  if (!Number.isNaN(value)) sums[at] = Number.isNaN(sums[at]) ? value : sums[at] + value;
}
