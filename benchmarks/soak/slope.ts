import { linearRegression, median } from 'simple-statistics';

/** Points of a time series. */
export type Points = readonly (readonly [time: number, value: number])[];

/** More points than this are thinned out before all pairs of them are looked at. */
const MAX_PAIRED = 1_500;

/** Slope of the line of least squares. */
export function leastSquaresSlope(points: Points): number {
  return linearRegression(points.map(([time, value]) => [time, value])).m;
}

/**
 * Median of the slopes of all pairs of points, which single peaks do not move.
 *
 * Source: Sen, "Estimates of the regression coefficient based on Kendall's tau", Journal of the American Statistical
 * Association 63 (1968).
 */
export function theilSenSlope(points: Points): number {
  const step = Math.ceil(points.length / MAX_PAIRED);
  const kept = points.filter((_, index) => index % step === 0);
  const slopes = kept.flatMap(([time, value], index) =>
    kept
      .slice(index + 1)
      .filter(([later]) => later !== time)
      .map(([later, then]) => (then - value) / (later - time)),
  );
  return slopes.length > 0 ? median(slopes) : Number.NaN;
}
