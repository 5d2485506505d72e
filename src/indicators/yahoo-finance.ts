import * as z from 'zod/mini';
import type { Day } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import type { IndicatorSeries } from '../models/contract.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { present } from '../present.js';
import { HttpClient } from '../transport/http-client.js';
import type { HttpOptions } from '../transport/http-client-options.js';
import { parseAnswer } from '../transport/parse-answer.js';
import type { IndicatorSource } from './contract.js';
import { withinRange } from './publications.js';

/** A price that becomes an indicator. */
export interface YahooSeries {
  /** Symbol such as `SPY` or `^GSPC`. */
  readonly symbol: string;
  /** Trading days over which the return in percent is taken; 0 for the closing price itself. Default 1. */
  readonly returnDays?: number;
}

export interface YahooFinanceOptions {
  /**
   * Must be true: Yahoo has no official API for this and may change, limit or forbid its use; check its terms.
   */
  readonly acceptUnofficialApi: true;
  /** Indicators by name, e.g. `{ market_return: { symbol: 'SPY', returnDays: 21 } }`. */
  readonly series: Readonly<Record<string, YahooSeries>>;
  readonly http?: HttpOptions;
}

const YAHOO_OPTIONS: OptionTable<YahooFinanceOptions> = { acceptUnofficialApi: 1, series: 1, http: 1 };

const PUBLIC_URL = 'https://query1.finance.yahoo.com';
const SECONDS_PER_DAY = 86_400;
/** Days after the last close from which data counts as late: a week of holidays. */
const MAX_AGE_DAYS = 8;

const price = z.nullable(z.number());
const chartSchema = z.object({
  chart: z.object({
    result: z
      .array(
        z.object({
          meta: z.object({ gmtoffset: z.number() }),
          timestamp: z._default(z.array(z.number()), []),
          indicators: z.object({
            quote: z.array(z.object({ close: z._default(z.array(price), []) })).check(z.minLength(1)),
            adjclose: z.optional(z.array(z.object({ adjclose: z.array(price) }))),
          }),
        }),
      )
      .check(z.minLength(1)),
  }),
});

/**
 * Daily prices or returns from Yahoo Finance. A day's close counts as known from the day after. Returns are taken from
 * prices adjusted for dividends and splits; a closing price itself is adjusted for later splits by Yahoo, so prefer
 * returns in backtests.
 *
 * ```ts
 * import { yahooFinanceIndicators } from 'commerce-forecast/indicators';
 *
 * const yahoo = yahooFinanceIndicators({
 *   acceptUnofficialApi: true,
 *   series: { market_return: { symbol: 'SPY', returnDays: 21 } },
 * });
 * ```
 *
 * @throws ForecastError `invalid-option` without `acceptUnofficialApi`; `load` rejects with `not-found` for an unknown
 * symbol, `unauthorized`, `limit-exceeded`, `unavailable`, `timeout` or `invalid-data`.
 */
export function yahooFinanceIndicators(options: YahooFinanceOptions): IndicatorSource {
  refuseUnknown(options, YAHOO_OPTIONS);
  const { series, http = {} } = options;
  if (options.acceptUnofficialApi !== true) {
    throw new ForecastError('invalid-option', 'Yahoo Finance has no official interface; opt in to use it', {
      path: ['acceptUnofficialApi'],
      hint: 'Set acceptUnofficialApi to true after reading its terms.',
    });
  }
  const client = new HttpClient({ baseUrl: PUBLIC_URL, ...http });

  function specOf(indicator: string): Required<YahooSeries> {
    const spec = Object.hasOwn(series, indicator) ? series[indicator] : undefined;
    const returnDays = spec?.returnDays ?? 1;
    if (!spec || !Number.isInteger(returnDays) || returnDays < 0) {
      throw new ForecastError('invalid-option', `Yahoo Finance is not set up for "${indicator}"`, {
        path: ['series', indicator],
      });
    }
    return { symbol: spec.symbol, returnDays };
  }

  return {
    specificationVersion: 'v1',
    name: 'yahoo-finance',
    indicators: Object.keys(series),
    cacheKey: `yahoo:${JSON.stringify(series)}`,
    maxAgeDays: () => MAX_AGE_DAYS,
    async load(indicator, { from, to, signal }): Promise<IndicatorSeries> {
      const { symbol, returnDays } = specOf(indicator);
      // Two calendar days for each trading day before the first one, and a week for holidays.
      const start = from - 2 * returnDays - MAX_AGE_DAYS;
      const answer = await client.json({
        path: `/v8/finance/chart/${encodeURIComponent(symbol)}`,
        query: { period1: start * SECONDS_PER_DAY, period2: (to + 1) * SECONDS_PER_DAY, interval: '1d' },
        signal,
      });
      const closes = closesOf(parseAnswer('Yahoo Finance', chartSchema, answer), returnDays > 0);
      return { name: indicator, ...withinRange(returnsOf(closes, returnDays), from, to) };
    },
  };
}

interface Close {
  readonly day: Day;
  readonly price: number;
}

function closesOf(answer: z.output<typeof chartSchema>, adjusted: boolean): Close[] {
  const { indicators, timestamp: times, meta } = present(answer.chart.result[0], 'result of Yahoo Finance');
  const { quote, adjclose } = indicators;
  const closing = present(quote[0], 'quote of Yahoo Finance').close;
  const prices = (adjusted ? adjclose?.[0]?.adjclose : undefined) ?? closing;
  const closes: Close[] = [];
  for (const [i, timestamp] of times.entries()) {
    const day = Math.floor((timestamp + meta.gmtoffset) / SECONDS_PER_DAY);
    const value = prices[i];
    if (value == null || !(value > 0)) continue;
    // While the market is open, the current price follows as a second bar of the same day.
    if (closes.at(-1)?.day === day) closes.pop();
    closes.push({ day, price: value });
  }
  return closes;
}

function returnsOf(closes: readonly Close[], returnDays: number): { days: Day[]; values: number[] } {
  const kept = closes.slice(returnDays);
  return {
    days: kept.map(({ day }) => day + 1),
    values: kept.map(({ price: now }, i) =>
      returnDays === 0 ? now : 100 * (now / (closes[i]?.price ?? Number.NaN) - 1),
    ),
  };
}
