export type { Component, EventEffect, Regressor, Seasonality } from './components.js';
export type { EventFeature } from './event-features.js';
export { FittedPanel, fitPanel, seasonalTrend } from './panel/panel-model.js';
export type { PanelRegressor, PanelSeasonality, SeasonalTrendPanelOptions } from './panel/panel-options.js';
export { fitPanelPart, joinPanelStates } from './panel/panel-parts.js';
export type { PanelState } from './panel/panel-state.js';
export type { PanelValues } from './panel/panel-values.js';
export {
  type CrossValidationPlan,
  crossValidate,
  type SeriesCrossValidation,
} from './series/cross-validation.js';
export type { Changepoint, Diagnostics } from './series/diagnostics.js';
export type { Frequency } from './series/forecast-days.js';
export {
  type PerformanceMetrics,
  type PerformanceOptions,
  performanceMetrics,
  type SeriesMetric,
} from './series/performance-metrics.js';
export type { Parts, RegressorCoefficient } from './series/predict.js';
export { type ProphetModelOptions, readProphetModel } from './series/prophet-json.js';
export type { SeriesForecast, SeriesForecastOptions } from './series/seasonal-trend-fit.js';
export { fitSeasonalTrend, loadSeasonalTrend, SeasonalTrendFit } from './series/seasonal-trend-fit.js';
export type { SampledPoints } from './series/series-intervals.js';
export type {
  EffectMode,
  Growth,
  MaskedDays,
  PointInputs,
  RegressorOptions,
  SeasonalityOptions,
  SeasonalTrendOptions,
  SeriesData,
  SeriesEvent,
} from './series/series-options.js';
export type { Specification } from './series/specification.js';
export type { Parameters } from './solver/problem.js';
