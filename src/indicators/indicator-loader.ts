import type { CacheStore, ForecastCache } from '../cache/contract.js';
import { MemoryCacheStore } from '../cache/memory-cache-store.js';
import { type Day, formatDay } from '../calendar/day.js';
import { ForecastError, type ForecastErrorCode } from '../errors.js';
import { throwIfAborted } from '../long-call.js';
import type { IndicatorSeries } from '../models/contract.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { present } from '../present.js';
import type { IndicatorRange, IndicatorSource } from './contract.js';
import { withinRange } from './publications.js';

/**
 * Problem with an indicator at training time. `failed`: a source did not answer; `last-known`: its last answer
 * is used; `missing`: there is no answer, and the model does without; `late`: the next publication is overdue.
 */
export interface IndicatorWarning {
  readonly kind: 'failed' | 'last-known' | 'missing' | 'late';
  readonly indicator: string;
  readonly source?: string;
  readonly code?: ForecastErrorCode;
  readonly message: string;
}

export interface IndicatorLoaderOptions {
  /** In order of preference: a later source is queried for indicators that an earlier one does not deliver. */
  readonly sources: readonly IndicatorSource[];
  /** Keeps answers for 24 h (its level `indicator`). */
  readonly cache?: ForecastCache;
  /**
   * Keeps the last answer of each source for outages, e.g. a `RedisCacheStore`. Default: this process's memory.
   */
  readonly lastKnown?: CacheStore;
  readonly onWarning?: (warning: IndicatorWarning) => void;
}

const INDICATOR_LOADER_OPTIONS: OptionTable<IndicatorLoaderOptions> = {
  sources: 1,
  cache: 1,
  lastKnown: 1,
  onWarning: 1,
};

/** Tag of all cache entries of indicators. */
export const INDICATOR_TAG = 'indicators';
/** Longer than any outage that would be bridged with old values. */
const LAST_KNOWN_TTL_MS = 400 * 86_400_000;

/**
 * Makes the function that a forecaster loads its indicators with. It never fails for lack of data: a source that
 * does not answer is replaced by the next one, then by its own last answer, then by nothing, each with a warning. Only
 * an abort rejects.
 *
 * ```ts
 * import { createForecastCache } from 'commerce-forecast';
 * import { createIndicatorLoader, fredIndicators } from 'commerce-forecast/indicators';
 *
 * const indicators = createIndicatorLoader({
 *   sources: [fredIndicators({ apiKey: 'your-key' })],
 *   cache: createForecastCache(),
 *   onWarning: (warning) => console.warn(warning.message),
 * });
 * const series = await indicators({ from: 19_000, to: 19_700 });
 * ```
 */
export function createIndicatorLoader(
  options: IndicatorLoaderOptions,
): (range: IndicatorRange) => Promise<readonly IndicatorSeries[]> {
  const loader = new IndicatorLoader(options);
  return (range) => loader.load(range);
}

class IndicatorLoader {
  private readonly options: IndicatorLoaderOptions;
  private readonly lastKnown: CacheStore;

  constructor(options: IndicatorLoaderOptions) {
    refuseUnknown(options, INDICATOR_LOADER_OPTIONS);
    this.options = options;
    this.lastKnown = options.lastKnown ?? new MemoryCacheStore();
  }

  async load(range: IndicatorRange): Promise<readonly IndicatorSeries[]> {
    if (!(Number.isInteger(range.from) && Number.isInteger(range.to) && range.from <= range.to)) {
      throw new ForecastError('invalid-option', 'The range of indicators must be two days in order', {
        path: ['from'],
      });
    }
    const names = [...new Set(this.options.sources.flatMap((source) => source.indicators))];
    const loaded = await Promise.all(names.map((name) => this.loadOne(name, range)));
    throwIfAborted(range.signal);
    return loaded.filter((series) => series !== undefined);
  }

