import type { SeriesGroups, StepRange } from '../../models/contract.js';
import { observedSums } from '../../panel/observed-sums.js';
import { numberAt } from '../../present.js';

/** The days of a window, with the units sold on them: series-major, NaN where nothing was observed. */
export interface WatchedDays {
  readonly days: number;
  readonly sold: Float64Array;
}

/** Gives the units of a group over some of the days; NaN unless all of them were observed. */
export type UnitsOf = (group: number, range: StepRange) => number;

export function unitsOfGroups({ days, sold }: WatchedDays, groups: SeriesGroups): UnitsOf {
  const daily = observedSums(sold, { seriesCount: groups.groupOf.length, steps: days, ...groups });
  return (group, { from, to }) => {
    let units = 0;
    for (let day = from; day < to; day++) units += numberAt(daily, group * days + day);
    return units;
  };
}
