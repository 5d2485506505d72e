export type { HttpAttempt, HttpOptions } from '../transport/http-client-options.js';
export type { IndicatorFrequency, IndicatorRange, IndicatorSource, Transform } from './contract.js';
export {
  type CsvIndicator,
  csvIndicators,
  type ManualIndicator,
  manualIndicators,
} from './csv-indicators.js';
export { FRED_INDICATORS, type FredOptions, type FredSeries, fredIndicators } from './fred.js';
export {
  createIndicatorLoader,
  INDICATOR_TAG,
  type IndicatorLoaderOptions,
  type IndicatorWarning,
} from './indicator-loader.js';
export { type YahooFinanceOptions, type YahooSeries, yahooFinanceIndicators } from './yahoo-finance.js';
