import type { Day } from '../calendar/day.js';
import type { IndicatorSeries } from '../models/contract.js';

/** The days whose features need an indicator; nothing published after `to` may be used. */
export interface IndicatorRange {
  readonly from: Day;
  readonly to: Day;
  readonly signal?: AbortSignal;
}

/** Supplier of economic indicators, such as FRED or a CSV file. */
export interface IndicatorSource {
  readonly specificationVersion: 'v1';
  readonly name: string;
  /** Names of the indicators that it supplies. */
  readonly indicators: readonly string[];
  /**
   * Distinguishes differently configured sources in a cache; must not contain a secret. Without it nothing is
   * cached.
   */
  readonly cacheKey?: string;
  /** Days after its last publication from which an indicator counts as late. */
  maxAgeDays(indicator: string): number;
  /**
   * Loads the values of an indicator published up to `range.to`, with the one that held on `range.from`.
   *
   * @throws ForecastError if the source cannot answer.
   */
  load(indicator: string, range: IndicatorRange): Promise<IndicatorSeries>;
}

/** Interval between the observations of an indicator, whose values are dated by the start of their period. */
export type IndicatorFrequency = 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'yearly';

/**
 * Conversion of the observed values: `level` keeps them, `yearOverYear` gives the change in percent from the
 * same period a year before, `change` that from the previous observation.
 */
export type Transform = 'level' | 'yearOverYear' | 'change';
