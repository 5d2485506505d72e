import { LEAST_NOISE, type Pooling } from '../../structural/pooling.js';

/** Cap on the level, relative to the usual size of its series. */
const MOST_GROWTH = 4;

/**
 * Weight of the squared error of a ratio of sales to `level`: larger for less noise and for a higher level
 * relative to the usual size of the series. For counts it is about proportional to the level, but it does not
 * depend on the unit of measure. 0 for a series that never sold.
 */
export function importanceOf({ noise, size }: Pooling, series: number, level: number): number {
  if (!(size[series] > 0)) return 0;
  return Math.min(MOST_GROWTH, level / size[series]) / (LEAST_NOISE + noise[series]);
}
