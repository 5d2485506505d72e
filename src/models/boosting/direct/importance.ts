import { LEAST_NOISE, type Pooling } from '../../structural/pooling.js';

/** A level counts as at most so many times the usual size of its series. */
const MOST_GROWTH = 4;

/**
 * Weight of the squared error of a ratio of sales to `level`: the more, the less noise the series has, and as its level
 * stands to its usual size. Of counts it is about their level, as it should be, but no unit of sales enters: a series
 * whose sales are multiplied weighs the same. 0 for a series that never sold.
 */
export function importanceOf({ noise, size }: Pooling, series: number, level: number): number {
  if (!(size[series] > 0)) return 0;
  return Math.min(MOST_GROWTH, level / size[series]) / (LEAST_NOISE + noise[series]);
}
