import { DAYS_OF_52_WEEKS, WEEK_DAYS } from '../calendar/weeks.js';

/** Seasons of a panel in its own steps, which are days or whole weeks. */
export interface StepGrid {
  /** Days that a step stands for: 1 or 7. */
  readonly stepDays: number;
  /** Steps of a week: 7, or 1 where every step is a week. */
  readonly week: number;
  /** Steps of a year of whole weeks: 364, or 52. */
  readonly year: number;
}

/** The grid of a panel of days or of whole weeks. */
export function stepGrid(stepDays: number): StepGrid {
  return { stepDays, week: WEEK_DAYS / stepDays, year: DAYS_OF_52_WEEKS / stepDays };
}

/** Length of a span in steps, at least one. */
export function spanSteps(grid: StepGrid, days: number): number {
  return Math.max(1, Math.round(days / grid.stepDays));
}
