import { type StepGrid, spanSteps } from '../../step-grid.js';
import type { History } from './history.js';
import { reachSteps } from './sales-history.js';

/** Lengths of windows in steps. */
export interface Spans {
  readonly week: number;
  readonly year: number;
  /** 28 and 91 days. */
  readonly month: number;
  readonly quarter: number;
  /** Steps on either side of a day in the week around it. */
  readonly half: number;
  readonly reach: number;
}

export function spansOf(grid: StepGrid): Spans {
  return {
    week: grid.week,
    year: grid.year,
    month: spanSteps(grid, 28),
    quarter: spanSteps(grid, 91),
    half: (grid.week - 1) / 2,
    reach: reachSteps(grid),
  };
}

/** Mean sales before the anchor's end over a quarter, else over a year, else over all; 0 without sales. */
export function levelAt(history: History, end: number, spans: Spans): number {
  for (const span of [spans.quarter, spans.year, spans.reach]) {
    const mean = history.mean(end - span, end);
    if (mean > 0) return mean;
  }
  const deviation = history.deviation(end - spans.reach, end);
  return deviation > 0 ? deviation : 0;
}
