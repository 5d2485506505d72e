export type { StockRecord } from '../inventory/stock-record.js';
export type { Alert, AlertKind, Alerts } from './alerts/alert-results.js';
export type { AlertsQuery } from './alerts/alerts.js';
export type { PeriodAlignment } from './build-snapshot.js';
export type { IntervalKind } from './calibration.js';
export { DEFAULT_TREND_DAYS, MAX_TREND_DAYS, type TrendsQuery } from './category-trend.js';
export { createForecaster, type Forecaster } from './create-forecaster.js';
export { type GridTotals, type QuantileGrid, snapshotInterval } from './distribution/quantile-grid.js';
export type { DistributionQuery } from './distribution/wanted-quantiles.js';
export type { Elasticities, Elasticity, ElasticityQuery, ElasticityStatus } from './elasticities.js';
export type { Contribution, ExplainQuery, Explanation } from './explain.js';
export { forecastCsv } from './forecast/forecast-csv.js';
export {
  FORECAST_LEVELS,
  type ForecastLevel,
  type ForecastQuery,
  GRANULARITIES,
  type Granularity,
} from './forecast/forecast-query.js';
export type { ForecastRow, SalesForecast } from './forecast/forecast-results.js';
export type { IgnoredRecord } from './ignored-records.js';
export type { IngestOptions, IngestReport, SalesRecords } from './ingest.js';
export { createLineage, type Lineage, type LineageInput } from './lineage.js';
export type { ForecasterOptions, IndicatorLoader } from './options.js';
export type { PromotionQuery, PromotionReport, PromotionResult, UpliftCause } from './promotion-report.js';
export { type CategoriesQuery, DEFAULT_LIMIT, type PredictQuery, type TopProductsQuery } from './queries.js';
export type {
  CategoryForecast,
  CategoryForecasts,
  CategoryTrend,
  Prediction,
  ProductForecast,
  TopProducts,
  TrendPoint,
  TrendStatistics,
} from './results.js';
export { roundForecast, roundTo, type UnitsWithBounds } from './rounding.js';
export type { ProductPaths, SalesPaths, SamplePathsQuery } from './sales-paths.js';
export type { CategoryDays, ForecastSnapshot, PeriodForecast, PeriodTotals } from './snapshot.js';
export { snapshotFromJson, snapshotToJson } from './snapshot-json.js';
export type { StockPlanQuery } from './stock/stock-query.js';
export type { StockFinding, StockFindingCode, StockPlan, StockPlanRow } from './stock/stock-results.js';
export type { TrainingReport } from './train.js';
export type { Change, Trend, TrendBase, TrendDirection } from './trend.js';
export type { AccuracyMetrics, ModelAccuracy, ValidationReport } from './validation.js';
export type {
  Cannibalisation,
  WhatIf,
  WhatIfCategory,
  WhatIfFigures,
  WhatIfProduct,
  WhatIfQuery,
} from './what-if.js';
