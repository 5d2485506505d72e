/** The 15 features, in column order. */
export const FEATURE_NAMES = [
  'day_of_week',
  'day_of_month',
  'week_of_year',
  'month',
  'quarter',
  'is_holiday',
  'sales_lag_7',
  'sales_lag_30',
  'rolling_mean',
  'rolling_std',
  'rolling_min',
  'rolling_max',
  'gdp',
  'inflation',
  'consumer_confidence',
] as const;

export type FeatureName = (typeof FEATURE_NAMES)[number];

/** Indicators that the features of the same name are read from. */
export const INDICATOR_FEATURES = ['gdp', 'inflation', 'consumer_confidence'] as const;

/** Days back of the two lag features. */
export const SALES_LAGS = [7, 30] as const;

/** Days before a day, that day excluded, over which the rolling features are taken. */
export const ROLLING_WINDOW = 28;

/** Days of history that the features of one day may reach back. */
export const FEATURE_REACH = 30;
