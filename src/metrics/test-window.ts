import type { Day } from '../calendar/day.js';
import type { StepRange } from '../calendar/period.js';

/** Forecasts beside what happened, series-major: step `h` of series `s` at `s * horizon + h` of both columns. */
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
 * The same window for groups of series: each group is the sum of its members, day by day. A day of a series that was
 * not observed is left out of both sums; a day without any observed member is NaN.
 *
 * @param groupOf - Group of each series, -1 for none.
 */
export function groupWindow(window: TestWindow, groupOf: ArrayLike<number>, groupCount: number): TestWindow {
  const { horizon, seriesCount } = window;
  const actual = new Float64Array(groupCount * horizon).fill(Number.NaN);
  const forecast = new Float64Array(groupCount * horizon);
  for (let s = 0; s < seriesCount; s++) {
    const group = groupOf[s];
    if (group < 0) continue;
    for (let h = 0; h < horizon; h++) add(window, s * horizon + h, actual, forecast, group * horizon + h);
  }
  return { cutoff: window.cutoff, horizon, seriesCount: groupCount, actual, forecast };
}

/** The same window with each range of steps added up to one step: weeks, months, or the whole horizon. */
export function sumSteps(window: TestWindow, ranges: readonly StepRange[]): TestWindow {
  const { horizon, seriesCount } = window;
  const count = ranges.length;
  const actual = new Float64Array(seriesCount * count).fill(Number.NaN);
  const forecast = new Float64Array(seriesCount * count);
  for (let s = 0; s < seriesCount; s++) {
    for (let r = 0; r < count; r++) {
      for (let h = ranges[r].from; h < ranges[r].to; h++) {
        add(window, s * horizon + h, actual, forecast, s * count + r);
      }
    }
  }
  return { cutoff: window.cutoff, horizon: count, seriesCount, actual, forecast };
}

/** The whole weeks (or other spans) of a horizon, one after the other. */
export function wholeSpans(horizon: number, length: number): StepRange[] {
  return Array.from({ length: Math.floor(horizon / length) }, (_, i) => ({
    from: i * length,
    to: (i + 1) * length,
  }));
}

function add(
  window: TestWindow,
  from: number,
  actual: Float64Array,
  forecast: Float64Array,
  to: number,
): void {
  const value = window.actual[from];
  if (Number.isNaN(value)) return;
  actual[to] = Number.isNaN(actual[to]) ? value : actual[to] + value;
  forecast[to] += window.forecast[from];
}
