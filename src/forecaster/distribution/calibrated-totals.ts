import { createPacer } from '../../long-call.js';
import type { FittedModel, QuantileForecast, QuantileOptions, StepRange } from '../../models/contract.js';
import { forecastQuantiles } from '../../models/quantiles.js';
import { clipAtZero, type SalesForecasts } from '../../models/sales-forecasts.js';
import { normalQuantile } from '../../models/uncertainty/normal.js';
import { normalCdf } from '../../models/uncertainty/normal-cdf.js';
import { numberAt, present } from '../../present.js';

/** Means and quantiles of sums over days and groups, of zero or more. */
export interface CalibratedTotals extends QuantileForecast {
  readonly mean: Float64Array;
}

/** Factor on the spread of a total, by the steps that it covers. */
export type SpreadFactor = (range: StepRange) => number;

/**
 * Means and quantiles of sales, with the spread that the validation calibrated. A wider spread stretches distances from
 * the median; a narrower one takes quantiles nearer to it, so that a total that is 0 with some probability stays so.
 *
 * @param sales clipped forecasts of the same model
 * @param probabilities of `options`, ascending
 */
export async function calibratedTotals(
  fitted: FittedModel,
  sales: SalesForecasts,
  options: QuantileOptions,
  factorOf: SpreadFactor,
): Promise<CalibratedTotals> {
  const { probabilities, ...sums } = options;
  const pace = createPacer({ signal: options.signal });
  const { mean } = await sales.totals(sums);
  const { mean: unclipped } = await fitted.totals(sums);
  const { ranges } = options;
  const groupCount = mean.length / ranges.length;
  const values = probabilities.map(() => new Float64Array(mean.length));
  for (const [factor, places] of byFactor(ranges, factorOf)) {
    const part = {
      ...sums,
      ranges: places.map((r) => present(ranges[r], 'range')),
      probabilities: [0.5, ...probabilities.map((p) => nearerMedian(p, factor))],
    };
    const forecast = await forecastQuantiles(fitted, part, { mayBeNegative: true });
    const [medians, ...columns] = forecast.values;
    for (const [p, column] of columns.entries()) {
      for (let g = 0; g < groupCount; g++) {
        places.forEach((r, place) => {
          const from = g * places.length + place;
          const to = g * ranges.length + r;
          const median = numberAt(medians ?? [], from);
          const stretched = median + Math.max(1, factor) * (numberAt(column, from) - median);
          // Where days below zero became days without sales, the law moves up with its mean.
          (values[p] ?? column)[to] = stretched + numberAt(mean, to) - numberAt(unclipped, to);
        });
      }
      await pace({ phase: 'calibrate', done: p + 1, total: columns.length });
    }
  }
  for (const column of values) clipAtZero(column);
  return { groupCount, ranges, probabilities, values, mean };
}

/** The places of the ranges with each factor. */
function byFactor(ranges: readonly StepRange[], factorOf: SpreadFactor): Map<number, number[]> {
  const places = new Map<number, number[]>();
  ranges.forEach((range, r) => {
    const factor = factorOf(range);
    const found = places.get(factor);
    if (found) found.push(r);
    else places.set(factor, [r]);
  });
  return places;
}

function nearerMedian(probability: number, factor: number): number {
  return factor < 1 ? normalCdf(factor * normalQuantile(probability)) : probability;
}
