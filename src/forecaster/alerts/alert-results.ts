/** Kind of the alert: more or fewer sales than forecast, none any more, the first ones, or a promotion that does not show. */
export type AlertKind = 'spike' | 'drop' | 'stopped' | 'started' | 'missed-promotion';

/** Sales of the last days that the forecast from before them does not explain. */
export interface Alert {
  readonly kind: AlertKind;
  readonly level: 'product' | 'category';
  /** Null for a category. */
  readonly productId: string | null;
  readonly category: string;
  /** Null unless locations are kept apart. */
  readonly location: string | null;
  /** ISO dates of the days that it is about, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Units sold on these days. */
  readonly units: number;
  /** Units forecast for them, and the bounds of the 99 % interval of their sum; null for a product that is new. */
  readonly expectedUnits: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  /**
   * Probability of sales as unusual as these on any stretch of the days, if nothing had changed; for a promotion, of so few sales
   * if it had worked. Null for what has started.
   */
  readonly pValue: number | null;
  readonly message: string;
}

/** Answer of {@link Forecaster.alerts}. */
export interface Alerts {
  /** ISO timestamp of the answer. */
  readonly generatedAt: string;
  /** ISO dates of the days that were looked at, both included. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** ISO date of the last day that the forecasts were made from. */
  readonly seenUntil: string;
  /** Largest expected share of false ones among the spikes and drops of products, of categories, and among promotions. */
  readonly falseDiscoveryRate: number;
  /** Numbers of products and categories whose days were compared with forecasts, and of promotions. */
  readonly tested: { readonly products: number; readonly categories: number; readonly promotions: number };
  /** Those by which most units differ from the forecast come first. */
  readonly alerts: readonly Alert[];
}
