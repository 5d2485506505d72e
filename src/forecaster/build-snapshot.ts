import {
  calendarPeriodSteps,
  eachStep,
  periodSteps,
  TIME_PERIODS,
  type TimePeriod,
} from '../calendar/period.js';
import { createPacer, type LongCallOptions, type Progress } from '../long-call.js';
import type { FittedModel, StepRange } from '../models/contract.js';
import type { LifeCycle } from '../models/life-cycle.js';
import { salesForecasts } from '../models/sales-forecasts.js';
import { normalQuantile } from '../models/uncertainty/normal.js';
import { observedSumsSteps } from '../panel/observed-sums.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { sliceDaysSteps } from '../panel/slice.js';
import { numberAt, present } from '../present.js';
import { type IntervalCalibration, spreadFactor } from './calibration.js';
import { type CalibratedTotals, calibratedTotals } from './distribution/calibrated-totals.js';
import {
  type GridTotals,
  gridProbabilities,
  intervalReader,
  packQuantiles,
} from './distribution/quantile-grid.js';
import type { Lineage } from './lineage.js';
import { pastUnits } from './past-units.js';
import type { ForecastSnapshot, PeriodForecast, PeriodTotals } from './snapshot.js';
import type { ValidationReport } from './validation.js';

/** Start of `week`, `month` and `year`: the day after the last one, or the next calendar period. */
export type PeriodAlignment = 'rolling' | 'calendar';

/** Panel to forecast, level of the intervals and alignment of the periods. */
export interface ForecastPlan {
  readonly panel: Panel;
  readonly intervalLevel: number;
  readonly alignment: PeriodAlignment;
}

/** Calibrated forecasts of sales over all periods. */
export interface ModelForecasts {
  readonly products: CalibratedTotals;
  readonly categories: CalibratedTotals;
  /** Daily forecasts of each category. */
  readonly categoryDays: CalibratedTotals;
}

export interface SnapshotInput extends ForecastPlan {
  readonly forecasts: ModelForecasts;
  readonly modelVersion: string;
  readonly lineage: Lineage;
  readonly trainedAt: string;
  readonly calibration: IntervalCalibration;
  readonly lifeCycle: readonly LifeCycle[] | undefined;
  readonly validation: ValidationReport | undefined;
}

/** Days of history that a snapshot keeps for each category. */
const HISTORY_DAYS = 730;

/** Days of daily category forecasts that a snapshot keeps. */
const CATEGORY_HORIZON = 365;

/** Computes all forecasts that a snapshot needs. */
export async function forecastAll(
  fitted: FittedModel,
  plan: ForecastPlan,
  calibration: IntervalCalibration,
  options: LongCallOptions = {},
): Promise<ModelForecasts> {
  const { panel, intervalLevel } = plan;
  const ranges = TIME_PERIODS.map((period) => stepsOf(period, plan));
  const { signal } = options;
  const request = { probabilities: gridProbabilities(intervalLevel), signal };
  const groups = { groupOf: panel.categoryOf, groupCount: panel.categories.length };
  const pace = createPacer(options);
  const report = (done: number) => pace({ phase: 'forecast periods', done, total: 3 });
  const sales = salesForecasts(fitted);
  const factorOf = (ofGroup: boolean) => (range: StepRange) =>
    spreadFactor(calibration, ofGroup, range.to - range.from);
  const products = await calibratedTotals(fitted, sales, { ...request, ranges }, factorOf(false));
  await report(1);
  const categories = await calibratedTotals(fitted, sales, { ...request, ...groups, ranges }, factorOf(true));
  await report(2);
  const daily = { ...request, ...groups, ranges: eachStep(CATEGORY_HORIZON) };
  const categoryDays = await calibratedTotals(fitted, sales, daily, factorOf(true));
  await report(3);
  return { products, categories, categoryDays };
}

