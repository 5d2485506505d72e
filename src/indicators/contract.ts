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
  /** Names of the indicators that it gives. */
  readonly indicators: readonly string[];
  /** Tells differently configured sources apart in a cache; holds no secret. Without it nothing is cached. */
  readonly cacheKey?: string;
  /** Days after its last publication from which an indicator counts as late. */
  maxAgeDays(indicator: string): number;
  /**
   * Loads the values of an indicator published up to `range.to`, with the one that held on `range.from`.
   *
   * @throws ForecastError for whatever keeps it from answering.
   */
  load(indicator: string, range: IndicatorRange): Promise<IndicatorSeries>;
}

/** Interval between the observations of an indicator, whose values are dated by the start of their period. */
export type IndicatorFrequency = 'daily' | 'weekly' | 'monthly' | 'quarterly' | 'yearly';

/**
 * Conversion of the observed values: `level` keeps them, `yearOverYear` gives the change against the same period a
 * year before in percent, `change` the change against the observation before in percent.
 */
export type Transform = 'level' | 'yearOverYear' | 'change';
