import { WEEK_DAYS } from '../calendar/weeks.js';
import { log, pow } from '../math/index.js';
import { conformalQuantile, conformalScores } from '../models/uncertainty/conformal.js';
import { numberAt } from '../present.js';

/** Factors on the width of intervals of totals, over a week and over longer spans. */
export interface TotalsCalibration {
  /** Factor for the half-width of a total over 7 days. */
  readonly week: number;
  /**
   * Power of the number of days with which the factor grows from there: 0 if the model captures the correlation
   * between the errors of different days, 0.5 if uncaptured errors do not cancel at all.
   */
  readonly growth: number;
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

const AS_MODELLED: TotalsCalibration = { week: 1, growth: 0 };

export const NO_CALIBRATION: IntervalCalibration = {
  productDays: 1,
  categoryDays: 1,
  productTotals: AS_MODELLED,
  categoryTotals: AS_MODELLED,
};

const MAX_GROWTH = 0.5;

/**
 * Fits a power law of the number of days through the factors `week` for 7 days and `span` for `spanDays`; it
 * extrapolates to a year, which no validation covers.
 */
export function totalsCalibration(week: number, span: number, spanDays: number): TotalsCalibration {
  if (spanDays <= WEEK_DAYS) return { week, growth: 0 };
  const growth = log(span / week) / log(spanDays / WEEK_DAYS);
  return { week, growth: Math.min(MAX_GROWTH, Math.max(0, growth)) };
}

/** Factor for the half-width of a total over a number of days. */
export function totalsFactor({ week, growth }: TotalsCalibration, days: number): number {
  return week * pow(Math.max(1, days / WEEK_DAYS), growth);
}

/** Factor for a sum over so many days, of a product or of a group of them. */
export function spreadFactor(calibration: IntervalCalibration, ofGroup: boolean, days: number): number {
  const { productDays, categoryDays, productTotals, categoryTotals } = calibration;
  if (days === 1) return ofGroup ? categoryDays : productDays;
  return totalsFactor(ofGroup ? categoryTotals : productTotals, days);
}

/** Least scores for a calibration; with fewer, intervals are left unchanged, which is reported. */
const MIN_SCORES = 20;

/** Bounds of the factor, so that a few odd days cannot make intervals useless. */
const MIN_FACTOR = 0.5;
const MAX_FACTOR = 10;

/**
 * The factor on the half-widths of intervals with which they cover a share `level` of the actuals: the
 * conformal quantile of `|actual - mean| / half-width` on a holdout. Undefined with fewer than 20 scores.
 * Missing actuals are left out.
 *
 * @param upper upper bounds of forecasts of sales, whose distance from the mean is the half-width
 */
export function conformalFactor(
  actual: ArrayLike<number>,
  mean: ArrayLike<number>,
  upper: ArrayLike<number>,
  level: number,
): number | undefined {
  const scores = conformalScores(actual, mean, (i) => numberAt(upper, i) - numberAt(mean, i)).sort();
  if (scores.length < MIN_SCORES) return undefined;
  return Math.min(MAX_FACTOR, Math.max(MIN_FACTOR, conformalQuantile(scores, level)));
}
