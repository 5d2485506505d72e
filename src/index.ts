export * from './backtest/index.js';
export type {
  CacheInvalidation,
  CacheLease,
  CacheLevel,
  CacheSetOptions,
  CacheStats,
  CacheStore,
  ComputeOptions,
  ForecastCache,
  TagMark,
} from './cache/contract.js';
export { createForecastCache } from './cache/forecast-cache.js';
export type { ForecastCacheOptions } from './cache/forecast-cache-options.js';
export { MemoryCacheStore, type MemoryCacheStoreOptions } from './cache/memory-cache-store.js';
export { type Day, formatDay, parseDay } from './calendar/day.js';
export { type CalendarEvent, combineEvents, type EventScope, type EventSource } from './calendar/events.js';
export {
  calendarPeriodSteps,
  type DayRange,
  periodDays,
  periodSteps,
  TIME_PERIODS,
  type TimePeriod,
  type TimePeriodText,
} from './calendar/period.js';
export { WEEKDAYS, type Weekday } from './calendar/weeks.js';
export {
  type ErrorPath,
  ForecastError,
  type ForecastErrorCode,
  type ForecastErrorOptions,
} from './errors.js';
export { computeFeatures, type FeatureOptions } from './features/compute-features.js';
export type { IndicatorSeries } from './features/indicator-features.js';
export type { FeatureMatrix } from './features/matrix.js';
export { FEATURE_NAMES, type FeatureName } from './features/names.js';
export { fitScaler, type Scaler, scaleFeatures } from './features/scaling.js';
export * from './forecaster/index.js';
export type { LongCallOptions, Progress } from './long-call.js';
export * from './metrics/index.js';
export * from './models/baselines/index.js';
export * from './models/boosting/direct/index.js';
export type { BoostingEngine, BoostingModel, EngineParams } from './models/boosting/engine/engine.js';
export * from './models/boosting/recursive/index.js';
export * from './models/combine/index.js';
export type {
  ContributionOptions,
  ContributionPart,
  Contributions,
  Covariates,
  EffectForecast,
  EffectOptions,
  FitOptions,
  FittedModel,
  ForecastModel,
  ForecastOptions,
  HeldBackForecast,
  Interval,
  KnownFuture,
  MemberWeights,
  ModelConfig,
  PanelForecast,
  PastOnlySeries,
  ProductAttributes,
  SerializedModel,
  SeriesGroups,
  StepRange,
  TotalsForecast,
  TotalsOptions,
} from './models/contract.js';
export type { CovariateKind } from './models/covariate-kinds.js';
export type { CovariateReport, IgnoredCovariate } from './models/covariate-uses.js';
export { defineModel, type ModelDefinition, type SeriesHistory } from './models/define-model.js';
export { LIFE_CYCLE_STATUSES, type LifeCycle, type LifeCycleStatus } from './models/life-cycle.js';
export { forecastQuantiles } from './models/quantiles.js';
export { type SalesForecastOptions, type SalesForecasts, salesForecasts } from './models/sales-forecasts.js';
export { type SamplePathOptions, type SamplePaths, samplePaths } from './models/sample-paths.js';
export {
  type SeasonalTrendPanelOptions,
  seasonalTrend,
} from './models/seasonal-trend/index.js';
export * from './models/structural/index.js';
export { normalQuantile } from './models/uncertainty/index.js';
export { aggregatePanel, type CalendarTotals, calendarTotals } from './panel/aggregate.js';
export { buildPanel } from './panel/build-panel.js';
export type { DataFinding, DataReport, FindingExample, UnitsLedger } from './panel/data-report.js';
export type { FindingCode, RejectionReason, Severity } from './panel/finding-kinds.js';
export { formatDataReport } from './panel/format-data-report.js';
export { lastDay, type Panel, type SeriesAttribute } from './panel/panel.js';
export { type BuiltPanel, PanelBuilder } from './panel/panel-builder.js';
export type { PanelOptions } from './panel/panel-options.js';
export type { RecordSource } from './panel/record-source.js';
export type { SalesColumns, SalesRun } from './panel/sales-columns.js';
export type { DailyRecord, SalesRecord } from './panel/sales-record.js';
export { selectSeries, sliceDays } from './panel/slice.js';
export * from './plan/index.js';
export { type ArtifactStore, type ArtifactVersion, isArtifactLost } from './storage/artifact-contract.js';
export type { ArtifactStoreOptions } from './storage/artifacts/versioned-artifact-store.js';
export type {
  DailySale,
  RemovalNote,
  SalesBatch,
  SalesQuery,
  SalesRemoval,
  SalesSelection,
  SalesStorage,
  SalesSummary,
  StoredDelivery,
  StreamPosition,
  WriteResult,
} from './storage/contract.js';
export type { DocumentStore, StoredDocument } from './storage/document-contract.js';
export type { EncryptionOptions } from './storage/encryption.js';
export { MemoryArtifactStore } from './storage/memory/memory-artifact-store.js';
export { MemoryDocumentStore } from './storage/memory/memory-document-store.js';
export { MemorySalesStorage, type MemorySalesStorageOptions } from './storage/memory/memory-sales-storage.js';
