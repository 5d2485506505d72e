import type { Progress } from '../../long-call.js';
import type { Panel } from '../../panel/panel.js';
import { sliceDaysSteps } from '../../panel/slice.js';
import { leaveOutBursts } from './bursts.js';
import { calendarFactors } from './factors.js';
import { adjustedUnits } from './learn-levels.js';
import { atLastLevel } from './level-steps.js';
import type { LearntStructure } from './structure-source.js';

/**
 * The last years of a panel with the units left after season, events, promotions and prices, but with weekdays, at the
 * level after a lasting step.
 * They are missing where sales do not show the demand, in bursts, and where hardly any are expected; a series of
 * which nothing is left keeps its sales.
 */
export function* adjustedPanel(
  panel: Panel,
  { history, factors, bursts, levelSteps }: LearntStructure,
): Generator<Progress, Panel, void> {
  const { steps, seriesCount } = history;
  const adjusted = yield* adjustedUnits(history, (s, out) => calendarFactors(factors, history, s, out));
  leaveOutBursts(adjusted, bursts);
  yield { phase: 'adjust units', done: seriesCount, total: seriesCount };
  const last = yield* sliceDaysSteps(panel, panel.days - steps, panel.days);
  for (let s = 0; s < seriesCount; s++) {
    const own = atLastLevel(adjusted.subarray(s * steps, (s + 1) * steps), levelSteps[s]);
    if (!own.every(Number.isNaN)) last.units.set(own, s * steps);
    yield { phase: 'adjust units', done: s, total: seriesCount };
  }
  return last;
}

/** Gives forecasts of adjusted sales the calendar of `FittedStructural.calendar`, in place. */
export function giveCalendarBack(mean: Float64Array, calendar: Float64Array): void {
  for (let i = 0; i < mean.length; i++) mean[i] *= calendar[i];
}
