import { coverage } from '../evaluation/metrics/index.js';
import type { LongCallOptions } from '../long-call.js';
import { seasonalNaive } from '../models/baselines/index.js';
import type { Covariates, FittedModel, ForecastModel, TotalsForecast } from '../models/contract.js';
import type { Panel } from '../panel/panel.js';
import { sliceDays } from '../panel/slice.js';
import { conformalFactor, type IntervalCalibration, NO_CALIBRATION } from './calibration.js';
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

/** Days of a total whose interval is calibrated. */
const TOTAL_DAYS = 7;

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
  const forecast = await fitted.forecast({ horizon: validationDays, levels, signal });
  const naive = await seasonalNaive({ season: 7 }).fit(past, { signal });
  const naiveForecast = await naive.forecast({ horizon: validationDays, signal });
  const own = modelAccuracy({ actual, mean: forecast.mean });
  const seasonal = modelAccuracy({ actual, mean: naiveForecast.mean });
  if (!own || !seasonal) return undefined;
  const [interval] = forecast.intervals;
  const productDays = conformalFactor(actual.units, forecast.mean, interval.upper, intervalLevel);
  const calibration = { ...(await totalsCalibration(fitted, actual, options)), productDays };
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

/** Factors for totals, from the weeks of the validation days. */
async function totalsCalibration(
  fitted: FittedModel,
  actual: Panel,
  options: ValidationOptions,
): Promise<IntervalCalibration> {
  const weeks = Math.floor(actual.days / TOTAL_DAYS);
  if (weeks === 0) return NO_CALIBRATION;
  const { intervalLevel, signal } = options;
  const ranges = Array.from({ length: weeks }, (_, w) => ({
    from: w * TOTAL_DAYS,
    to: (w + 1) * TOTAL_DAYS,
  }));
  const levels = [intervalLevel];
  const groupOf = actual.categoryOf;
  const groupCount = actual.categories.length;
  const products = await fitted.totals({ ranges, levels, signal });
  const categories = await fitted.totals({ ranges, levels, groupOf, groupCount, signal });
  const factor = (weekly: Float64Array, totals: TotalsForecast) =>
    conformalFactor(weekly, totals.mean, totals.intervals[0].upper, intervalLevel);
  return {
    productDays: 1,
    productTotals: factor(productWeeks(actual, weeks, Number.NaN), products),
    categories: factor(categoryWeeks(actual, weeks), categories),
  };
}

/** Actual units of each category and week, category-major; a missing day of a product counts as nothing sold. */
function categoryWeeks(actual: Panel, weeks: number): Float64Array {
  const ofProducts = productWeeks(actual, weeks, 0);
  const totals = new Float64Array(actual.categories.length * weeks);
  ofProducts.forEach((units, i) => {
    totals[actual.categoryOf[Math.floor(i / weeks)] * weeks + (i % weeks)] += units;
  });
  return totals;
}

/** Actual units of each product and week, product-major; each missing day counts as `missing` (NaN: no total). */
function productWeeks(actual: Panel, weeks: number, missing: number): Float64Array {
  const totals = new Float64Array(actual.seriesCount * weeks);
  for (let s = 0; s < actual.seriesCount; s++) {
    for (let d = 0; d < weeks * TOTAL_DAYS; d++) {
      const units = actual.units[s * actual.days + d];
      totals[s * weeks + Math.floor(d / TOTAL_DAYS)] += Number.isNaN(units) ? missing : units;
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
