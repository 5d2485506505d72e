import { errorFunction } from 'simple-statistics';

export type TrendDirection = 'up' | 'down' | 'flat';

/** Comparison of a forecast with the same number of days before the cutoff. */
export interface Trend {
  /** `flat` unless the change is both significant and at least {@link TREND_MIN_PERCENT} percent. */
  readonly direction: TrendDirection;
  /** Change in percent of {@link previousUnits}; null if nothing was sold or observed before. */
  readonly percent: number | null;
  /** Units over the same number of days before the cutoff, the base of the change; null if none was observed. */
  readonly previousUnits: number | null;
  /**
   * Two-sided p-value of the difference under unchanged sales, from the standard error of the forecast total; 1
   * without an observed past.
   */
  readonly pValue: number;
  readonly significant: boolean;
}

/** A change is significant below this p-value. */
export const TREND_SIGNIFICANCE = 0.05;

/** Changes smaller than this are flat, however certain. */
export const TREND_MIN_PERCENT = 1;

/**
 * Compares a forecast total with an earlier one.
 *
 * @param forecast expected units
 * @param previous units over the same number of days before the cutoff; NaN if not observed
 * @param standardError of the forecast total, in units
 */
export function compareWithPast(forecast: number, previous: number, standardError: number): Trend {
  if (Number.isNaN(previous)) {
    return { direction: 'flat', percent: null, previousUnits: null, pValue: 1, significant: false };
  }
  const change = forecast - previous;
  const percent = previous > 0 ? (100 * change) / previous : null;
  const pValue = twoSidedProbability(change, standardError);
  const significant = pValue < TREND_SIGNIFICANCE;
  const large = percent === null ? change !== 0 : Math.abs(percent) >= TREND_MIN_PERCENT;
  const direction = !significant || !large ? 'flat' : change > 0 ? 'up' : 'down';
  return { direction, percent, previousUnits: previous, pValue, significant };
}

function twoSidedProbability(change: number, standardError: number): number {
  if (change === 0) return 1;
  if (!(standardError > 0)) return 0;
  return Math.max(0, 1 - errorFunction(Math.abs(change) / (standardError * Math.SQRT2)));
}
