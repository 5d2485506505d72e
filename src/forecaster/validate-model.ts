import { eachStep } from '../calendar/period.js';
import { WEEK_DAYS } from '../calendar/weeks.js';
import { createPacer, type LongCallOptions, type Progress, runInSlices } from '../long-call.js';
import { wholeSpans } from '../metrics/test-window.js';
import { seasonalNaive } from '../models/baselines/index.js';
import type {
  Covariates,
  FitOptions,
  ForecastModel,
  QuantileOptions,
  StepRange,
} from '../models/contract.js';
import { recordedFuture } from '../models/covariates.js';
import { groupsOfOne } from '../models/effect.js';
import { salesForecasts } from '../models/sales-forecasts.js';
import { observedSumsSteps } from '../panel/observed-sums.js';
import type { Panel } from '../panel/panel.js';
import { sliceDays, sliceDaysSteps } from '../panel/slice.js';
import { numberAt } from '../present.js';
import {
  type IntervalCalibration,
  type IntervalKind,
  NO_CALIBRATION,
  totalsCalibration,
} from './calibration.js';
import { CoveredOutcomes, coverageProbabilities } from './covering-factor.js';
import { calibratedTotals } from './distribution/calibrated-totals.js';
import { accuracyByItem, modelAccuracy, type ValidationData, type ValidationReport } from './validation.js';

export interface ValidationOptions extends LongCallOptions {
  readonly validationDays: number;
  readonly intervalLevel: number;
  readonly covariates: Covariates;
  readonly seed: number;
  readonly shared?: FitOptions['shared'];
}

export interface ValidationOutcome {
  readonly report: ValidationReport;
  readonly calibration: IntervalCalibration;
  /** Kinds of intervals with too few errors for a calibration. */
  readonly uncalibrated: readonly IntervalKind[];
}

/** Kinds of intervals that are calibrated on sums. */
const KINDS_OF_TOTALS = ['categoryDays', 'productTotals', 'categoryTotals'] as const;

/** Outcomes that tell coverage to about half a percent. */
const ENOUGH_OUTCOMES = 5000;

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
  const { validationDays, intervalLevel, covariates, seed, shared, signal, onProgress } = options;
  const fitDays = panel.days - validationDays;
  if (validationDays < 1 || fitDays < MIN_FIT_DAYS) return undefined;
  const past = await runInSlices(sliceDaysSteps(panel, 0, fitDays), { signal });
  const actual = sliceDays(panel, fitDays, panel.days);
  if (!hasObservations(past) || !hasObservations(actual)) return undefined;
  const horizon = validationDays;
  const fitted = await model.fit(past, { covariates, seed, horizon, shared, signal, onProgress });
  const sales = salesForecasts(fitted);
  const pace = createPacer({ signal });
  const step = (done: number) => pace({ phase: 'validate', done, total: 3 });
  const future = recordedFuture(panel, fitDays);
  const question = { horizon: validationDays, signal };
  const forecast = await sales.forecast(question);
  await step(1);
  const planned = future ? await sales.forecast({ ...question, future }) : forecast;
  await step(2);
  const naive = await seasonalNaive({ season: 7 }).fit(past, { signal });
  const naiveForecast = await salesForecasts(naive).forecast({ horizon: validationDays, signal });
  await step(3);
  const accuracyOf = (mean: Float64Array) => runInSlices(modelAccuracy({ actual, mean }), { signal });
  const own = await accuracyOf(forecast.mean);
  const seasonal = await accuracyOf(naiveForecast.mean);
  if (!own || !seasonal) return undefined;
  // Intervals hold for a known plan, so they are calibrated on forecasts that knew it.
  const law: LawOfSums = async (sums) => {
    const probabilities = coverageProbabilities(intervalLevel);
    const query = { ...sums, probabilities, signal, future };
    return (await calibratedTotals(fitted, sales, query, () => 1)).values;
  };
  const days = await daysOfProducts(actual, law, intervalLevel);
  const factor = days.factor();
  const productDays = factor ?? 1;
  const measuresSums = fitted.quantiles !== undefined;
  const totals = await calibrateTotals({ actual, mean: planned.mean }, law, {
    intervalLevel,
    measuresSums,
    signal,
  });
  return {
    calibration: { ...totals.calibration, productDays },
    uncalibrated: [...(factor === undefined ? (['productDays'] as const) : []), ...totals.uncalibrated],
    report: {
      firstDay: actual.startDay,
      days: validationDays,
      model: own,
      ...(future && { planned: await accuracyOf(planned.mean) }),
      seasonalNaive: seasonal,
      ...(await runInSlices(accuracyByItem({ actual, mean: forecast.mean }), { signal })),
      intervalCoverage: { raw: days.coverage(1), calibrated: days.coverage(productDays) },
    },
  };
}

