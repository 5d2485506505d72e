import { WEEK_DAYS } from '../../calendar/weeks.js';
import { groupWindow, sumSteps, type TestWindow } from '../../metrics/test-window.js';
import type { Panel } from '../../panel/panel.js';
import type { FittedModel, Interval } from '../contract.js';
import { conformalScores } from '../uncertainty/conformal.js';
import { normalQuantile } from '../uncertainty/index.js';

/** Kinds of calibrated intervals: for a day, a week or longer, each of a series or of a group. */
export const CALIBRATION_CLASSES = [
  'day',
  'seriesWeek',
  'seriesLong',
  'groupDay',
  'groupWeek',
  'groupLong',
] as const;

export type CalibrationClass = (typeof CALIBRATION_CLASSES)[number];

/** Level of the model's own intervals that its scale of error is read from. */
export const REFERENCE_LEVEL = 0.8;
const REFERENCE_QUANTILE = normalQuantile((1 + REFERENCE_LEVEL) / 2);

/** The class of a total over `days` days. */
export function classOfTotal(days: number, grouped: boolean, horizon: number): CalibrationClass {
  const week = days > Math.sqrt(WEEK_DAYS);
  const long = days > Math.sqrt(WEEK_DAYS * horizon);
  if (grouped) return long ? 'groupLong' : week ? 'groupWeek' : 'groupDay';
  return long ? 'seriesLong' : week ? 'seriesWeek' : 'day';
}

/** Standard deviation that a model claims, from its interval at the reference level. */
export function claimedDeviation(mean: Float64Array, { upper }: Interval): Float64Array {
  return upper.map((bound, i) => (bound - mean[i]) / REFERENCE_QUANTILE);
}

/**
 * Adds the score of each outcome of a test window: its error in claimed standard deviations; `pause` is awaited
 * between the parts of the work.
 */
export async function collectScores(
  fitted: FittedModel,
  window: TestWindow,
  panel: Pick<Panel, 'categories' | 'categoryOf'>,
  scores: Record<CalibrationClass, number[]>,
  pause: () => Promise<void>,
): Promise<void> {
  const { horizon } = window;
  const levels = [REFERENCE_LEVEL];
  const daily = await fitted.forecast({ horizon, levels });
  append(scores.day, window.actual, window.forecast, claimedDeviation(daily.mean, daily.intervals[0]));

  await pause();
  const groups = { groupOf: panel.categoryOf, groupCount: panel.categories.length };
  for (const [grouped, source] of [
    [false, window],
    [true, groupWindow(window, groups.groupOf, groups.groupCount)],
  ] as const) {
    for (const days of new Set([grouped ? 1 : WEEK_DAYS, WEEK_DAYS, horizon])) {
      const ranges = [{ from: 0, to: Math.min(days, horizon) }];
      const { mean, intervals } = await fitted.totals({ ranges, levels, ...(grouped && groups) });
      const sums = sumSteps(source, ranges);
      const into = scores[classOfTotal(days, grouped, horizon)];
      append(into, sums.actual, sums.forecast, claimedDeviation(mean, intervals[0]));
      await pause();
    }
  }
}

function append(into: number[], actual: Float64Array, forecast: Float64Array, deviation: Float64Array): void {
  for (const score of conformalScores(actual, forecast, (i) => deviation[i])) into.push(score);
}
