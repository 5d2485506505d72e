import { normalCdf } from '../models/uncertainty/index.js';
import { cleanSum } from './rounding.js';

export type TrendDirection = 'up' | 'down' | 'flat';

/** Past units that a forecast is compared with: the same weeks of the year before, or the days before the cutoff. */
export type TrendBase = 'year-before' | 'days-before';

/** Change of a forecast from past units. */
export interface Change {
  /** Units over as many days in the past. */
  readonly units: number;
  /** Change in percent of them; null if nothing was sold. */
  readonly percent: number | null;
}

/** Comparison of a forecast with the past: with the year before where it is known, as that has the same season. */
export interface Trend {
  /** `flat` unless the change is both significant and at least {@link TREND_MIN_PERCENT} percent. */
  readonly direction: TrendDirection;
  /** Base of the comparison; null if neither was observed. */
  readonly base: TrendBase | null;
  /** Change in percent of {@link previousUnits}; null if nothing was sold or observed before. */
  readonly percent: number | null;
  /** Units of the base, over the same number of days; null without a base. */
  readonly previousUnits: number | null;
  /** Two-sided p-value of the change under unchanged sales, from the standard error of the forecast total; 1 without a base. */
  readonly pValue: number;
  readonly significant: boolean;
  /** Change from the same weeks of the year before; null if these were not observed. */
  readonly onYearBefore: Change | null;
  /** Change from the days before the cutoff, which may have another season; null if these were not observed. */
  readonly onDaysBefore: Change | null;
}

/** A change is significant below this p-value. */
export const TREND_SIGNIFICANCE = 0.05;

/** Changes smaller than this are flat, however certain. */
export const TREND_MIN_PERCENT = 1;

/** Units of the past, over as many days as a forecast; NaN where not observed. */
export interface PastUnits {
  readonly yearBefore: number;
  readonly daysBefore: number;
}

/**
 * Compares a forecast total with the past.
 *
 * @param forecast expected units
 * @param standardError of the forecast total, in units
 */
export function compareWithPast(forecast: number, past: PastUnits, standardError: number): Trend {
  const changes = {
    onYearBefore: changeFrom(past.yearBefore, forecast),
    onDaysBefore: changeFrom(past.daysBefore, forecast),
  };
  const compared = changes.onYearBefore ?? changes.onDaysBefore;
  if (!compared) {
    const nothing = { base: null, percent: null, previousUnits: null, pValue: 1, significant: false };
    return { direction: 'flat', ...nothing, ...changes };
  }
  const { units: previousUnits, percent } = compared;
  const change = forecast - previousUnits;
  const pValue = twoSidedProbability(change, standardError);
  const significant = pValue < TREND_SIGNIFICANCE;
  const large = percent === null ? change !== 0 : Math.abs(percent) >= TREND_MIN_PERCENT;
  const direction = !significant || !large ? 'flat' : change > 0 ? 'up' : 'down';
  const base = changes.onYearBefore ? 'year-before' : 'days-before';
  return { direction, base, percent, previousUnits, pValue, significant, ...changes };
}

function changeFrom(units: number, forecast: number): Change | null {
  if (Number.isNaN(units)) return null;
  return { units: cleanSum(units), percent: units > 0 ? (100 * (forecast - units)) / units : null };
}

function twoSidedProbability(change: number, standardError: number): number {
  if (change === 0) return 1;
  if (!(standardError > 0)) return 0;
  return 2 * normalCdf(-Math.abs(change) / standardError);
}
