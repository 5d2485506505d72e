import type { StepRange } from '../calendar/period.js';
import { DAYS_OF_52_WEEKS, WEEK_DAYS } from '../calendar/weeks.js';
import { observedSums } from '../panel/observed-sums.js';
import type { Panel } from '../panel/panel.js';
import type { PeriodTotals } from './snapshot.js';

/** Least observed days of an item that is compared with its past. */
const LEAST_DAYS = 14;
/** Share of the days of a window that must be observed. */
const LEAST_SHARE = 0.5;

/**
 * Units over as many days as a range of the forecast has: the last days before the cutoff, and the same weeks a
 * year before. Unobserved days count as the mean of the observed ones, so that young products compare fairly; giant
 * orders are bounded, so that a trend compares usual levels. NaN where less than half of the days was observed, and a
 * year before where those days are not all past, but for the last week of them.
 *
 * @param groupOf sums of groups instead of single products; a product that did not exist a year before adds nothing
 *   to its group there
 */
export function pastUnits(
  panel: Panel,
  { from, to }: StepRange,
  groupOf?: Int32Array,
): Pick<PeriodTotals, 'daysBefore' | 'yearBefore'> {
  const { days, seriesCount } = panel;
  const length = to - from;
  const least = LEAST_SHARE * length;
  const yearFrom = Math.min(days - length, days + from - DAYS_OF_52_WEEKS);
  const isPast = to - DAYS_OF_52_WEEKS <= WEEK_DAYS;
  const daysBefore = new Float64Array(seriesCount);
  const yearBefore = new Float64Array(seriesCount);
  for (let s = 0; s < seriesCount; s++) {
    const old = groupOf
      ? days >= Math.max(LEAST_DAYS, least)
      : observedDays(panel, s, LEAST_DAYS) === LEAST_DAYS;
    daysBefore[s] = old ? unitsOf(panel, s, days - length, length, groupOf ? 1 : least) : Number.NaN;
    const known = isPast && yearFrom >= (groupOf ? 0 : (panel.firstDay[s] ?? 0));
    yearBefore[s] = known ? unitsOf(panel, s, yearFrom, length, least) : Number.NaN;
  }
  if (!groupOf) return { daysBefore, yearBefore };
  const plan = { seriesCount, steps: 1, groupOf, groupCount: panel.categories.length };
  return { daysBefore: observedSums(daysBefore, plan), yearBefore: observedSums(yearBefore, plan) };
}

/** Mean of the observed days of a window, times its length; NaN with fewer observed days than `least`. */
function unitsOf(panel: Panel, series: number, from: number, length: number, least: number): number {
  let [count, sum] = [0, 0];
  for (let d = Math.max(0, from); d < from + length; d++) {
    const units = panel.units[series * panel.days + d] ?? Number.NaN;
    if (Number.isNaN(units)) continue;
    count++;
    sum += units;
  }
  return count >= least ? (sum / count) * length : Number.NaN;
}

/** Number of observed days of a series, counted up to `most`. */
function observedDays({ units, days }: Panel, series: number, most: number): number {
  let count = 0;
  for (let d = days - 1; d >= 0 && count < most; d--) {
    if (!Number.isNaN(units[series * days + d] ?? Number.NaN)) count++;
  }
  return count;
}
