import * as z from 'zod/mini';
import { type Day, formatDay, parseDay, tryParseDay } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import type { IndicatorSeries } from '../models/contract.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { HttpClient } from '../transport/http-client.js';
import type { HttpOptions } from '../transport/http-client-options.js';
import { parseAnswer } from '../transport/parse-answer.js';
import type { IndicatorFrequency, IndicatorRange, IndicatorSource, Transform } from './contract.js';
import { overdueAfter, publicationsOf, type Vintage, vintagesFromLag, withinRange } from './publications.js';

/** A series of FRED and how it becomes an indicator. */
export interface FredSeries {
  /** Id such as `CPIAUCSL`. */
  readonly id: string;
  /** Default `level`. */
  readonly transform?: Transform;
  /** Default `monthly`. */
  readonly frequency?: IndicatorFrequency;
  /**
   * Days from a period's end to its publication; used for `vintages: false` and to detect late data. Default
   * 30.
   */
  readonly releaseLagDays?: number;
}

export interface FredOptions {
  /** Key from https://fredaccount.stlouisfed.org/apikeys. */
  readonly apiKey: string;
  /** Indicators by name. Default {@link FRED_INDICATORS}. */
  readonly series?: Readonly<Record<string, FredSeries>>;
  /**
   * True if values are taken as they were published and revised day by day (ALFRED's vintages). If false,
   * today's revision is dated by `releaseLagDays`, and a backtest sees later revisions. Default true.
   */
  readonly vintages?: boolean;
  readonly http?: HttpOptions;
}

const FRED_OPTIONS: OptionTable<FredOptions> = { apiKey: 1, series: 1, vintages: 1, http: 1 };

/** The three indicators that have a feature: gross domestic product, inflation in percent a year, consumer confidence. */
export const FRED_INDICATORS: Readonly<Record<string, FredSeries>> = {
  gdp: { id: 'GDP', frequency: 'quarterly', releaseLagDays: 30 },
  inflation: { id: 'CPIAUCSL', transform: 'yearOverYear', frequency: 'monthly', releaseLagDays: 15 },
  consumer_confidence: { id: 'UMCSENT', frequency: 'monthly', releaseLagDays: 30 },
};

const PUBLIC_URL = 'https://api.stlouisfed.org';
const LIMIT = 100_000;
/** FRED refuses real-time periods of more than 2,000 vintages; one a day stays below that. */
const MAX_REALTIME_DAYS = 1_800;
/** Enough to reach the same quarter of the year before, however late the newest one is. */
const LOOKBACK_DAYS = 800;
const NO_END = '9999-12-31';
const MS_PER_HOUR = 3_600_000;

const day = z.string().check(z.refine((text) => tryParseDay(text) !== undefined, 'Expected a day'));
const observationsSchema = z.object({
  count: z.int().check(z.gte(0)),
  observations: z.array(
    z.object({
      realtime_start: day,
      realtime_end: day,
      date: day,
      value: z
        .string()
        .check(z.refine((text) => text === '.' || Number.isFinite(Number(text)), 'Expected a number')),
    }),
  ),
});

/**
 * Indicators from FRED, the database of the Federal Reserve Bank of St. Louis, as they were known day by day.
 *
 * ```ts
 * import { fredIndicators } from 'commerce-forecast/indicators';
 *
 * const fred = fredIndicators({ apiKey: 'your-key' });
 * const series = await fred.load('inflation', { from: 19_000, to: 19_700 });
 * ```
 *
 * Source: https://fred.stlouisfed.org/docs/api/fred/series_observations.html
 *
 * @throws ForecastError `invalid-option` without a key; `load` rejects with `invalid-option` for an unknown series,
 * `unauthorized`, `limit-exceeded`, `unavailable`, `timeout` or `invalid-data`.
 */
export function fredIndicators(options: FredOptions): IndicatorSource {
  refuseUnknown(options, FRED_OPTIONS);
  const { apiKey, series = FRED_INDICATORS, vintages = true, http = {} } = options;
  if (!apiKey) throw new ForecastError('invalid-option', 'FRED needs an API key', { path: ['apiKey'] });
  const client = new HttpClient({ baseUrl: PUBLIC_URL, ...http, secrets: [apiKey] });
  const now = http.now ?? Date.now;

  function specOf(indicator: string): Required<FredSeries> {
    const spec = Object.hasOwn(series, indicator) ? series[indicator] : undefined;
    if (!spec) {
      throw new ForecastError('invalid-option', `FRED is not set up for the indicator "${indicator}"`, {
        path: ['series', indicator],
      });
    }
    return { transform: 'level', frequency: 'monthly', releaseLagDays: 30, ...spec };
  }

  async function observations(query: Record<string, string>, signal?: AbortSignal): Promise<Vintage[]> {
    const found: Vintage[] = [];
    for (;;) {
      const answer = await client.json({
        path: '/fred/series/observations',
        query: { ...query, api_key: apiKey, file_type: 'json', limit: LIMIT, offset: found.length },
        signal,
      });
      const page = parseAnswer('FRED', observationsSchema, answer);
      for (const row of page.observations) {
        found.push({
          period: parseDay(row.date),
          value: row.value === '.' ? Number.NaN : Number(row.value),
          knownFrom: parseDay(row.realtime_start),
          knownTo: row.realtime_end === NO_END ? Number.POSITIVE_INFINITY : parseDay(row.realtime_end),
        });
      }
      if (page.observations.length === 0 || found.length >= page.count) return found;
    }
  }

  async function vintagesOf(spec: Required<FredSeries>, range: IndicatorRange): Promise<Vintage[]> {
    const common = { series_id: spec.id, observation_start: formatDay(range.from - LOOKBACK_DAYS) };
    if (!vintages) {
      const present = await observations(common, range.signal);
      return vintagesFromLag(present, spec.frequency, spec.releaseLagDays);
    }
    const today = dayInStLouis(now());
    const to = Math.min(range.to, today);
    const found: Vintage[] = [];
    for (let start = Math.min(range.from, to); start <= to; start += MAX_REALTIME_DAYS) {
      const end = Math.min(to, start + MAX_REALTIME_DAYS - 1);
      const realtime = { realtime_start: formatDay(start), realtime_end: formatDay(end) };
      found.push(...(await observations({ ...common, ...realtime }, range.signal)));
    }
    return found;
  }

  return {
    specificationVersion: 'v1',
    name: 'fred',
    indicators: Object.keys(series),
    cacheKey: `fred:${vintages}:${JSON.stringify(series)}`,
    maxAgeDays(indicator) {
      const spec = specOf(indicator);
      return overdueAfter(spec.frequency, spec.releaseLagDays);
    },
    async load(indicator, range): Promise<IndicatorSeries> {
      const spec = specOf(indicator);
      const publications = publicationsOf(await vintagesOf(spec, range), spec.transform);
      return { name: indicator, ...withinRange(publications, range.from, range.to) };
    },
  };
}

/** FRED refuses days that have not begun in St. Louis, six hours behind UTC in winter. */
function dayInStLouis(now: number): Day {
  return Math.floor((now - 6 * MS_PER_HOUR) / (24 * MS_PER_HOUR));
}
