import { reachSteps, type StepGrid, spanSteps } from './grid.js';
import type { History } from './history.js';

/** Lengths of windows in steps. */
export interface Spans {
  readonly week: number;
  readonly year: number;
  /** 28 and 91 days. */
  readonly month: number;
  readonly quarter: number;
  /** Steps on either side that make up a week with the day in their middle. */
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

/** The levels that a target can be divided by: plain, times the weekday, and times the season as well. */
export interface TargetBases {
  readonly level: number;
  readonly weekday: number;
  readonly season: number;
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

interface TargetPlace {
  readonly series: History;
  readonly category: History;
  readonly level: number;
  readonly end: number;
  readonly target: number;
  /** Steps of the whole years from the target back to before the anchor's end. */
  readonly back: number;
  /** Sales of the category on the target's weekday over its mean. */
  readonly categoryWeekday: number;
}

/** Ratios outside of these are taken for noise, and for 1. */
const LEAST = 0.1;
const MOST = 10;

/**
 * The season of a target is how high sales stood around its date one and two years before, over the quarter before the
 * anchor's date then; the series' own ratio, drawn towards that of the category as by one usual day of sales.
 */
export function seasonalBases(place: TargetPlace, spans: Spans): TargetBases {
  const { series, category, level, end, target, back } = place;
  const weekday = level * (usual(place.categoryWeekday) ? place.categoryWeekday : 1);
  let sum = 0;
  let count = 0;
  for (const years of [back, back + spans.year]) {
    const from = target - years - spans.half;
    const to = Math.min(end, target - years + spans.half + 1);
    const start = end - years - spans.quarter;
    const ofCategory = category.mean(from, to) / category.mean(start, end - years);
    const prior = ofCategory > 0 ? ofCategory : 1;
    const ratio = (series.mean(from, to) + level * prior) / (series.mean(start, end - years) + level);
    if (!usual(ratio)) continue;
    sum += ratio;
    count++;
  }
  return { level, weekday, season: count > 0 ? (weekday * sum) / count : weekday };
}

function usual(ratio: number): boolean {
  return ratio > LEAST && ratio < MOST;
}
