import type { Day } from '../../../calendar/day.js';
import type { Panel } from '../../../panel/panel.js';

/** Seasons of a panel in its own steps, which are days or whole weeks. */
export interface StepGrid {
  /** Days that a step stands for: 1 or 7. */
  readonly stepDays: number;
  /** Steps of a week: 7, or 1 where every step is a week. */
  readonly week: number;
  /** Steps of a year of whole weeks: 364, or 52. */
  readonly year: number;
}

/** What features are made from: the sales of all series up to a cutoff. */
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

const WEEK_DAYS = 7;
const YEAR_DAYS = 364;

/** No feature looks back further than this many days, three years and a month. */
const REACH_DAYS = 1120;

/** With more categories than this the whole panel stands in for each of them. */
export const MOST_CATEGORIES = 500;

export function stepGrid(stepDays: number): StepGrid {
  return { stepDays, week: WEEK_DAYS / stepDays, year: YEAR_DAYS / stepDays };
}

/** Length of a span in steps, at least one. */
export function spanSteps(grid: StepGrid, days: number): number {
  return Math.max(1, Math.round(days / grid.stepDays));
}

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

/** The last steps of a history, as far back as any feature looks, in single precision. */
export function tailOf(history: SalesHistory): SalesHistory {
  const { steps, seriesCount, units, grid } = history;
  const kept = Math.min(steps, reachSteps(grid));
  const tail = new Float32Array(seriesCount * kept);
  for (let s = 0; s < seriesCount; s++) {
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
