import type { Anchor } from './anchor.js';

/** The levels that targets can be divided by: plain, times the weekday, and with all that the structural model knows. */
export interface TargetBases {
  readonly level: Float64Array;
  readonly weekday: Float64Array;
  /** The forecast of the structural model, between a tenth of the level and six times it. */
  readonly structural: Float64Array;
}

export function targetBases(rows: number): TargetBases {
  return {
    level: new Float64Array(rows),
    weekday: new Float64Array(rows),
    structural: new Float64Array(rows),
  };
}

/** Writes the bases of the targets of an anchor, beginning at `row`. */
export function writeBases(anchor: Anchor, bases: TargetBases, row: number): void {
  const { level, categoryWeekday } = anchor;
  for (let i = 0; i < anchor.count; i++) {
    bases.level[row + i] = level;
    bases.weekday[row + i] = level * (usual(categoryWeekday[i]) ? categoryWeekday[i] : 1);
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
