import { createPacer, type LongCallOptions } from '../long-call.js';
import type { KnownFuture } from './covariates.js';

/** Options of a call for means, with an optional future in place of that of the fit. */
export interface MeansOptions extends LongCallOptions {
  readonly future?: KnownFuture;
}

/** Series between two turns of the event loop. */
const SERIES_PER_STEP = 256;

/** Daily means of a number of days, series-major. */
export interface DailyMeans {
  readonly horizon: number;
  readonly mean: Float64Array;
}

/**
 * Caches the longest daily forecast of a fitted model so far, as a shorter one is part of it. Forecasts for
 * another future are not cached.
 */
export class LongestForecast {
  #longest: DailyMeans | undefined;

  constructor(
    private readonly seriesCount: number,
    private readonly compute: (horizon: number, options: MeansOptions) => Promise<Float64Array>,
  ) {}

  /** Means of at least `horizon` days; callers must not change them. */
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
    const pace = createPacer({ signal: options.signal });
    for (let s = 0; s < this.seriesCount; s++) {
      if (s % SERIES_PER_STEP === 0) await pace({ phase: 'forecast', done: s, total: this.seriesCount });
      steps.set(mean.subarray(s * stride, s * stride + horizon), s * horizon);
    }
    return steps;
  }
}
