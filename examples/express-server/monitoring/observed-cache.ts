import type { CacheLevel, ForecastCache } from 'commerce-forecast';
import { Counter, Gauge } from 'prom-client';
import type { Metrics } from './metrics.js';

/** The cache of a forecaster, with the time of each computation measured and its counts exported. */
export function observeCache(cache: ForecastCache, metrics: Metrics): ForecastCache {
  registerCacheMetrics(cache, metrics);
  return {
    peek: (level, key) => cache.peek(level, key),
    getOrCompute: (level, key, compute, options) =>
      cache.getOrCompute(level, key, () => timed(level, compute, metrics), options),
    invalidate: (tags) => cache.invalidate(tags),
    clear: () => cache.clear(),
    stats: () => cache.stats(),
    close: () => cache.close(),
  };
}

async function timed<T>(level: CacheLevel, compute: () => Promise<T>, metrics: Metrics): Promise<T> {
  const stop = metrics.predictionDuration.startTimer({ level });
  try {
    const answer = await compute();
    metrics.predictions.inc({ outcome: 'success' });
    return answer;
  } catch (error) {
    // A question for a category that does not exist is answered, and answered rightly.
    metrics.predictions.inc({ outcome: isQuestionWrong(error) ? 'success' : 'failure' });
    throw error;
  } finally {
    stop();
  }
}

/** Tells whether an answer failed because the question was wrong. */
export function isQuestionWrong(error: unknown): boolean {
  return ['not-found', 'invalid-option'].includes(String((error as { code?: unknown } | null)?.code));
}

function registerCacheMetrics(cache: ForecastCache, { registry }: Metrics): void {
  const registers = [registry];
  const counter = (name: string, help: string, value: () => number) => {
    let before = 0;
    new Counter({
      name,
      help,
      registers,
      collect() {
        const now = value();
        this.inc(Math.max(0, now - before));
        before = now;
      },
    });
  };
  counter('forecast_cache_hits_total', 'Questions answered from the cache.', () => cache.stats().hits);
  counter('forecast_cache_misses_total', 'Questions that had to be computed.', () => cache.stats().misses);
  counter(
    'forecast_cache_store_failures_total',
    'Commands that Redis failed or was too slow for.',
    () => cache.stats().storeFailures,
  );
  new Gauge({
    name: 'forecast_cache_hit_ratio',
    help: 'Share of the questions since the last collection that the cache answered.',
    registers,
    aggregator: 'average',
    collect: ratioSinceLastCollection(cache),
  });
  new Gauge({
    name: 'forecast_cache_store_suspended',
    help: '1 while Redis is left alone because it failed several times in a row.',
    registers,
    aggregator: 'max',
    collect() {
      this.set(cache.stats().storeSuspended ? 1 : 0);
    },
  });
}

/** Keeps its last value over stretches without questions. */
function ratioSinceLastCollection(cache: ForecastCache) {
  let before = { hits: 0, misses: 0 };
  return function collect(this: Gauge): void {
    const { hits, misses } = cache.stats();
    const questions = hits - before.hits + misses - before.misses;
    if (questions > 0) this.set((hits - before.hits) / questions);
    before = { hits, misses };
  };
}
