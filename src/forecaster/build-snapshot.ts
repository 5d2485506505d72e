import { calendarPeriodSteps, periodSteps, TIME_PERIODS, type TimePeriod } from '../calendar/period.js';
import { createPacer, type LongCallOptions } from '../long-call.js';
import type { FittedModel, StepRange, TotalsForecast } from '../models/contract.js';
import type { LifeCycle } from '../models/life-cycle.js';
import { clipAtZero, salesForecasts } from '../models/sales-forecasts.js';
import { normalQuantile } from '../models/uncertainty/normal.js';
import { observedSums } from '../panel/observed-sums.js';
import { lastDay, type Panel } from '../panel/panel.js';
import { sliceDays } from '../panel/slice.js';
import { numberAt, present } from '../present.js';
import { type IntervalCalibration, type TotalsCalibration, totalsFactor } from './calibration.js';
import type { Lineage } from './lineage.js';
import type { CategoryDays, ForecastSnapshot, PeriodForecast, PeriodTotals } from './snapshot.js';
import type { ValidationReport } from './validation.js';

/** Start of `week`, `month` and `year`: the day after the last one, or the next calendar period. */
export type PeriodAlignment = 'rolling' | 'calendar';

/** Panel to forecast, level of the intervals and alignment of the periods. */
export interface ForecastPlan {
  readonly panel: Panel;
  readonly intervalLevel: number;
  readonly alignment: PeriodAlignment;
}

/** Forecasts of sales over all periods, before calibration. */
export interface ModelForecasts {
  readonly products: TotalsForecast;
  readonly categories: TotalsForecast;
  /** Daily forecasts of each category. */
  readonly categoryDays: TotalsForecast;
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
  options: LongCallOptions = {},
): Promise<ModelForecasts> {
  const { panel, intervalLevel } = plan;
  const ranges = TIME_PERIODS.map((period) => stepsOf(period, plan));
  const { signal } = options;
  const request = { levels: [intervalLevel], signal };
  const groups = { groupOf: panel.categoryOf, groupCount: panel.categories.length };
  const pace = createPacer(options);
  const report = (done: number) => pace({ phase: 'forecast periods', done, total: 3 });
  const sales = salesForecasts(fitted);
  const products = await sales.totals({ ...request, ranges });
  await report(1);
  const categories = await sales.totals({ ...request, ...groups, ranges });
  await report(2);
  const days = Array.from({ length: CATEGORY_HORIZON }, (_, step) => ({ from: step, to: step + 1 }));
  const categoryDays = await sales.totals({ ...request, ...groups, ranges: days });
  await report(3);
  return { products, categories, categoryDays };
}

/** Builds a snapshot: calibrated forecasts with everything else that answers need. */
export function buildSnapshot(input: SnapshotInput): ForecastSnapshot {
  const { panel, calibration } = input;
  const { products, categories, categoryDays } = input.forecasts;
  const periods = TIME_PERIODS.map((period, r): [TimePeriod, PeriodForecast] => {
    const productTotals = totalsOf(products, r, input, calibration.productTotals, (steps) =>
      previousUnits(panel, steps, undefined),
    );
    const categoryTotals = totalsOf(categories, r, input, calibration.categoryTotals, (steps) =>
      previousUnits(panel, steps, panel.categoryOf),
    );
    const { from, to } = present(products.ranges[r], 'range of the period');
    return [
      period,
      {
        firstDay: lastDay(panel) + 1 + from,
        lastDay: lastDay(panel) + to,
        products: productTotals,
        categories: categoryTotals,
        ranking: rankByVolume(productTotals.mean, panel.ids),
      },
    ];
  });
  return {
    modelVersion: input.modelVersion,
    lineage: input.lineage,
    trainedAt: input.trainedAt,
    cutoffDay: lastDay(panel),
    intervalLevel: input.intervalLevel,
    productIds: panel.ids,
    categories: panel.categories,
    categoryOf: panel.categoryOf,
    periods: Object.fromEntries(periods) as Record<TimePeriod, PeriodForecast>,
    categoryDays: calibratedDays(categoryDays, input),
    lifeCycle: input.lifeCycle,
    validation: input.validation,
  };
}

