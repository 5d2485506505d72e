import type { Schemas } from '../api/client.js';

export type PastDay = Schemas['PastForecasts']['days'][number];

/** Agreement of forecasts with what was sold. */
export interface PastAccuracy {
  /** Sum of the differences divided by the sales; undefined where nothing was sold. */
  readonly wape: number | undefined;
  readonly bias: number | undefined;
  /** Share of the days within the interval of the level. */
  readonly inside: number;
}

/** Compares what was expected of some days with what was sold; undefined without a day. */
export function pastAccuracy(days: readonly PastDay[], level: number): PastAccuracy | undefined {
  if (days.length === 0) return undefined;
  const sum = (value: (day: PastDay) => number) => days.reduce((total, day) => total + value(day), 0);
  const total = sum(({ sold }) => sold);
  return {
    wape: total > 0 ? sum(({ sold, expected }) => Math.abs(sold - expected)) / total : undefined,
    bias: total > 0 ? (sum(({ expected }) => expected) - total) / total : undefined,
    inside: sum((day) => (isInside(day, level) ? 1 : 0)) / days.length,
  };
}

/** True if what was sold lies within the interval of a level. */
export function isInside({ sold, expected, lower, upper }: PastDay, level: number): boolean {
  return sold >= (lower[level] ?? expected) && sold <= (upper[level] ?? expected);
}
