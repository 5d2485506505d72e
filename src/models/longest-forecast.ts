import type { LongCallOptions } from '../long-call.js';

/** Daily means of a number of days, series-major. */
export interface DailyMeans {
  readonly horizon: number;
  readonly mean: Float64Array;
}

/** Keeps the longest daily forecast of a fitted model so far: a shorter one is a part of it. */
export class LongestForecast {
  #longest: DailyMeans | undefined;

  constructor(
    private readonly seriesCount: number,
    private readonly compute: (horizon: number, options: LongCallOptions) => Promise<Float64Array>,
  ) {}

  /** Means of at least `horizon` days, which are not to be changed. */
  async atLeast(horizon: number, options: LongCallOptions): Promise<DailyMeans> {
    if (!this.#longest || this.#longest.horizon < horizon) {
      this.#longest = { horizon, mean: await this.compute(horizon, options) };
    }
    return this.#longest;
  }

  /** Means of `horizon` days, as a copy. */
  async steps(horizon: number, options: LongCallOptions): Promise<Float64Array> {
    const { mean, horizon: stride } = await this.atLeast(horizon, options);
    const steps = new Float64Array(this.seriesCount * horizon);
    for (let s = 0; s < this.seriesCount; s++) {
      steps.set(mean.subarray(s * stride, s * stride + horizon), s * horizon);
    }
    return steps;
  }
}
