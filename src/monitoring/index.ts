export {
  type AccuracyMonitor,
  type AccuracyMonitorOptions,
  type AccuracyPoint,
  type AccuracyQuery,
  createAccuracyMonitor,
  type IssuedForecast,
} from './accuracy-monitor.js';
export { accuracyReport } from './accuracy-report.js';
export type { AccuracyMonitorState } from './accuracy-state.js';
export { failureReport, type PredictionCounts } from './failure-rate.js';
export { type FreshnessFacts, freshnessReport } from './freshness.js';
export {
  populationReport,
  populationStabilityIndex,
  type ReferenceDistribution,
  referenceDistribution,
} from './population-stability.js';
export {
  combineReports,
  eventChanges,
  type MetricName,
  type MetricValue,
  type MonitoringEvent,
  type MonitoringEventKind,
  type MonitoringReport,
} from './report.js';
export {
  NO_SHIFT,
  type ResidualReference,
  type ResidualShiftOptions,
  type ResidualShiftState,
  residualReference,
  residualShiftReport,
  updateResidualShift,
} from './residual-shift.js';
export type { AccuracySummary } from './score-sums.js';
export { DEFAULT_THRESHOLDS, type MonitoringThresholds } from './thresholds.js';
