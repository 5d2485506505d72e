export type { Component, EventEffect, Regressor, Seasonality } from './components.js';
export type { Changepoint, Diagnostics } from './diagnostics.js';
export type { EventFeature } from './event-features.js';
export { FittedPanel, fitPanel, seasonalTrend } from './panel-model.js';
export type { PanelOptions } from './panel-options.js';
export { fitPanelPart, joinPanelStates } from './panel-parts.js';
export type { PanelState } from './panel-state.js';
export type { Parts } from './predict.js';
export type { Parameters } from './problem.js';
export { type ProphetModelOptions, readProphetModel } from './prophet-json.js';
export type { SeriesForecast, SeriesForecastOptions } from './seasonal-trend-fit.js';
export { fitSeasonalTrend, loadSeasonalTrend, SeasonalTrendFit } from './seasonal-trend-fit.js';
export type {
  DayRange,
  EffectMode,
  Growth,
  PointInputs,
  RegressorOptions,
  SeasonalityOptions,
  SeasonalTrendOptions,
  SeriesData,
  SeriesEvent,
} from './series-options.js';
export type { Specification } from './specification.js';
