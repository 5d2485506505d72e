import type { Progress } from '../../long-call.js';
import type { Panel } from '../../panel/panel.js';
import { leaveOutBursts } from './bursts.js';
import { calendarFactors } from './factors.js';
import { adjustedUnits } from './learn-levels.js';
import { atLastLevel } from './level-steps.js';
import type { LearntStructure } from './structure-source.js';

/**
 * The units of the last years of a panel that are left after season, events, promotions and prices, but with weekdays, at the
 * level after a lasting step.
 * They are missing where sales do not show the demand, in bursts, and where hardly any are expected; a series of
 * which nothing is left keeps its sales.
 */
export function* adjustedPanel(
  panel: Panel,
  { history, factors, bursts, levelSteps }: LearntStructure,
): Generator<Progress, Panel, void> {
  const { steps, seriesCount } = history;
  const units = yield* adjustedUnits(history, (s, out) => calendarFactors(factors, history, s, out));
  leaveOutBursts(units, bursts);
  yield { phase: 'adjust units', done: seriesCount, total: seriesCount };
  const { startDay, days, ids, categories, categoryOf, firstDay } = panel;
  for (let s = 0; s < seriesCount; s++) {
    const own = units.subarray(s * steps, (s + 1) * steps);
    own.set(atLastLevel(own, levelSteps[s]));
    if (own.every(Number.isNaN)) own.set(panel.units.subarray((s + 1) * days - steps, (s + 1) * days));
    yield { phase: 'adjust units', done: s, total: seriesCount };
  }
  const skipped = days - steps;
  return {
    startDay: startDay + skipped,
    days: steps,
    seriesCount,
    ids,
    categories,
    categoryOf,
    firstDay: firstDay.map((index) => Math.max(0, index - skipped)),
    units,
  };
}

/** Gives forecasts of adjusted sales the calendar of `FittedStructural.withCalendar`, in place. */
export function giveCalendarBack(mean: Float64Array, calendar: Float64Array): void {
  for (let i = 0; i < mean.length; i++) mean[i] *= calendar[i];
}
