import { square } from '../../../math/index.js';
import { quantileOfSorted } from '../../../order-statistics.js';
import { createRandom, type Random } from '../../../random.js';
import type { Interval } from '../../contract.js';
import { normalQuantile } from '../../uncertainty/index.js';
import { type TrendChanges, trendPath } from '../trend-uncertainty.js';
import { knotSteps } from './knot-steps.js';
import { logisticShare, type PanelFuture } from './panel-future.js';

/** Simulated trends of a series: as many as Prophet's default. */
const SAMPLES = 1000;

/**
 * Intervals of single days under logistic growth, where the trend has no distribution in closed form: future changepoints
 * are simulated as in Prophet, at the steps of {@link knotSteps}. Every series has the same seed, so that its intervals do
 * not depend on the others.
 */
export class LogisticBounds {
  readonly #future: PanelFuture;
  readonly #levels: readonly number[];
  readonly #knots: Int32Array;
  /** Simulated share of the capacity less the expected one, knot by knot. */
  readonly #shares: Float64Array;
  readonly #noise: Float64Array;
  readonly #deviations: Float64Array;
  /** Lower and upper bounds at the knots in standard deviations from the mean, level-major. */
  readonly #lower: Float64Array;
  readonly #upper: Float64Array;

  constructor(future: PanelFuture, levels: readonly number[]) {
    this.#future = future;
    this.#levels = levels;
    this.#knots = knotSteps(future.horizon);
    const knots = this.#knots.length;
    this.#shares = new Float64Array(knots * SAMPLES);
    this.#noise = shuffledNormals(createRandom(0));
    this.#deviations = new Float64Array(knots);
    this.#lower = new Float64Array(levels.length * knots);
    this.#upper = new Float64Array(levels.length * knots);
  }

  fill(s: number, mean: Float64Array, factors: Float64Array, intervals: readonly Interval[]): void {
    const boundsAt = this.#future.bounds(s);
    if (boundsAt === undefined) return;
    const capacityAt = (h: number) => boundsAt(h).cap - boundsAt(h).floor;
    this.#simulate(s);
    this.#fillShapes(s, capacityAt);
    const knots = this.#knots;
    const noise = this.#future.state.noise[s];
    const offset = s * mean.length;
    let k = 0;
    for (let h = 0; h < mean.length; h++) {
      while (knots[k + 1] < h) k++;
      const share = knots.length > 1 ? (h - knots[k]) / (knots[k + 1] - knots[k]) : 0;
      const between = (values: Float64Array, at: number) =>
        share === 0 ? values[at] : values[at] + share * (values[at + 1] - values[at]);
      const trend = capacityAt(h) * Math.abs(factors[h]) * between(this.#deviations, k);
      const deviation = Math.sqrt(square(trend) + square(noise));
      for (let l = 0; l < intervals.length; l++) {
        const at = l * knots.length + k;
        // A negative factor turns the skew around.
        const [low, high] = factors[h] < 0 ? [this.#upper, this.#lower] : [this.#lower, this.#upper];
        const sign = factors[h] < 0 ? -1 : 1;
        intervals[l].lower[offset + h] = mean[h] + Math.min(0, sign * between(low, at) * deviation);
        intervals[l].upper[offset + h] = mean[h] + Math.max(0, sign * between(high, at) * deviation);
      }
    }
  }

  /** Simulated paths of the trend at the knots. */
  #simulate(s: number): void {
    const { level, slope, changeRate, changeScale, staleDays } = this.#future.state;
    const changes: TrendChanges = { rate: changeRate[s], scale: changeScale[s] };
    const random = createRandom(0, 1);
    const elapsed = Float64Array.from(this.#knots, (step) => staleDays[s] + step + 1);
    const path = new Float64Array(elapsed.length);
    for (let i = 0; i < SAMPLES; i++) {
      trendPath(changes, elapsed, random, path);
      for (let k = 0; k < path.length; k++) {
        const expected = level[s] + slope[s] * (this.#knots[k] + 1);
        this.#shares[k * SAMPLES + i] = logisticShare(expected + path[k]) - logisticShare(expected);
      }
    }
  }

  /** Deviation and bounds at each knot, for a trend factor of one. */
  #fillShapes(s: number, capacityAt: (h: number) => number): void {
    const noise = this.#future.state.noise[s];
    const count = this.#knots.length;
    const outcomes = new Float64Array(SAMPLES);
    for (let k = 0; k < count; k++) {
      const shares = this.#shares.subarray(k * SAMPLES, (k + 1) * SAMPLES);
      const capacity = capacityAt(this.#knots[k]);
      let squares = 0;
      for (let i = 0; i < SAMPLES; i++) {
        squares += shares[i] * shares[i];
        outcomes[i] = capacity * shares[i] + noise * this.#noise[i];
      }
      this.#deviations[k] = Math.sqrt(squares / SAMPLES);
      const deviation = Math.sqrt(square(capacity * this.#deviations[k]) + square(noise));
      outcomes.sort();
      this.#levels.forEach((level, l) => {
        const bound = (probability: number) =>
          deviation === 0 ? 0 : quantileOfSorted(outcomes, probability) / deviation;
        this.#lower[l * count + k] = bound((1 - level) / 2);
        this.#upper[l * count + k] = bound((1 + level) / 2);
      });
    }
  }
}

/** Evenly spread quantiles of the standard normal distribution in random order. */
function shuffledNormals(random: Random): Float64Array {
  const normals = Float64Array.from({ length: SAMPLES }, (_, i) => normalQuantile((i + 0.5) / SAMPLES));
  for (let i = SAMPLES - 1; i > 0; i--) {
    const other = random.integer(i + 1);
    [normals[i], normals[other]] = [normals[other], normals[i]];
  }
  return normals;
}