/** Reads the quantiles of sums that a calibration needs, as they are without it. */
type LawOfSums = (
  sums: Pick<QuantileOptions, 'ranges' | 'groupOf' | 'groupCount'>,
) => Promise<readonly Float64Array[]>;

/** Outcomes of days of products, at most as many as a calibration needs, from products all over the panel. */
async function daysOfProducts(
  { seriesCount, days, units }: Panel,
  law: LawOfSums,
  level: number,
): Promise<CoveredOutcomes> {
  const every = Math.ceil((seriesCount * days) / ENOUGH_OUTCOMES);
  const series = Array.from({ length: Math.ceil(seriesCount / every) }, (_, k) => k * every);
  const actual = Float64Array.from({ length: series.length * days }, (_, i) =>
    numberAt(units, numberAt(series, Math.floor(i / days)) * days + (i % days)),
  );
  const columns = await law({ ranges: eachStep(days), ...groupsOfOne(seriesCount, series) });
  return new CoveredOutcomes(actual, columns, level);
}

function hasObservations(panel: Panel): boolean {
  return panel.units.some((units) => !Number.isNaN(units));
}

/** Factors for the totals over weeks and over all validation days, and for the days of categories. */
async function calibrateTotals(
  { actual, mean }: ValidationData,
  law: LawOfSums,
  {
    intervalLevel,
    measuresSums,
    signal,
  }: Pick<ValidationOptions, 'intervalLevel' | 'signal'> & { readonly measuresSums: boolean },
): Promise<Pick<ValidationOutcome, 'calibration' | 'uncalibrated'>> {
  if (actual.days < WEEK_DAYS) return { calibration: NO_CALIBRATION, uncalibrated: KINDS_OF_TOTALS };
  const groups = { groupOf: actual.categoryOf, groupCount: actual.categories.length };
  const pace = createPacer({ signal });
  const factorOver = async (ranges: readonly StepRange[], ofCategories: boolean) => {
    const steps = ofCategories ? sumsOfCategories({ actual, mean }, ranges) : completeSums(actual, ranges);
    const sums = await runInSlices(steps, { signal });
    const columns = await law({ ranges, ...(ofCategories && groups) });
    await pace({ phase: 'calibrate', done: 0, total: 2 });
    const outcomes = new CoveredOutcomes(sums, columns, intervalLevel);
    await pace({ phase: 'calibrate', done: 1, total: 2 });
    return outcomes.factor();
  };
  const days = eachStep(actual.days);
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
      productTotals: totalsCalibration(productWeek, productWhole, actual.days, measuresSums),
      categoryTotals: totalsCalibration(categoryWeek, categoryWhole, actual.days, measuresSums),
    },
    uncalibrated: KINDS_OF_TOTALS.filter((kind) => found[kind] === undefined),
  };
}

/** Actual units of each product over each range, product-major; a range with a missing day is missing. */
function* completeSums(
  { seriesCount, days, units }: Panel,
  ranges: readonly StepRange[],
): Generator<Progress, Float64Array, void> {
  const sums = yield* observedSumsSteps(units, { seriesCount, steps: days, ranges });
  for (let s = 0; s < seriesCount; s++) {
    for (const [r, { from, to }] of ranges.entries()) {
      for (let d = s * days + from; d < s * days + to; d++) {
        if (Number.isNaN(units[d])) sums[s * ranges.length + r] = Number.NaN;
      }
    }
  }
  return sums;
}

/**
 * Actual units of each category over each range. Where some are missing, such as those of products out of stock, the others tell the
 * error, which is as much larger for all of them as errors of single products grow; where most are missing, so is the sum.
 */
function* sumsOfCategories(
  { actual, mean }: ValidationData,
  ranges: readonly StepRange[],
): Generator<Progress, Float64Array, void> {
  const { seriesCount, days: steps, units, categoryOf: groupOf, categories } = actual;
  const plan = { seriesCount, steps, ranges, groupOf, groupCount: categories.length };
  const expected = yield* observedSumsSteps(mean, plan);
  const expectedOfObserved = yield* observedSumsSteps(mean, plan, { observed: units });
  return (yield* observedSumsSteps(units, plan)).map((sum, i) => {
    const [all, seen] = [numberAt(expected, i), numberAt(expectedOfObserved, i)];
    if (seen === all) return sum;
    return 2 * seen > all ? all + (sum - seen) * Math.sqrt(all / seen) : Number.NaN;
  });
}
