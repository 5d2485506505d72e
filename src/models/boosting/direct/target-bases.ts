import type { Anchor } from './anchor.js';

/** The levels that targets can be divided by: plain, times the weekday, and times the season as well. */
export interface TargetBases {
  readonly level: Float64Array;
  readonly weekday: Float64Array;
  readonly season: Float64Array;
  /** The forecast of the structural model, between a tenth of the level and six times it. */
  readonly structural: Float64Array;
}

export function targetBases(rows: number): TargetBases {
  return {
    level: new Float64Array(rows),
    weekday: new Float64Array(rows),
    season: new Float64Array(rows),
    structural: new Float64Array(rows),
  };
}

/** Writes the bases of the targets of an anchor, beginning at `row`. */
export function writeBases(anchor: Anchor, bases: TargetBases, row: number): void {
  const { level, categoryWeekday } = anchor;
  for (let i = 0; i < anchor.count; i++) {
    const weekday = level * (usual(categoryWeekday[i]) ? categoryWeekday[i] : 1);
    bases.level[row + i] = level;
    bases.weekday[row + i] = weekday;
    bases.season[row + i] = inSeason(anchor, i, weekday);
    bases.structural[row + i] = structural(anchor, i);
  }
}

const LEAST_STRUCTURAL = 0.1;
const MOST_STRUCTURAL = 6;

function structural({ level, outlook }: Anchor, i: number): number {
  const { usual, factor } = outlook[i];
  const forecast = usual * factor;
  if (!(forecast >= LEAST_STRUCTURAL * level)) return LEAST_STRUCTURAL * level;
  return Math.min(forecast, MOST_STRUCTURAL * level);
}

/** Bounds outside of which ratios count as noise and are replaced by 1. */
const LEAST = 0.1;
const MOST = 10;

function usual(ratio: number): boolean {
  return ratio > LEAST && ratio < MOST;
}

/**
 * Season of a target: sales around its date one and two years before, over the quarter before the anchor's date
 * in the same year; the ratio of the series is shrunk to that of the category with the strength of one usual
 * day of sales.
 */
function inSeason(anchor: Anchor, i: number, weekday: number): number {
  const { series, category, level, end, spans } = anchor;
  const back = anchor.back[i];
  let sum = 0;
  let count = 0;
  for (let years = back; years <= back + spans.year; years += spans.year) {
    const from = end - years - spans.quarter;
    const to = end - years;
    const ofCategory = anchor.around(category, i, years, spans.half) / category.mean(from, to);
    const prior = ofCategory > 0 ? ofCategory : 1;
    const ratio =
      (anchor.around(series, i, years, spans.half) + level * prior) / (series.mean(from, to) + level);
    if (!usual(ratio)) continue;
    sum += ratio;
    count++;
  }
  return count > 0 ? (weekday * sum) / count : weekday;
}
