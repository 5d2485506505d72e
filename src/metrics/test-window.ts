import type { Day } from '../calendar/day.js';
import type { StepRange } from '../calendar/period.js';
import { observedSums, type SumPlan } from '../panel/observed-sums.js';

/**
 * Forecasts and actuals of a test window, series-major: step `h` of series `s` at `s * horizon + h` of both
 * columns.
 */
export interface TestWindow {
  /** Last day of training. */
  readonly cutoff: Day;
  readonly horizon: number;
  readonly seriesCount: number;
  /** NaN where nothing was observed. */
  readonly actual: Float64Array;
  readonly forecast: Float64Array;
}

/**
 * Sums a window over groups of series, day by day. A day of a series that was not observed is left out of both
 * sums; a day without any observed member is NaN.
 *
 * @param groupOf - Group of each series, -1 for none.
 */
export function groupWindow(window: TestWindow, groupOf: ArrayLike<number>, groupCount: number): TestWindow {
  const { cutoff, horizon, seriesCount } = window;
  const columns = summed(window, { seriesCount, steps: horizon, groupOf, groupCount });
  return { cutoff, horizon, seriesCount: groupCount, ...columns };
}

/** Sums each range of steps of a window to one step: weeks, months, or the whole horizon. */
export function sumSteps(window: TestWindow, ranges: readonly StepRange[]): TestWindow {
  const { cutoff, horizon, seriesCount } = window;
  const columns = summed(window, { seriesCount, steps: horizon, ranges });
  return { cutoff, horizon: ranges.length, seriesCount, ...columns };
}

/** The whole weeks (or other spans) of a horizon, one after the other. */
export function wholeSpans(horizon: number, length: number): StepRange[] {
  return Array.from({ length: Math.floor(horizon / length) }, (_, i) => ({
    from: i * length,
    to: (i + 1) * length,
  }));
}

/** Forecasts are left out where nothing was observed; a sum of none is 0. */
function summed({ actual, forecast }: TestWindow, plan: SumPlan) {
  return {
    actual: observedSums(actual, plan),
    forecast: observedSums(forecast, plan, { observed: actual, nothing: 0 }),
  };
}
