import type { Day } from '../../../calendar/day.js';
import type { Progress } from '../../../long-call.js';
import type { Panel } from '../../../panel/panel.js';
import type { StepGrid } from '../../step-grid.js';

/** Sales of all series up to a cutoff, from which features are made. */
export interface SalesHistory {
  readonly grid: StepGrid;
  /** Day of step 0; of a week, the day that dates it. */
  readonly startDay: Day;
  readonly steps: number;
  readonly seriesCount: number;
  readonly categoryCount: number;
  readonly categoryOf: Int32Array;
  /** Series-major, NaN where missing. */
  readonly units: Float64Array | Float32Array;
}

/** Longest look-back of any feature: three years and a month. */
const REACH_DAYS = 1120;

/** Number of categories above which the whole panel is used in place of each. */
export const MOST_CATEGORIES = 500;

/** Steps before the cutoff that features are made from. */
export function reachSteps(grid: StepGrid): number {
  return REACH_DAYS / grid.stepDays;
}

/** A panel as the history that features are made from. */
export function salesHistory(panel: Panel, grid: StepGrid): SalesHistory {
  const apart = panel.categories.length <= MOST_CATEGORIES;
  const { units, seriesCount, days } = panel;
  return {
    grid,
    startDay: panel.startDay,
    steps: days,
    seriesCount,
    categoryCount: apart ? panel.categories.length : 1,
    categoryOf: apart ? panel.categoryOf : new Int32Array(seriesCount),
    units,
  };
}

/** The last steps of a history, as far back as any feature reaches, in single precision. */
export function* tailOf(history: SalesHistory): Generator<Progress, SalesHistory, void> {
  const { steps, seriesCount, units, grid } = history;
  const kept = Math.min(steps, reachSteps(grid));
  if (kept === steps && units instanceof Float32Array) return history;
  const tail = new Float32Array(seriesCount * kept);
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'pooling', done: s, total: seriesCount };
    tail.set(units.subarray((s + 1) * steps - kept, (s + 1) * steps), s * kept);
  }
  return {
    ...history,
    startDay: history.startDay + (steps - kept) * grid.stepDays,
    steps: kept,
    categoryOf: history.categoryOf.slice(),
    units: tail,
  };
}
