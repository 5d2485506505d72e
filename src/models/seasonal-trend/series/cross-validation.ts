import { MS_PER_DAY } from '../../../calendar/day.js';
import { ForecastError, invalidOption } from '../../../errors.js';
import { type LongCallOptions, type Progress, runInSlices } from '../../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import type { Seasonality } from '../components.js';
import { selectPoints } from './points.js';
import { fitHistory } from './seasonal-trend-fit.js';
import { readHistory, type SeriesHistory } from './series-history.js';
import type { SeasonalTrendOptions, SeriesData } from './series-options.js';
import { type Specification, specify } from './specification.js';
import { toDay } from './time-points.js';

/** Cutoffs and horizon of the cross-validation of a series. All lengths in days, with fractions for hours. */
export interface CrossValidationPlan {
  /** Days that each trial forecasts. */
  readonly horizon: number;
  /** Days between two cutoffs. Default half of the horizon. */
  readonly period?: number;
  /** Days before the first cutoff. Default three horizons, and at least the longest seasonality. */
  readonly initial?: number;
  /** The cutoffs themselves, ascending, in place of `period` and `initial`. */
  readonly cutoffs?: readonly (number | string | Date)[];
}

const CROSS_VALIDATION_PLAN: OptionTable<CrossValidationPlan> = {
  horizon: 1,
  period: 1,
  initial: 1,
  cutoffs: 1,
};

/** Forecasts and actuals of every cutoff: a row for each observation within the horizon. */
export interface SeriesCrossValidation {
  readonly cutoffs: Float64Array;
  readonly days: Float64Array;
  readonly values: Float64Array;
  readonly mean: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Level of the intervals. */
  readonly level: number;
  readonly warnings: readonly string[];
}

/**
 * Fits a series up to each of several cutoffs and forecasts the days after it, with Prophet's cutoffs: the last
 * one lies a horizon before the last observation, and the others go back from there. Automatic seasonalities
 * are those of the whole series.
 *
 * ```ts
 * import { crossValidate, performanceMetrics } from 'commerce-forecast/seasonal-trend';
 *
 * export async function howGood(days: number[], values: number[]) {
 *   const trials = await crossValidate({ days, values }, {}, { initial: 730, period: 180, horizon: 365 });
 *   return performanceMetrics(trials).mape;
 * }
 * ```
 *
 * Source: `cross_validation` in Prophet's `diagnostics.py`.
 *
 * @throws ForecastError `invalid-option` for a length that is not positive or a cutoff outside the series, `too-short` for a
 * series without room for a cutoff, and what `fitSeasonalTrend` throws; `aborted`.
 */
export function crossValidate(
  data: SeriesData,
  options: SeasonalTrendOptions,
  plan: CrossValidationPlan,
  calls: LongCallOptions = {},
): Promise<SeriesCrossValidation> {
  return runInSlices(trials(data, options, plan), calls);
}

function* trials(
  data: SeriesData,
  options: SeasonalTrendOptions,
  plan: CrossValidationPlan,
): Generator<Progress, SeriesCrossValidation, void> {
  const history = readHistory(data, options);
  const { specification } = specify(history, options);
  const { days } = history.points;
  const longest = Math.max(0, ...seasonalitiesOf(specification).map(({ period }) => period));
  checkLengths(plan);
  const { horizon, period = 0.5 * horizon, initial = Math.max(3 * horizon, longest) } = plan;
  const cutoffs = plan.cutoffs
    ? givenCutoffs(plan.cutoffs, days, horizon)
    : generateCutoffs(days, horizon, initial, period);
  const warnings =
    cutoffs[0] - days[0] < longest
      ? [
          `The seasonality of ${longest} days is longer than the ${cutoffs[0] - days[0]} days before the first cutoff.`,
        ]
      : [];
  const level = specification.intervalLevel;
  const parts: Trial[] = [];
  for (const [done, cutoff] of cutoffs.entries()) {
    parts.push(trial(history, optionsAt(specification, options, cutoff, days), cutoff, horizon, level));
    yield { phase: 'cross-validate', done: done + 1, total: cutoffs.length };
  }
  const join = (pick: (part: Trial) => ArrayLike<number>) =>
    Float64Array.from(parts.flatMap((part) => Array.from(pick(part))));
  return {
    cutoffs: join((part) => part.cutoffs),
    days: join((part) => part.days),
    values: join((part) => part.values),
    mean: join((part) => part.mean),
    lower: join((part) => part.lower),
    upper: join((part) => part.upper),
    level,
    warnings,
  };
}

/** Rows of one cutoff. */
type Trial = Record<'cutoffs' | 'days' | 'values' | 'mean' | 'lower' | 'upper', ArrayLike<number>>;

