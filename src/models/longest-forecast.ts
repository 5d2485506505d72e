import type { LongCallOptions } from '../long-call.js';
import type { KnownFuture } from './covariates.js';

/** A call for forecasts, maybe of another future than the one that is known. */
export interface MeansOptions extends LongCallOptions {
  readonly future?: KnownFuture;
}

/** Daily means of a number of days, series-major. */
export interface DailyMeans {
  readonly horizon: number;
  readonly mean: Float64Array;
}

/** Keeps the longest daily forecast of a fitted model so far: a shorter one is a part of it. One of another future is not kept. */
export class LongestForecast {
  #longest: DailyMeans | undefined;

  constructor(
    private readonly seriesCount: number,
    private readonly compute: (horizon: number, options: MeansOptions) => Promise<Float64Array>,
  ) {}

  /** Means of at least `horizon` days, which are not to be changed. */
  async atLeast(horizon: number, options: MeansOptions): Promise<DailyMeans> {
    if (options.future) return { horizon, mean: await this.compute(horizon, options) };
    if (!this.#longest || this.#longest.horizon < horizon) {
      this.#longest = { horizon, mean: await this.compute(horizon, options) };
    }
    return this.#longest;
  }

  /** Means of `horizon` days, as a copy. */
  async steps(horizon: number, options: MeansOptions): Promise<Float64Array> {
    const { mean, horizon: stride } = await this.atLeast(horizon, options);
    const steps = new Float64Array(this.seriesCount * horizon);
    for (let s = 0; s < this.seriesCount; s++) {
      steps.set(mean.subarray(s * stride, s * stride + horizon), s * horizon);
    }
    return steps;
  }
}
