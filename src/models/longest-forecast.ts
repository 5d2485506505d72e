import { type LongCallOptions, runInSlices } from '../long-call.js';
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
    const means = await this.atLeast(horizon, options);
    return runInSlices(firstSteps(means, this.seriesCount, horizon), { signal: options.signal });
  }
}

function* firstSteps({ mean, horizon: stride }: DailyMeans, seriesCount: number, horizon: number) {
  const steps = new Float64Array(seriesCount * horizon);
  for (let s = 0; s < seriesCount; s++) {
    steps.set(mean.subarray(s * stride, s * stride + horizon), s * horizon);
    if (s % SERIES_PER_STEP === 0) yield { phase: 'forecast', done: s, total: seriesCount };
  }
  return steps;
}
