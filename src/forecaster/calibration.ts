import { WEEK_DAYS } from '../calendar/weeks.js';
import { log, pow } from '../math/index.js';

/** Factors on the width of intervals of totals, over a week and over longer spans. */
export interface TotalsCalibration {
  /** Factor for the half-width of a total over 7 days. */
  readonly week: number;
  /**
   * Power of the number of days with which the factor grows from there: 0 if the model captures the correlation
   * between the errors of different days, 0.5 if uncaptured errors do not cancel at all.
   */
  readonly growth: number;
  /**
   * Days from which on the factor returns to 1 with the length of the sum, for a model that measured the errors of long sums
   * itself; null for one that did not, whose factor grows on.
   */
  readonly fadesAfter: number | null;
}

/** Factors on interval half-widths that bring coverage to the nominal level. */
export interface IntervalCalibration {
  /** For the days of a product and of a category. */
  readonly productDays: number;
  readonly categoryDays: number;
  /** For sums over days. */
  readonly productTotals: TotalsCalibration;
  readonly categoryTotals: TotalsCalibration;
}

/** A kind of interval that has a calibration of its own. */
export type IntervalKind = keyof IntervalCalibration;

/** All kinds. */
export const INTERVAL_KINDS: readonly IntervalKind[] = [
  'productDays',
  'categoryDays',
  'productTotals',
  'categoryTotals',
];

const AS_MODELLED: TotalsCalibration = { week: 1, growth: 0, fadesAfter: null };

export const NO_CALIBRATION: IntervalCalibration = {
  productDays: 1,
  categoryDays: 1,
  productTotals: AS_MODELLED,
  categoryTotals: AS_MODELLED,
};

const MAX_GROWTH = 0.5;

/**
 * Fits a power law of the number of days through the factors `week` for 7 days and `span` for `spanDays`. Longer sums, up to a year,
 * are beyond any validation: for them it is extrapolated, unless the model has measured its errors over them, which one holdout
 * is no better than.
 */
export function totalsCalibration(
  week: number,
  span: number,
  spanDays: number,
  measuresSums = false,
): TotalsCalibration {
  const fadesAfter = measuresSums ? Math.max(WEEK_DAYS, spanDays) : null;
  if (spanDays <= WEEK_DAYS) return { week, growth: 0, fadesAfter };
  const growth = log(span / week) / log(spanDays / WEEK_DAYS);
  return { week, growth: Math.min(MAX_GROWTH, Math.max(0, growth)), fadesAfter };
}

/** Factor for the half-width of a total over a number of days. */
export function totalsFactor({ week, growth, fadesAfter }: TotalsCalibration, days: number): number {
  const grown = Math.min(days, fadesAfter ?? days);
  const factor = week * pow(Math.max(1, grown / WEEK_DAYS), growth);
  return grown < days ? pow(factor, grown / days) : factor;
}

/** Factor for a sum over so many days, of a product or of a group of them. */
export function spreadFactor(calibration: IntervalCalibration, ofGroup: boolean, days: number): number {
  const { productDays, categoryDays, productTotals, categoryTotals } = calibration;
  if (days === 1) return ofGroup ? categoryDays : productDays;
  return totalsFactor(ofGroup ? categoryTotals : productTotals, days);
}