  private async loadOne(name: string, range: IndicatorRange): Promise<IndicatorSeries | undefined> {
    const sources = this.options.sources.filter((source) => source.indicators.includes(name));
    for (const source of sources) {
      const series = await this.ask(source, name, range);
      if (series) return this.checkAge(source, series, range.to);
    }
    for (const source of sources) {
      const series = await this.recall(source, name, range);
      if (!series) continue;
      const until = formatDay(lastPublished(series));
      this.warn('last-known', name, `Indicator "${name}" is the last known one, published ${until}`, source);
      return series;
    }
    this.warn('missing', name, `Indicator "${name}" is not available; the model does without it`);
    return undefined;
  }

  /** Asks a source, directly or through the cache; returns undefined if it fails or has no data. */
  private async ask(
    source: IndicatorSource,
    name: string,
    range: IndicatorRange,
  ): Promise<IndicatorSeries | undefined> {
    const cache = source.cacheKey === undefined ? undefined : this.options.cache;
    const { from, to, signal } = range;
    const compute = async () => {
      // Without the signal: the computation is shared, and an abort ends the wait of one caller only.
      const series = await source.load(name, cache ? { from, to } : range);
      await this.remember(source, series);
      return series;
    };
    try {
      throwIfAborted(signal);
      const key = `${source.cacheKey}:${name}:${from}:${to}`;
      const series = cache
        ? await cache.getOrCompute('indicator', key, compute, { tags: [INDICATOR_TAG], signal })
        : await compute();
      if (series.days.length > 0) return series;
      this.warn('failed', name, `${source.name} has no data of "${name}" up to ${formatDay(to)}`, source);
    } catch (error) {
      throwIfAborted(signal);
      const message = error instanceof Error ? error.message : String(error);
      const code = ForecastError.is(error) ? error.code : undefined;
      this.warn('failed', name, `${source.name} did not deliver "${name}": ${message}`, source, code);
    }
    return undefined;
  }

  private checkAge(source: IndicatorSource, series: IndicatorSeries, to: Day): IndicatorSeries {
    const last = lastPublished(series);
    if (to - last > source.maxAgeDays(series.name)) {
      const message = `Indicator "${series.name}" is late: last published ${formatDay(last)}, held until ${formatDay(to)}`;
      this.warn('late', series.name, message, source);
    }
    return series;
  }

  private async remember(source: IndicatorSource, series: IndicatorSeries): Promise<void> {
    if (series.days.length === 0) return;
    const key = lastKnownKey(source, series.name);
    await this.lastKnown.set(key, series, { ttlMs: LAST_KNOWN_TTL_MS }).catch(() => {
      // Only the fallback for outages is lost.
    });
  }

  /** The last answer of a source, without later publications than the range, which a backtest must not see. */
  private async recall(
    source: IndicatorSource,
    name: string,
    range: IndicatorRange,
  ): Promise<IndicatorSeries | undefined> {
    const found = await this.lastKnown.get(lastKnownKey(source, name)).catch(() => undefined);
    const series = found as IndicatorSeries | undefined;
    if (!Array.isArray(series?.days) || !Array.isArray(series.values)) return undefined;
    const known = withinRange({ days: [...series.days], values: [...series.values] }, range.from, range.to);
    return known.days.length > 0 ? { name, ...known } : undefined;
  }

  private warn(
    kind: IndicatorWarning['kind'],
    indicator: string,
    message: string,
    source?: IndicatorSource,
    code?: ForecastErrorCode,
  ): void {
    this.options.onWarning?.({
      kind,
      indicator,
      message,
      ...(source && { source: source.name }),
      ...(code && { code }),
    });
  }
}

function lastPublished({ days }: IndicatorSeries): Day {
  return present(days.at(-1), 'publication');
}

function lastKnownKey(source: IndicatorSource, name: string): string {
  return `last-known:${source.cacheKey ?? source.name}:${name}`;
}
