import type { FittedModel, QuantileForecast, QuantileOptions } from './contract.js';
import { clipAtZero, type SalesForecastOptions } from './sales-forecasts.js';
import { checkQuantileOptions } from './uncertainty/index.js';

/**
 * Quantiles of sales over days, products and groups, from the predictive distribution of a fitted model: for
 * example the value exceeded with probability 0.1, or the median of each day, which minimises the expected
 * absolute error (only means add up to sums). Quantiles never cross, and none lies below zero unless
 * `mayBeNegative`.
 *
 * ```ts
 * import { adaptiveEnsemble, forecastQuantiles, type Panel } from 'commerce-forecast';
 *
 * async function dailyMedians(panel: Panel) {
 *   const fitted = await adaptiveEnsemble().fit(panel);
 *   const ranges = Array.from({ length: 28 }, (_, day) => ({ from: day, to: day + 1 }));
 *   const { values } = await forecastQuantiles(fitted, { ranges, probabilities: [0.5] });
 *   return values[0]; // 28 days of the first series, then of the second, ...
 * }
 * ```
 *
 * @throws ForecastError `invalid-option` for a wrong range, group or probability, `aborted`.
 */
export async function forecastQuantiles(
  fitted: FittedModel,
  options: QuantileOptions,
  { mayBeNegative = false }: SalesForecastOptions = {},
): Promise<QuantileForecast> {
  const { probabilities } = checkQuantileOptions(options, fitted.seriesCount);
  const forecast = await (fitted.quantiles?.(options) ?? symmetricQuantiles(fitted, options));
  const order = probabilities.map((_, i) => i).sort((a, b) => probabilities[a] - probabilities[b]);
  const values = forecast.values.map((column) => (mayBeNegative ? column : clipAtZero(column)));
  for (let k = 1; k < order.length; k++) {
    const [below, above] = [values[order[k - 1]], values[order[k]]];
    for (let i = 0; i < above.length; i++) above[i] = Math.max(above[i], below[i]);
  }
  return { ...forecast, values };
}

/** Quantiles of distributions that are symmetric around their means, from the bounds of central intervals. */
async function symmetricQuantiles(
  fitted: FittedModel,
  { probabilities, ...options }: QuantileOptions,
): Promise<QuantileForecast> {
  const levels = probabilities.filter((p) => p !== 0.5).map((p) => Math.abs(2 * p - 1));
  const { groupCount, ranges, mean, intervals } = await fitted.totals({ ...options, levels });
  const ofLevel = new Map(intervals.map((interval) => [interval.level, interval]));
  const values = probabilities.map((probability) => {
    const interval = ofLevel.get(Math.abs(2 * probability - 1));
    return ((probability < 0.5 ? interval?.lower : interval?.upper) ?? mean).slice();
  });
  return { groupCount, ranges, probabilities, values };
}
