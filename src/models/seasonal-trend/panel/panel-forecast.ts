import type { Progress } from '../../../long-call.js';
import type { Interval, PanelForecast } from '../../contract.js';
import { centralHalfWidths, normalQuantile } from '../../uncertainty/index.js';
import { pointLaw } from '../trend-uncertainty.js';
import { featureCount, seriesFeatureColumns } from './panel-features.js';
import type { PanelState } from './panel-state.js';

/** Forecasts every series; one report of progress per series. */
export function* forecastPanelWork(
  state: PanelState,
  horizon: number,
  levels: readonly number[],
): Generator<Progress, PanelForecast, void> {
  const { seriesCount } = state;
  const { features, eventScopes, cutoffDay } = state;
  const columnsOf = seriesFeatureColumns(features, eventScopes, cutoffDay + 1, horizon);
  const mean = new Float64Array(seriesCount * horizon);
  const intervals: Interval[] = levels.map((level) => ({
    level,
    lower: new Float64Array(seriesCount * horizon),
    upper: new Float64Array(seriesCount * horizon),
  }));
  const bounds = levels.length > 0 ? new DailyBounds(state, horizon, levels) : undefined;
  const factors = new Float64Array(horizon);
  for (let s = 0; s < seriesCount; s++) {
    const own = mean.subarray(s * horizon, (s + 1) * horizon);
    fillMean(state, s, columnsOf(s), own, factors);
    bounds?.fill(s, own, factors, intervals);
    yield { phase: 'forecast', done: s + 1, total: seriesCount };
  }
  return { startDay: state.cutoffDay + 1, horizon, seriesCount, mean, intervals };
}

/** The means of a series, and the factors by which its trend is multiplied: 1 for additive effects. */
function fillMean(
  state: PanelState,
  s: number,
  columns: readonly Float64Array[],
  mean: Float64Array,
  factors: Float64Array,
): void {
  const effects = s * featureCount(state.features);
  mean.fill(0);
  for (let f = 0; f < columns.length; f++) {
    const effect = state.effects[effects + f];
    if (effect === 0) continue;
    const column = columns[f];
    for (let h = 0; h < mean.length; h++) mean[h] += effect * column[h];
  }
  const level = state.level[s];
  const slope = state.slope[s];
  const multiplies = state.multiplicative[s] === 1;
  for (let h = 0; h < mean.length; h++) {
    const trend = level + slope * (h + 1);
    factors[h] = multiplies ? 1 + mean[h] : 1;
    mean[h] = multiplies ? trend * factors[h] : trend + mean[h];
  }
}

/**
 * Ratio of consecutive steps at which the shape of the distribution is computed; it is interpolated between
 * them. The shape is that for a trend factor of one, the deviation that of the day's own factor.
 */
const KNOT_RATIO = 1.25;

/** Intervals of single days. Buffers are shared by all series. */
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
      const deviation = Math.sqrt(law.otherDeviation ** 2 + noise[s] ** 2);
      const negligible = !(law.otherDeviation > 1e-4 * noise[s]);
      if (!negligible) centralHalfWidths(law, this.#levels, this.#widths);
      for (let l = 0; l < this.#widths.length; l++) {
        this.#ratios[l * count + k] = negligible ? this.#quantiles[l] : this.#widths[l] / deviation;
      }
    }
  }
}

function knotSteps(horizon: number): Int32Array {
  const steps: number[] = [0];
  let next = 1;
  while (next < horizon - 1) {
    steps.push(next);
    next = Math.max(next + 1, Math.round(next * KNOT_RATIO));
  }
  if (horizon > 1) steps.push(horizon - 1);
  return Int32Array.from(steps);
}
