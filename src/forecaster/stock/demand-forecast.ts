import { type DemandLaw, demandFromQuantiles } from '../../inventory/index.js';
import { createPacer, type LongCallOptions } from '../../long-call.js';
import type { FittedModel } from '../../models/contract.js';
import { groupsOfOne } from '../../models/effect.js';
import { salesForecasts } from '../../models/sales-forecasts.js';
import { numberAt } from '../../present.js';
import { type IntervalCalibration, spreadFactor } from '../calibration.js';
import { calibratedTotals } from '../distribution/calibrated-totals.js';

/** Probabilities of the laws that decisions are made from. */
const PROBABILITIES = [
  0.005, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99, 0.999,
];
/** Those of the laws that say how long an order can wait. */
const FEW_PROBABILITIES = [0.5, 0.8, 0.95, 0.99];
/** Series of one call of the model, so that it can be stopped in between. */
const SERIES_AT_ONCE = 100;

/** Laws of the demand of some series over the first so many days from a day on, with the calibrated spread of forecasts. */
export class DemandForecast {
  private constructor(
    private readonly lengths: readonly number[],
    private readonly probabilities: readonly number[],
    private readonly counts: boolean,
    /** One column for each probability, series-major, one value for each length. */
    private readonly values: readonly Float64Array[],
  ) {}

  /**
   * @param lengths days of each law
   * @param offset days after the cutoff that come before the first
   */
  static async of(
    { fitted, calibration }: { readonly fitted: FittedModel; readonly calibration: IntervalCalibration },
    series: readonly number[],
    { lengths, offset, few = false }: { lengths: readonly number[]; offset: number; few?: boolean },
    options: LongCallOptions,
  ): Promise<DemandForecast> {
    const sorted = [...new Set(lengths)].filter((days) => days > 0).sort((a, b) => a - b);
    const probabilities = few ? FEW_PROBABILITIES : PROBABILITIES;
    const ranges = sorted.map((days) => ({ from: offset, to: offset + days }));
    const values = probabilities.map(() => new Float64Array(series.length * ranges.length));
    const sales = salesForecasts(fitted);
    const pace = createPacer(options);
    // A model without quantiles of its own forecasts everything at each call.
    const atOnce = fitted.quantiles ? SERIES_AT_ONCE : Math.max(1, series.length);
    for (let first = 0; first < series.length && ranges.length > 0; first += atOnce) {
      const part = series.slice(first, first + atOnce);
      const { signal } = options;
      const sums = { ranges, probabilities, ...groupsOfOne(fitted.seriesCount, part), signal };
      const forecast = await calibratedTotals(fitted, sales, sums, ({ from, to }) =>
        spreadFactor(calibration, false, to - from),
      );
      forecast.values.forEach((column, p) => {
        values[p]?.set(column, first * ranges.length);
      });
      await pace({ phase: 'demand', done: first + part.length, total: series.length });
    }
    return new DemandForecast(sorted, probabilities, !few && fitted.quantiles !== undefined, values);
  }

  /** The law of the series at a place in the list over so many days; between two lengths it is interpolated. */
  law(place: number, days: number): DemandLaw {
    const { lengths } = this;
    const next = lengths.findIndex((length) => length >= days);
    const at = next < 0 ? lengths.length - 1 : next;
    const above = lengths[at] ?? 0;
    const below = lengths[at - 1] ?? 0;
    const share = days <= 0 ? 0 : above > below ? Math.min(1, (days - below) / (above - below)) : 1;
    const base = place * lengths.length;
    const quantiles = this.values.map((column) => {
      const low = at > 0 ? numberAt(column, base + at - 1) : 0;
      return low + share * (numberAt(column, base + at) - low);
    });
    return demandFromQuantiles(this.probabilities, quantiles, { counts: this.counts });
  }
}
