import { createPacer } from '../long-call.js';
import type { Panel } from '../panel/panel.js';
import type {
  FittedModel,
  ForecastOptions,
  Interval,
  PanelForecast,
  TotalsForecast,
  TotalsOptions,
} from './contract.js';
import { checkTotalsOptions, totalMeans } from './uncertainty/index.js';

/** Forecasts of sales for display: means and bounds of zero or more. */
export interface SalesForecasts {
  forecast(options: ForecastOptions): Promise<PanelForecast>;
  totals(options: TotalsOptions): Promise<TotalsForecast>;
}

export interface SalesForecastOptions {
  /** Keeps values below zero, for a target that has them; see {@link hasNegativeUnits}. Default false. */
  readonly mayBeNegative?: boolean;
}

/**
 * The forecasts of a fitted model with nothing below zero: the one place where values are clipped. A day below
 * zero becomes a day without sales, and totals sum the clipped days. An interval moves up with its mean, so
 * that its upper bound keeps its distance, and its lower bound is cut at zero.
 *
 * ```ts
 * import { type Panel, salesForecasts, seasonalTrend } from 'commerce-forecast';
 *
 * async function nextMonth(panel: Panel) {
 *   const fitted = await seasonalTrend().fit(panel);
 *   return salesForecasts(fitted).forecast({ horizon: 30, levels: [0.8] });
 * }
 * ```
 *
 * Its methods reject with the errors of {@link FittedModel}.
 */
export function salesForecasts(fitted: FittedModel, options: SalesForecastOptions = {}): SalesForecasts {
  return options.mayBeNegative ? fitted : new ClippedForecasts(fitted);
}

/** Tells whether a day is below zero, so that forecasts may be too. Panels made from sales records have none. */
export function hasNegativeUnits({ units }: Pick<Panel, 'units'>): boolean {
  for (const value of units) if (value < 0) return true;
  return false;
}

/** Sets negative values to zero, in place. */
export function clipAtZero(values: Float64Array): Float64Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.max(0, values[i]);
  return values;
}

/** Moves intervals from a mean to a centre of zero or more, and cuts them at zero. */
export function raiseIntervals(
  intervals: readonly Interval[],
  mean: Float64Array,
  centre: Float64Array,
): Interval[] {
  const raised = (bound: Float64Array) => clipAtZero(bound.map((value, i) => value + (centre[i] - mean[i])));
  return intervals.map(({ level, lower, upper }) => ({ level, lower: raised(lower), upper: raised(upper) }));
}

/** Daily means, clipped; without `days` none lies below zero. */
interface ClippedDays {
  readonly horizon: number;
  readonly days?: Float64Array;
}

class ClippedForecasts implements SalesForecasts {
  /** Days of the longest horizon so far, for the future of the fit. */
  #longest: ClippedDays = { horizon: 0 };

  constructor(private readonly fitted: FittedModel) {}

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    const forecast = await this.fitted.forecast(options);
    const mean = clipAtZero(forecast.mean.slice());
    return { ...forecast, mean, intervals: raiseIntervals(forecast.intervals, forecast.mean, mean) };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    const totals = await this.fitted.totals(options);
    const plan = checkTotalsOptions(options, this.fitted.seriesCount);
    const { horizon, days } = await this.#clippedDays(plan.horizon, options);
    const mean = days ? totalMeans(days, horizon, plan) : clipAtZero(totals.mean.slice());
    return { ...totals, mean, intervals: raiseIntervals(totals.intervals, totals.mean, mean) };
  }

  async #clippedDays(horizon: number, { signal, onProgress, future }: TotalsOptions): Promise<ClippedDays> {
    if (!future && this.#longest.horizon >= horizon) return this.#longest;
    const { mean } = await this.fitted.forecast({ horizon, signal, onProgress, future });
    await createPacer({ signal })({ phase: 'forecast', done: 1, total: 1 });
    const clipped = { horizon, ...(hasNegativeUnits({ units: mean }) && { days: clipAtZero(mean.slice()) }) };
    if (!future) this.#longest = clipped;
    return clipped;
  }
}
