import type { Progress } from '../../../long-call.js';
import { square } from '../../../math/index.js';
import type { Interval, PanelForecast } from '../../contract.js';
import { centralHalfWidths, normalQuantile } from '../../uncertainty/index.js';
import { pointLaw } from '../trend-uncertainty.js';
import { knotSteps } from './knot-steps.js';
import { LogisticBounds } from './logistic-bounds.js';
import { PanelFuture } from './panel-future.js';
import type { PanelState } from './panel-state.js';

/** Forecasts every series; one report of progress per series. */
export function* forecastPanelWork(
  state: PanelState,
  horizon: number,
  levels: readonly number[],
): Generator<Progress, PanelForecast, void> {
  const { seriesCount } = state;
  const future = new PanelFuture(state, horizon);
  const mean = new Float64Array(seriesCount * horizon);
  const intervals: Interval[] = levels.map((level) => ({
    level,
    lower: new Float64Array(seriesCount * horizon),
    upper: new Float64Array(seriesCount * horizon),
  }));
  const bounds = levels.length > 0 ? new DailyBounds(state, horizon, levels) : undefined;
  const logisticBounds = levels.length > 0 ? new LogisticBounds(future, levels) : undefined;
  const trend = new Float64Array(horizon);
  const factors = new Float64Array(horizon);
  for (let s = 0; s < seriesCount; s++) {
    const own = mean.subarray(s * horizon, (s + 1) * horizon);
    fillMean(future, s, own, trend, factors);
    if (state.logistic[s] === 1) logisticBounds?.fill(s, own, factors, intervals);
    else bounds?.fill(s, own, factors, intervals);
    yield { phase: 'forecast', done: s + 1, total: seriesCount };
  }
  return { startDay: state.cutoffDay + 1, horizon, seriesCount, mean, intervals };
}

/** The means of a series, and the factors by which its trend is multiplied: 1 for additive effects. */
function fillMean(
  future: PanelFuture,
  s: number,
  mean: Float64Array,
  trend: Float64Array,
  factors: Float64Array,
): void {
  const columns = future.columns(s);
  const effects = future.effects(s);
  const multiplies = future.multiplies(s);
  mean.fill(0);
  factors.fill(0);
  for (let f = 0; f < columns.length; f++) {
    const effect = effects[f];
    if (effect === 0) continue;
    const column = columns[f];
    const sum = multiplies[f] === 1 ? factors : mean;
    for (let h = 0; h < mean.length; h++) sum[h] += effect * column[h];
  }
  future.fillTrend(s, trend);
  for (let h = 0; h < mean.length; h++) {
    factors[h] += 1;
    mean[h] += trend[h] * factors[h];
  }
}

/**
 * Intervals of single days, with the shape of the distribution at each knot for a trend factor of one and the deviation of
 * the day's own factor. Buffers are shared by all series.
 */
class DailyBounds {
  readonly #state: PanelState;
  readonly #levels: readonly number[];
  readonly #quantiles: Float64Array;
  readonly #knots: Int32Array;
  /** Half-widths in standard deviations, level-major over the knots. */
  readonly #ratios: Float64Array;
  readonly #widths: Float64Array;

  constructor(state: PanelState, horizon: number, levels: readonly number[]) {
    this.#state = state;
    this.#levels = levels;
    this.#quantiles = Float64Array.from(levels, (level) => normalQuantile((1 + level) / 2));
    this.#knots = knotSteps(horizon);
    this.#ratios = new Float64Array(levels.length * this.#knots.length);
    this.#widths = new Float64Array(levels.length);
  }

  fill(s: number, mean: Float64Array, factors: Float64Array, intervals: readonly Interval[]): void {
    this.#fillRatios(s);
    const knots = this.#knots;
    const { noise, changeRate, changeScale, staleDays } = this.#state;
    const noiseVariance = noise[s] * noise[s];
    const trendVariance = (2 / 3) * changeRate[s] * changeScale[s] * changeScale[s];
    const offset = s * mean.length;
    let k = 0;
    for (let h = 0; h < mean.length; h++) {
      while (knots[k + 1] < h) k++;
      const share = knots.length > 1 ? (h - knots[k]) / (knots[k + 1] - knots[k]) : 0;
      const elapsed = staleDays[s] + h + 1;
      const factor = factors[h];
      const deviation = Math.sqrt(
        noiseVariance + trendVariance * factor * factor * elapsed * elapsed * elapsed,
      );
      for (let l = 0; l < intervals.length; l++) {
        const at = l * knots.length + k;
        const ratio =
          this.#ratios[at] + (share === 0 ? 0 : share * (this.#ratios[at + 1] - this.#ratios[at]));
        const width = ratio * deviation;
        intervals[l].lower[offset + h] = mean[h] - width;
        intervals[l].upper[offset + h] = mean[h] + width;
      }
    }
  }

  #fillRatios(s: number): void {
    const { noise, changeRate, changeScale, staleDays } = this.#state;
    const changes = { rate: changeRate[s], scale: changeScale[s] };
    const count = this.#knots.length;
    for (let k = 0; k < count; k++) {
      const law = pointLaw(changes, staleDays[s] + this.#knots[k] + 1, noise[s]);
      const deviation = Math.sqrt(square(law.otherDeviation) + square(noise[s]));
      const negligible = !(law.otherDeviation > 1e-4 * noise[s]);
      if (!negligible) centralHalfWidths(law, this.#levels, this.#widths);
      for (let l = 0; l < this.#widths.length; l++) {
        this.#ratios[l * count + k] = negligible ? this.#quantiles[l] : this.#widths[l] / deviation;
      }
    }
  }
}