function stepsOf(period: TimePeriod, input: ForecastPlan): StepRange {
  return input.alignment === 'calendar'
    ? calendarPeriodSteps(period, lastDay(input.panel))
    : periodSteps(period);
}

function totalsOf(
  totals: TotalsForecast,
  range: number,
  input: SnapshotInput,
  calibration: TotalsCalibration,
  previous: (steps: StepRange) => Float64Array,
): PeriodTotals {
  const count = totals.groupCount;
  const stride = totals.ranges.length;
  const pick = (values: Float64Array) =>
    Float64Array.from({ length: count }, (_, g) => numberAt(values, g * stride + range));
  const mean = pick(totals.mean);
  const steps = present(totals.ranges[range], 'range of the period');
  const factor = totalsFactor(calibration, steps.to - steps.from);
  const { upper } = intervalOf(totals);
  const halfWidth = pick(upper).map((bound, g) => factor * (bound - numberAt(mean, g)));
  const deviations = normalQuantile((1 + input.intervalLevel) / 2);
  return {
    ...boundsAround(mean, halfWidth),
    standardError: halfWidth.map((width) => width / deviations),
    previous: previous(steps),
  };
}

/** The only interval of the forecasts of a snapshot. */
function intervalOf({ intervals }: TotalsForecast): TotalsForecast['intervals'][number] {
  return present(intervals[0], 'interval of the totals');
}

/** Bounds at a calibrated distance around forecasts of sales. */
function boundsAround(mean: Float64Array, halfWidth: Float64Array) {
  return {
    mean,
    lower: clipAtZero(mean.map((value, i) => value - numberAt(halfWidth, i))),
    upper: mean.map((value, i) => value + numberAt(halfWidth, i)),
  };
}

/**
 * Units sold over the same number of days before the cutoff as the range has. Unobserved days count as the mean
 * of the observed ones, so that young products compare fairly; giant orders are bounded, so that a trend
 * compares usual levels. NaN without an observed day.
 */
function previousUnits(panel: Panel, steps: StepRange, groupOf: Int32Array | undefined): Float64Array {
  const window = steps.to - steps.from;
  const { seriesCount, days } = panel;
  const own = new Float64Array(seriesCount);
  for (let s = 0; s < seriesCount; s++) {
    let count = 0;
    let sum = 0;
    for (let d = Math.max(0, days - window); d < days; d++) {
      const units = panel.units[s * days + d] ?? Number.NaN;
      if (Number.isNaN(units)) continue;
      count++;
      sum += units;
    }
    own[s] = (sum / count) * window;
  }
  if (!groupOf) return own;
  return observedSums(own, { seriesCount, steps: 1, groupOf, groupCount: panel.categories.length });
}

function rankByVolume(mean: Float64Array, ids: readonly string[]): Int32Array {
  const idOf = (product: number) => present(ids[product], 'id of the product');
  return Int32Array.from(mean.keys()).sort(
    (a, b) => numberAt(mean, b) - numberAt(mean, a) || (idOf(a) < idOf(b) ? -1 : 1),
  );
}

function calibratedDays(days: TotalsForecast, { panel, calibration }: SnapshotInput): CategoryDays {
  const { upper } = intervalOf(days);
  const halfWidth = upper.map((bound, i) => calibration.categoryDays * (bound - numberAt(days.mean, i)));
  return {
    ...categoryHistory(panel),
    horizon: CATEGORY_HORIZON,
    ...boundsAround(days.mean, halfWidth),
  };
}

function categoryHistory(panel: Panel) {
  const historyDays = Math.min(HISTORY_DAYS, panel.days);
  const from = panel.days - historyDays;
  const { seriesCount, categoryOf: groupOf, categories } = panel;
  const { units, soldUnits } = sliceDays(panel, from, panel.days);
  const plan = { seriesCount, steps: historyDays, groupOf, groupCount: categories.length };
  const history = observedSums(soldUnits ?? units, plan, { nothing: 0 });
  return { historyStart: panel.startDay + from, historyDays, history };
}
