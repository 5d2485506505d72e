import type { LongCallOptions } from '../long-call.js';
import { coverage } from '../metrics/index.js';
import { seasonalNaive } from '../models/baselines/index.js';
import type { Covariates, ForecastModel, StepRange } from '../models/contract.js';
import { type SalesForecasts, salesForecasts } from '../models/sales-forecasts.js';
import type { Panel } from '../panel/panel.js';
import { sliceDays } from '../panel/slice.js';
import {
  conformalFactor,
  type IntervalCalibration,
  NO_CALIBRATION,
  totalsCalibration,
  WEEK_DAYS,
} from './calibration.js';
import { accuracyByItem, modelAccuracy, type ValidationReport } from './validation.js';

export interface ValidationOptions extends LongCallOptions {
  readonly validationDays: number;
  readonly intervalLevel: number;
  readonly covariates: Covariates;
  readonly seed: number;
}

export interface ValidationOutcome {
  readonly report: ValidationReport;
  readonly calibration: IntervalCalibration;
}

/** Fewest days that a model is fitted on for a validation. */
const MIN_FIT_DAYS = 60;

/**
 * Fits the model without the last days, forecasts them and compares: the accuracy of the model beside that of the
 * seasonal naive forecast, and the factors that make its intervals cover what they claim. Undefined where the
 * history is too short or nothing was observed on those days.
 */
export async function validateModel(
  model: ForecastModel,
  panel: Panel,
  options: ValidationOptions,
): Promise<ValidationOutcome | undefined> {
  const { validationDays, intervalLevel, covariates, seed, signal, onProgress } = options;
  const fitDays = panel.days - validationDays;
  if (validationDays < 1 || fitDays < MIN_FIT_DAYS) return undefined;
  const past = sliceDays(panel, 0, fitDays);
  const actual = sliceDays(panel, fitDays, panel.days);
  if (!hasObservations(past) || !hasObservations(actual)) return undefined;
  const fitted = await model.fit(past, { covariates, seed, signal, onProgress });
  const levels = [intervalLevel];
  const sales = salesForecasts(fitted);
  const forecast = await sales.forecast({ horizon: validationDays, levels, signal });
  const naive = await seasonalNaive({ season: 7 }).fit(past, { signal });
  const naiveForecast = await salesForecasts(naive).forecast({ horizon: validationDays, signal });
  const own = modelAccuracy({ actual, mean: forecast.mean });
  const seasonal = modelAccuracy({ actual, mean: naiveForecast.mean });
  if (!own || !seasonal) return undefined;
  const [interval] = forecast.intervals;
  const productDays = conformalFactor(actual.units, forecast.mean, interval.upper, intervalLevel) ?? 1;
  const calibration = { ...(await calibrateTotals(sales, actual, options)), productDays };
  return {
    calibration,
    report: {
      firstDay: actual.startDay,
      days: validationDays,
      model: own,
      seasonalNaive: seasonal,
      ...accuracyByItem({ actual, mean: forecast.mean }),
      intervalCoverage: {
        raw: coverage(actual.units, interval.lower, interval.upper),
        calibrated: stretchedCoverage(actual.units, forecast.mean, interval.upper, productDays),
      },
    },
  };
}

function hasObservations(panel: Panel): boolean {
  return panel.units.some((units) => !Number.isNaN(units));
}

/** Factors for the totals over weeks and over all validation days, and for the days of categories. */
async function calibrateTotals(
  sales: SalesForecasts,
  actual: Panel,
  options: ValidationOptions,
): Promise<IntervalCalibration> {
  if (actual.days < WEEK_DAYS) return NO_CALIBRATION;
  const { intervalLevel, signal } = options;
  const levels = [intervalLevel];
  const groups = { groupOf: actual.categoryOf, groupCount: actual.categories.length };
  const factorOver = async (ranges: readonly StepRange[], ofCategories: boolean) => {
    const totals = await sales.totals({ ranges, levels, signal, ...(ofCategories && groups) });
    const sums = ofCategories ? categorySums(actual, ranges) : productSums(actual, ranges, Number.NaN);
    return conformalFactor(sums, totals.mean, totals.intervals[0].upper, intervalLevel);
  };
  const days = consecutiveRanges(actual.days, 1);
  const weeks = consecutiveRanges(actual.days, WEEK_DAYS);
  const whole = [{ from: 0, to: actual.days }];
  const productWeek = (await factorOver(weeks, false)) ?? 1;
  const productWhole = (await factorOver(whole, false)) ?? productWeek;
  const categoryWeek = (await factorOver(weeks, true)) ?? 1;
  // A few categories have too few totals of the whole span: their factor then grows as that of products does.
  const categoryWhole = (await factorOver(whole, true)) ?? (categoryWeek * productWhole) / productWeek;
  return {
    productDays: 1,
    categoryDays: (await factorOver(days, true)) ?? 1,
    productTotals: totalsCalibration(productWeek, productWhole, actual.days),
    categoryTotals: totalsCalibration(categoryWeek, categoryWhole, actual.days),
  };
}

/** Whole stretches of `length` days that follow each other. */
function consecutiveRanges(days: number, length: number): StepRange[] {
  const count = Math.floor(days / length);
  return Array.from({ length: count }, (_, i) => ({ from: i * length, to: (i + 1) * length }));
}

/** Actual units of each category over each range, category-major; a missing day of a product counts as zero. */
function categorySums(actual: Panel, ranges: readonly StepRange[]): Float64Array {
  const ofProducts = productSums(actual, ranges, 0);
  const totals = new Float64Array(actual.categories.length * ranges.length);
  ofProducts.forEach((units, i) => {
    const category = actual.categoryOf[Math.floor(i / ranges.length)];
    totals[category * ranges.length + (i % ranges.length)] += units;
  });
  return totals;
}

/** Actual units of each product over each range, product-major; each missing day counts as `missing`. */
function productSums(actual: Panel, ranges: readonly StepRange[], missing: number): Float64Array {
  const totals = new Float64Array(actual.seriesCount * ranges.length);
  for (let s = 0; s < actual.seriesCount; s++) {
    for (let r = 0; r < ranges.length; r++) {
      for (let d = ranges[r].from; d < ranges[r].to; d++) {
        const units = actual.units[s * actual.days + d];
        totals[s * ranges.length + r] += Number.isNaN(units) ? missing : units;
      }
    }
  }
  return totals;
}

function stretchedCoverage(
  actual: Float64Array,
  mean: Float64Array,
  upper: Float64Array,
  factor: number,
): number {
  const halfWidth = mean.map((value, i) => factor * (upper[i] - value));
  return coverage(
    actual,
    mean.map((value, i) => value - halfWidth[i]),
    mean.map((value, i) => value + halfWidth[i]),
  );
}
