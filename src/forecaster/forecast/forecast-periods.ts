import type { Day } from '../../calendar/day.js';
import { calendarPeriodOf, periodDays, type StepRange } from '../../calendar/period.js';
import type { ForecastSettings } from './forecast-query.js';

/** The periods of the rows, which cover the range without gaps; the first and the last may be parts of a week or a month. */
export function forecastPeriods(
  {
    range,
    granularity,
    periodAlignment,
  }: Pick<ForecastSettings, 'range' | 'granularity' | 'periodAlignment'>,
  cutoffDay: Day,
): StepRange[] {
  if (granularity === 'total') return [range];
  const firstDay = cutoffDay + 1;
  const endAfter = (step: number): number => {
    if (granularity === 'day') return step + 1;
    if (periodAlignment === 'rolling') return step + periodDays(granularity);
    return calendarPeriodOf(granularity, firstDay + step).to - firstDay;
  };
  const periods: StepRange[] = [];
  for (let from = range.from; from < range.to; ) {
    const to = Math.min(range.to, endAfter(from));
    periods.push({ from, to });
    from = to;
  }
  return periods;
}
