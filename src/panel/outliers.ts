import { selectRank } from '../math/select-rank.js';

/** Weeks on each side of a day whose same weekday defines the usual value. */
const NEIGHBOUR_WEEKS = 4;
const MIN_NEIGHBOURS = 5;
/** Fewest values: in less than four weeks nothing can be called unusual. */
const MIN_VALUES = 28;
/**
 * For a normal distribution: the standard deviation divided by the median and by the mean absolute deviation.
 */
const MEDIAN_DEVIATION_TO_SIGMA = 1.4826;
const MEAN_DEVIATION_TO_SIGMA = Math.sqrt(Math.PI / 2);

/** Receives an outlier: its index, the usual value and the distance from it that is still accepted. */
export type OutlierVisitor = (index: number, usual: number, limit: number) => void;

/**
 * Finds the values of one series that are far from the usual: the median of the same weekday in the nine weeks
 * around it, which follows both trend and weekday. The spread is the median absolute deviation from it, but at
 * least the mean absolute deviation (which keeps slow sellers, mostly zero, from being outliers whenever they
 * sell) and at least the square root of the usual value (the noise of counts).
 *
 * @param values one series by day, NaN where missing
 * @param skip days that are never outliers (promotions); may be absent
 * @param threshold distance from the usual value, in spreads, beyond which a value is an outlier
 * @param visit called for each outlier in order of days
 * @see Rousseeuw and Croux (1993), Alternatives to the Median Absolute Deviation, for the robust scale.
 */
export function findOutliers(
  values: Float64Array,
  skip: Uint8Array | undefined,
  threshold: number,
  visit: OutlierVisitor,
): void {
  const usual = usualValues(values);
  const deviations = new Float64Array(values.length);
  let count = 0;
  let sum = 0;
  for (let d = 0; d < values.length; d++) {
    const deviation = Math.abs(values[d] - usual[d]);
    if (Number.isNaN(deviation)) continue;
    deviations[count++] = deviation;
    sum += deviation;
  }
  if (count < MIN_VALUES || sum === 0) return;
  const median = selectRank(deviations, count, count >> 1);
  const spread = Math.max(median * MEDIAN_DEVIATION_TO_SIGMA, (sum / count) * MEAN_DEVIATION_TO_SIGMA);
  for (let d = 0; d < values.length; d++) {
    if (skip?.[d]) continue;
    const limit = threshold * Math.max(spread, Math.sqrt(Math.max(1, usual[d])));
    if (Math.abs(values[d] - usual[d]) > limit) visit(d, usual[d], limit);
  }
}

/** Median of the same weekday in the weeks around each day; NaN where too few are known. */
function usualValues(values: Float64Array): Float64Array {
  const usual = new Float64Array(values.length);
  const neighbours = new Float64Array(2 * NEIGHBOUR_WEEKS + 1);
  const reach = NEIGHBOUR_WEEKS * 7;
  for (let d = 0; d < values.length; d++) {
    const last = Math.min(values.length - 1, d + reach);
    let count = 0;
    for (let i = d >= reach ? d - reach : d % 7; i <= last; i += 7) {
      const value = values[i];
      if (Number.isNaN(value)) continue;
      // Insertion sort: for nine values nothing is faster.
      let at = count++;
      for (; at > 0 && neighbours[at - 1] > value; at--) neighbours[at] = neighbours[at - 1];
      neighbours[at] = value;
    }
    usual[d] = count < MIN_NEIGHBOURS ? Number.NaN : middle(neighbours, count);
  }
  return usual;
}

function middle(sorted: Float64Array, count: number): number {
  const half = count >> 1;
  return count % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
