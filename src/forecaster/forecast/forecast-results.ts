import type { ForecastLevel, Granularity } from './forecast-query.js';

/** Forecast of one product, category, location or of everything over one period. */
export interface ForecastRow {
  /** Null where the row is about several products. */
  readonly productId: string | null;
  /** Null where the row is about products of several categories. */
  readonly category: string | null;
  /** Null where the row is about several locations, or about sales without one. */
  readonly location: string | null;
  /** ISO dates, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: number;
  /** Expected units; those of a sum are the sum of those of its parts. */
  readonly units: number;
  /** Units that are as likely exceeded as not. */
  readonly median: number;
  /** Units at the `probabilities` of the answer, from the law of the sum itself. */
  readonly quantiles: readonly number[];
  /**
   * Expected revenue: units of each day at the price planned for it, else at the last known one. Null where no price is
   * known, or where only a snapshot is there and prices change on the days of the row.
   */
  readonly revenue: number | null;
}

/** A table of forecasts. */
export interface SalesForecast {
  readonly modelVersion: string;
  /** ISO timestamp of the answer. */
  readonly generatedAt: string;
  /** `snapshot` if the figures were stored by the training, `model` if the fitted model computed them. */
  readonly source: 'snapshot' | 'model';
  readonly level: ForecastLevel;
  readonly granularity: Granularity;
  readonly probabilities: readonly number[];
  /** By product, category or location, then by period. */
  readonly rows: readonly ForecastRow[];
  /** Products in the table without any known price, whose revenue is left out. */
  readonly productsWithoutPrice: readonly string[];
}
