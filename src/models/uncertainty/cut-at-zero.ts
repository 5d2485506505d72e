import type { Interval } from '../contract.js';

/** Puts whatever lies below zero at zero. */
export function cutAtZero(mean: Float64Array, intervals: readonly Interval[]): void {
  for (const column of [mean, ...intervals.flatMap(({ lower, upper }) => [lower, upper])]) {
    for (let i = 0; i < column.length; i++) column[i] = Math.max(0, column[i]);
  }
}