function trial(
  history: SeriesHistory,
  options: SeasonalTrendOptions,
  cutoff: number,
  horizon: number,
  level: number,
) {
  const { points, values } = history;
  const rows = [...points.days.keys()];
  const before = rows.filter((row) => points.days[row] <= cutoff);
  const after = rows.filter(
    (row) => points.days[row] > cutoff && points.days[row] <= cutoff + horizon + ROUNDING,
  );
  if (before.length < 2) {
    throw new ForecastError('too-short', 'There are fewer than two observations before a cutoff', {
      path: ['initial'],
      hint: 'Make initial longer.',
    });
  }
  const past = {
    points: selectPoints(points, before),
    values: Float64Array.from(before, (row) => values[row]),
    lastDay: cutoff,
  };
  const future = selectPoints(points, after);
  const { mean, intervals } = fitHistory(past, options).forecastAt(future, { levels: [level] });
  return {
    cutoffs: after.map(() => cutoff),
    days: future.days,
    values: after.map((row) => values[row]),
    mean,
    lower: intervals[0].lower,
    upper: intervals[0].upper,
  };
}

/** Days within which two times are equal: a millisecond. */
const ROUNDING = 1 / MS_PER_DAY;

/** Each cutoff is a fit. */
const MOST_CUTOFFS = 10_000;

/** Goes back from the last observation; stretches without data are skipped. */
function generateCutoffs(days: Float64Array, horizon: number, initial: number, period: number): number[] {
  const first = days[0];
  let cutoff = days[days.length - 1] - horizon;
  if (cutoff < first) tooShort('The series is shorter than the horizon');
  const result: number[] = [];
  while (cutoff >= first + initial - ROUNDING) {
    result.push(cutoff);
    if (result.length > MOST_CUTOFFS) {
      invalidOption('period', `There are more than ${MOST_CUTOFFS} cutoffs: make the period longer`);
    }
    cutoff -= period;
    const hasData = days.some((day) => day > cutoff && day <= cutoff + horizon + ROUNDING);
    if (!hasData && cutoff > first) cutoff = days.findLast((day) => day <= cutoff)! - horizon;
  }
  if (result.length === 0) tooShort('After the initial days there is less than a horizon left');
  return result.reverse();
}

function givenCutoffs(
  cutoffs: readonly (number | string | Date)[],
  days: Float64Array,
  horizon: number,
): number[] {
  const read = cutoffs.map((cutoff, i) => toDay(cutoff, ['cutoffs', i])).sort((a, b) => a - b);
  if (read.length === 0) {
    throw new ForecastError('invalid-option', 'There is no cutoff', { path: ['cutoffs'] });
  }
  read.forEach((cutoff, i) => {
    if (cutoff > days[0] && cutoff <= days[days.length - 1] - horizon + ROUNDING) return;
    throw new ForecastError(
      'invalid-option',
      'A cutoff lies outside the series, or less than a horizon before its end',
      {
        path: ['cutoffs', i],
      },
    );
  });
  return read;
}

function checkLengths(plan: CrossValidationPlan): void {
  refuseUnknown(plan, CROSS_VALIDATION_PLAN, ['plan']);
  for (const name of ['horizon', 'period', 'initial'] as const) {
    const value = plan[name];
    if (value === undefined && name !== 'horizon') continue;
    if (typeof value === 'number' && value > 0 && Number.isFinite(value)) continue;
    throw new ForecastError('invalid-option', `${name} is a positive number of days`, { path: [name] });
  }
}

/** The options of the whole series, with its automatic seasonalities resolved, without later changepoints. */
function optionsAt(
  specification: Specification,
  options: SeasonalTrendOptions,
  cutoff: number,
  days: Float64Array,
): SeasonalTrendOptions {
  const last = days.findLast((day) => day <= cutoff) ?? cutoff;
  const changepoints = options.changepoints?.filter(
    (changepoint, i) => toDay(changepoint, ['changepoints', i]) < last,
  );
  return {
    ...options,
    ...(changepoints ? { changepoints } : {}),
    yearlySeasonality: false,
    weeklySeasonality: false,
    dailySeasonality: false,
    seasonalities: seasonalitiesOf(specification).map(
      ({ name, period, fourierOrder, priorScale, mode, condition }) => ({
        name,
        period,
        fourierOrder,
        priorScale,
        mode,
        condition,
      }),
    ),
  };
}

function seasonalitiesOf({ components }: Specification): Seasonality[] {
  return components.filter((component) => component.kind === 'seasonality');
}

function tooShort(message: string): never {
  throw new ForecastError('too-short', message, {
    path: ['horizon'],
    hint: 'Make the horizon or the initial days shorter.',
  });
}
