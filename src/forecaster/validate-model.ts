import { WEEK_DAYS } from '../calendar/weeks.js';
import type { LongCallOptions } from '../long-call.js';
import { coverage } from '../metrics/index.js';
import { wholeSpans } from '../metrics/test-window.js';
import { seasonalNaive } from '../models/baselines/index.js';
import type { Covariates, ForecastModel, KnownFuture, StepRange } from '../models/contract.js';
import { recordedFuture } from '../models/covariates.js';
import { type SalesForecasts, salesForecasts } from '../models/sales-forecasts.js';
import { observedSums } from '../panel/observed-sums.js';
import type { Panel } from '../panel/panel.js';
import { sliceDays } from '../panel/slice.js';
import { numberAt, present } from '../present.js';
import {
  conformalFactor,
  type IntervalCalibration,
  type IntervalKind,
  NO_CALIBRATION,
  totalsCalibration,
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
  /** Kinds of intervals with too few errors for a calibration. */
  readonly uncalibrated: readonly IntervalKind[];
}

/** Kinds of intervals that are calibrated on sums. */
const KINDS_OF_TOTALS = ['categoryDays', 'productTotals', 'categoryTotals'] as const;

/** Least days of training data for a validation. */
const MIN_FIT_DAYS = 60;

/**
 * Validates a model on a holdout of the last days: its accuracy next to that of the seasonal naive forecast,
 * and the factors that bring the coverage of its intervals to the nominal level. Undefined if the history is
 * too short or nothing was observed on those days.
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
  const fitted = await model.fit(past, { covariates, seed, horizon: validationDays, signal, onProgress });
  const levels = [intervalLevel];
  const sales = salesForecasts(fitted);
  const future = recordedFuture(panel, fitDays);
  const question = { horizon: validationDays, levels, signal };
  const forecast = await sales.forecast(question);
  const planned = future ? await sales.forecast({ ...question, future }) : forecast;
  const naive = await seasonalNaive({ season: 7 }).fit(past, { signal });
  const naiveForecast = await salesForecasts(naive).forecast({ horizon: validationDays, signal });
  const own = modelAccuracy({ actual, mean: forecast.mean });
  const seasonal = modelAccuracy({ actual, mean: naiveForecast.mean });
  if (!own || !seasonal) return undefined;
  // Intervals hold for a known plan, so they are calibrated on forecasts that knew it.
  const interval = present(planned.intervals[0], 'interval of the forecast');
  const factor = conformalFactor(actual.units, planned.mean, interval.upper, intervalLevel);
  const productDays = factor ?? 1;
  const totals = await calibrateTotals(sales, actual, future, options);
  return {
    calibration: { ...totals.calibration, productDays },
    uncalibrated: [...(factor === undefined ? (['productDays'] as const) : []), ...totals.uncalibrated],
    report: {
      firstDay: actual.startDay,
      days: validationDays,
      model: own,
      ...(future && { planned: modelAccuracy({ actual, mean: planned.mean }) }),
      seasonalNaive: seasonal,
      ...accuracyByItem({ actual, mean: forecast.mean }),
      intervalCoverage: {
        raw: coverage(actual.units, interval.lower, interval.upper),
        calibrated: stretchedCoverage(actual.units, planned.mean, interval.upper, productDays),
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
  future: KnownFuture | undefined,
  options: ValidationOptions,
): Promise<Pick<ValidationOutcome, 'calibration' | 'uncalibrated'>> {
  if (actual.days < WEEK_DAYS) return { calibration: NO_CALIBRATION, uncalibrated: KINDS_OF_TOTALS };
  const { intervalLevel, signal } = options;
  const levels = [intervalLevel];
  const groups = { groupOf: actual.categoryOf, groupCount: actual.categories.length };
  const factorOver = async (ranges: readonly StepRange[], ofCategories: boolean) => {
    const totals = await sales.totals({ ranges, levels, signal, future, ...(ofCategories && groups) });
    const { seriesCount, days: steps, units } = actual;
    const sums = ofCategories
      ? observedSums(units, { seriesCount, steps, ranges, ...groups })
      : completeSums(actual, ranges);
    return conformalFactor(
      sums,
      totals.mean,
      present(totals.intervals[0], 'interval of the totals').upper,
      intervalLevel,
    );
  };
  const days = wholeSpans(actual.days, 1);
  const weeks = wholeSpans(actual.days, WEEK_DAYS);
  const whole = [{ from: 0, to: actual.days }];
  const dayOfCategory = await factorOver(days, true);
  const weekOfProduct = await factorOver(weeks, false);
  const weekOfCategory = await factorOver(weeks, true);
  const productWeek = weekOfProduct ?? 1;
  const productWhole = (await factorOver(whole, false)) ?? productWeek;
  const categoryWeek = weekOfCategory ?? 1;
  // With few categories there are too few totals over the whole span; their factor then grows like that of
  // products.
  const categoryWhole = (await factorOver(whole, true)) ?? (categoryWeek * productWhole) / productWeek;
  const found = { categoryDays: dayOfCategory, productTotals: weekOfProduct, categoryTotals: weekOfCategory };
  return {
    calibration: {
      productDays: 1,
      categoryDays: dayOfCategory ?? 1,
      productTotals: totalsCalibration(productWeek, productWhole, actual.days),
      categoryTotals: totalsCalibration(categoryWeek, categoryWhole, actual.days),
    },
    uncalibrated: KINDS_OF_TOTALS.filter((kind) => found[kind] === undefined),
  };
}

/** Actual units of each product over each range, product-major; a range with a missing day is missing. */
function completeSums({ seriesCount, days, units }: Panel, ranges: readonly StepRange[]): Float64Array {
  const sums = observedSums(units, { seriesCount, steps: days, ranges });
  for (let s = 0; s < seriesCount; s++) {
    for (const [r, { from, to }] of ranges.entries()) {
      for (let d = s * days + from; d < s * days + to; d++) {
        if (Number.isNaN(units[d])) sums[s * ranges.length + r] = Number.NaN;
      }
    }
  }
  return sums;
}

function stretchedCoverage(
  actual: Float64Array,
  mean: Float64Array,
  upper: Float64Array,
  factor: number,
): number {
  const halfWidth = mean.map((value, i) => factor * (numberAt(upper, i) - value));
  return coverage(
    actual,
    mean.map((value, i) => value - numberAt(halfWidth, i)),
    mean.map((value, i) => value + numberAt(halfWidth, i)),
  );
}
