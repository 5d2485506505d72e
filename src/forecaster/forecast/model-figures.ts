import { createPacer, type LongCallOptions } from '../../long-call.js';
import type { FittedModel } from '../../models/contract.js';
import { salesForecasts } from '../../models/sales-forecasts.js';
import { numberAt } from '../../present.js';
import { type IntervalCalibration, spreadFactor } from '../calibration.js';
import { calibratedTotals } from '../distribution/calibrated-totals.js';
import { expectedRevenue, type KnownPrices } from './known-prices.js';
import type { FiguresOf, WantedRows } from './snapshot-figures.js';

/** Quantiles that are computed at a time, between two chances to stop. */
const QUANTILES_AT_ONCE = 20_000;

/** Figures from the law of each sum, which the fitted model computes. */
export async function modelFigures(
  fitted: FittedModel,
  calibration: IntervalCalibration,
  { level, groups, periods, probabilities }: WantedRows,
  prices: KnownPrices,
  options: LongCallOptions,
): Promise<FiguresOf> {
  const { signal } = options;
  const sales = salesForecasts(fitted);
  const ofGroup = level !== 'product' && level !== 'product-location';
  const wanted = [...new Set([0.5, ...probabilities])].sort((a, b) => a - b);
  const cells = groups.length * periods.length;
  const units = new Float64Array(cells);
  const columns = new Map(wanted.map((p) => [p, new Float64Array(cells)]));
  const revenue = prices.isEmpty ? undefined : await expectedRevenue(fitted, prices, periods, options);
  // A model without quantiles of its own forecasts everything at each call.
  const atOnce = fitted.quantiles
    ? Math.max(1, Math.floor(QUANTILES_AT_ONCE / (periods.length * wanted.length)))
    : groups.length;
  const pace = createPacer(options);
  for (let first = 0; first < groups.length; first += atOnce) {
    const part = groups.slice(first, first + atOnce);
    const groupOf = new Int32Array(fitted.seriesCount).fill(-1);
    part.forEach(({ series }, group) => {
      for (const s of series) groupOf[s] = group;
    });
    const sums = { ranges: periods, groupOf, groupCount: part.length, probabilities: wanted, signal };
    const totals = await calibratedTotals(fitted, sales, sums, ({ from, to }) =>
      spreadFactor(calibration, ofGroup, to - from),
    );
    units.set(totals.mean, first * periods.length);
    wanted.forEach((p, column) => {
      columns.get(p)?.set(totals.values[column] ?? [], first * periods.length);
    });
    await pace({ phase: 'forecast', done: Math.min(first + atOnce, groups.length), total: groups.length });
  }
  return (group, period) => {
    const at = group * periods.length + period;
    const quantile = (p: number) => numberAt(columns.get(p) ?? [], at);
    return {
      units: numberAt(units, at),
      median: quantile(0.5),
      quantiles: probabilities.map(quantile),
      revenue: revenue ? sumOfKnown(revenue, groups[group]?.series ?? [], period, periods.length) : null,
    };
  };
}

function sumOfKnown(
  revenue: Float64Array,
  series: readonly number[],
  period: number,
  periods: number,
): number | null {
  let sum: number | null = null;
  for (const s of series) {
    const own = numberAt(revenue, s * periods + period);
    if (!Number.isNaN(own)) sum = (sum ?? 0) + own;
  }
  return sum;
}
