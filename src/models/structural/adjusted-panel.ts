import type { Panel } from '../../panel/panel.js';
import { sliceDays } from '../../panel/slice.js';
import { calendarFactors } from './factors.js';
import { adjustedSeries } from './learn-levels.js';
import type { LearntStructure } from './structure-source.js';

/**
 * The last years of a panel with the units left after season, events, promotions and prices, but with weekdays.
 * They are missing where sales do not show the demand, in bursts, and where hardly any are expected; a series of which
 * nothing is left keeps its sales.
 */
export function adjustedPanel(panel: Panel, { history, factors, bursts }: LearntStructure): Panel {
  const { steps, seriesCount } = history;
  const last = sliceDays(panel, panel.days - steps, panel.days);
  const units = last.units.slice();
  const own = new Float64Array(steps);
  for (let s = 0; s < seriesCount; s++) {
    calendarFactors(factors, history, s, own);
    const left = adjustedSeries(history.units.subarray(s * steps, (s + 1) * steps), own);
    for (let i = 0; i < steps; i++) if (bursts.steps[s * steps + i] === 1) left[i] = Number.NaN;
    if (!left.every(Number.isNaN)) units.set(left, s * steps);
  }
  return { ...last, units };
}