/** Builds a snapshot: calibrated forecasts with everything else that answers need. */
export function* buildSnapshot(input: SnapshotInput): Generator<Progress, ForecastSnapshot, void> {
  const { panel } = input;
  const { products, categories, categoryDays } = input.forecasts;
  const periods: [TimePeriod, PeriodForecast][] = [];
  const total = TIME_PERIODS.length;
  for (const [r, period] of TIME_PERIODS.entries()) {
    const productTotals = yield* totalsOf(products, r, input.intervalLevel, (steps) =>
      pastUnits(panel, steps),
    );
    yield { phase: 'build snapshot', done: r, total };
    const categoryTotals = yield* totalsOf(categories, r, input.intervalLevel, (steps) =>
      pastUnits(panel, steps, panel.categoryOf),
    );
    const { from, to } = present(products.ranges[r], 'range of the period');
    periods.push([
      period,
      {
        firstDay: lastDay(panel) + 1 + from,
        lastDay: lastDay(panel) + to,
        products: productTotals,
        categories: categoryTotals,
        ranking: rankByVolume(productTotals.mean, panel.ids),
      },
    ]);
    yield { phase: 'build snapshot', done: r + 1, total };
  }
  const history = yield* categoryHistory(panel);
  return {
    modelVersion: input.modelVersion,
    lineage: input.lineage,
    trainedAt: input.trainedAt,
    cutoffDay: lastDay(panel),
    intervalLevel: input.intervalLevel,
    calibration: input.calibration,
    productIds: panel.ids,
    categories: panel.categories,
    categoryOf: panel.categoryOf,
    attributes: panel.attributes,
    lastPrice: lastPrices(panel),
    periods: Object.fromEntries(periods) as Record<TimePeriod, PeriodForecast>,
    categoryDays: { ...history, horizon: CATEGORY_HORIZON, ...gridOf(categoryDays) },
    lifeCycle: input.lifeCycle,
    validation: input.validation,
  };
}

/** Last known price of each series. */
function lastPrices({ price, seriesCount, days }: Panel): Float32Array | undefined {
  if (!price) return undefined;
  return Float32Array.from({ length: seriesCount }, (_, s) => {
    for (let d = days - 1; d >= 0; d--)
      if (numberAt(price, s * days + d) > 0) return numberAt(price, s * days + d);
    return Number.NaN;
  });
}

function stepsOf(period: TimePeriod, input: ForecastPlan): StepRange {
  return input.alignment === 'calendar'
    ? calendarPeriodSteps(period, lastDay(input.panel))
    : periodSteps(period);
}

function* totalsOf(
  totals: CalibratedTotals,
  range: number,
  intervalLevel: number,
  past: (steps: StepRange) => Pick<PeriodTotals, 'daysBefore' | 'yearBefore'>,
): Generator<Progress, PeriodTotals, void> {
  const stride = totals.ranges.length;
  const own = gridOf(totals, totals.groupCount, (group) => group * stride + range);
  const progress: Progress = { phase: 'build snapshot', done: range, total: stride };
  yield progress;
  const steps = present(totals.ranges[range], 'range of the period');
  const deviations = normalQuantile((1 + intervalLevel) / 2);
  const { upper } = intervalReader(own, intervalLevel);
  const standardError = own.mean.map((mean, i) => (upper(i) - mean) / deviations);
  yield progress;
  return { ...own, standardError, ...past(steps) };
}

/** Means and quantiles of chosen totals; of all by default. */
function gridOf(
  { mean, probabilities, values }: CalibratedTotals,
  count = mean.length,
  placeOf = (index: number) => index,
): GridTotals {
  return {
    mean: Float64Array.from({ length: count }, (_, i) => numberAt(mean, placeOf(i))),
    quantiles: packQuantiles(probabilities, values, count, placeOf),
  };
}

function rankByVolume(mean: Float64Array, ids: readonly string[]): Int32Array {
  const idOf = (product: number) => present(ids[product], 'id of the product');
  return Int32Array.from(mean.keys()).sort(
    (a, b) => numberAt(mean, b) - numberAt(mean, a) || (idOf(a) < idOf(b) ? -1 : 1),
  );
}

function* categoryHistory(panel: Panel) {
  const historyDays = Math.min(HISTORY_DAYS, panel.days);
  const from = panel.days - historyDays;
  const { seriesCount, categoryOf: groupOf, categories } = panel;
  const { units, soldUnits } = yield* sliceDaysSteps(panel, from, panel.days);
  const plan = { seriesCount, steps: historyDays, groupOf, groupCount: categories.length };
  const history = yield* observedSumsSteps(soldUnits ?? units, plan, { nothing: 0 });
  return { historyStart: panel.startDay + from, historyDays, history };
}
