import type { Day } from '../calendar/day.js';
import { ForecastError } from '../errors.js';

/** An external indicator by publication: `values[i]` holds from day `days[i]` until the next one. */
export interface IndicatorSeries {
  readonly name: string;
  /** Days of publication, ascending. */
  readonly days: readonly Day[];
  readonly values: readonly number[];
}

/**
 * The value of an indicator on each of `days` days from `startDay`, as far as it was known on `cutoffDay`: each
 * value is held until the next publication, and the last one known at the cutoff is held over the future.
 * NaN before the first publication and where the indicator is not given.
 *
 * @throws ForecastError `invalid-data` if the days are not ascending or the lengths differ.
 */
export function indicatorFeature(
  indicator: IndicatorSeries | undefined,
  startDay: Day,
  days: number,
  cutoffDay: Day,
): Float32Array {
  const column = new Float32Array(days).fill(Number.NaN);
  if (!indicator) return column;
  checkIndicator(indicator);
  let next = 0;
  let value = Number.NaN;
  for (let i = 0; i < days; i++) {
    const known = Math.min(startDay + i, cutoffDay);
    while (next < indicator.days.length && indicator.days[next] <= known) {
      if (Number.isFinite(indicator.values[next])) value = indicator.values[next];
      next++;
    }
    column[i] = value;
  }
  return column;
}

function checkIndicator(indicator: IndicatorSeries): void {
  const { name, days, values } = indicator;
  if (days.length !== values.length) {
    throw new ForecastError(
      'invalid-data',
      `Indicator "${name}" has ${days.length} days for ${values.length} values`,
      {
        path: ['indicators', name],
      },
    );
  }
  for (let i = 1; i < days.length; i++) {
    if (!(days[i] >= days[i - 1])) {
      throw new ForecastError('invalid-data', `The days of indicator "${name}" are not ascending`, {
        path: ['indicators', name, 'days', i],
        hint: 'Sort the publications by day before you pass them.',
      });
    }
  }
}
