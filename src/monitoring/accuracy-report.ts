import type { AccuracyMonitor, AccuracyQuery } from './accuracy-monitor.js';
import type { MetricName, MetricValue, MonitoringEvent, MonitoringReport } from './report.js';
import type { AccuracySummary } from './score-sums.js';
import { DEFAULT_THRESHOLDS, type MonitoringThresholds } from './thresholds.js';

/**
 * Metrics and events of every version and group of horizons that has scores: accuracy, WAPE, bias and the coverage
 * of intervals.
 *
 * ```ts
 * import { type AccuracyMonitor, accuracyReport } from 'commerce-forecast/monitoring';
 *
 * declare const monitor: AccuracyMonitor;
 * const { metrics, events } = accuracyReport(monitor, { from: 19_753 });
 * ```
 */
export function accuracyReport(
  monitor: AccuracyMonitor,
  days: Pick<AccuracyQuery, 'from' | 'to'> = {},
  thresholds: MonitoringThresholds = DEFAULT_THRESHOLDS,
): MonitoringReport {
  const metrics: MetricValue[] = [];
  const events: MonitoringEvent[] = [];
  for (const version of monitor.versions()) {
    for (const horizon of monitor.horizons) {
      const summary = monitor.accuracy({ ...days, version, horizon });
      const labels = { version, horizon: String(horizon) };
      metrics.push(...metricsOf(summary, labels));
      if (summary.observations >= thresholds.minimumObservations) {
        events.push(...eventsOf(summary, labels, thresholds));
      }
    }
  }
  return { metrics, events };
}

function metricsOf(summary: AccuracySummary, labels: MetricValue['labels']): MetricValue[] {
  const values: [MetricName, number | undefined][] = [
    ['forecast_accuracy_ratio', summary.accuracy],
    ['forecast_wape_ratio', summary.wape],
    ['forecast_bias_ratio', summary.bias],
    ['forecast_interval_coverage_ratio', summary.coverage],
  ];
  return values.flatMap(([name, value]) => (value === undefined ? [] : [{ name, value, labels }]));
}

function* eventsOf(
  { accuracy, bias, coverage, level }: AccuracySummary,
  labels: MetricValue['labels'],
  { minimumAccuracy, maximumBias, coverageTolerance }: MonitoringThresholds,
): Generator<MonitoringEvent> {
  const about = `of ${labels['version']} up to ${labels['horizon']} days ahead`;
  const warning = { severity: 'warning', labels } as const;
  if (accuracy !== undefined && accuracy < minimumAccuracy) {
    const message = `The accuracy ${about} is ${percent(accuracy)}, below ${percent(minimumAccuracy)}`;
    const metric = 'forecast_accuracy_ratio';
    yield { kind: 'accuracy-low', ...warning, metric, value: accuracy, threshold: minimumAccuracy, message };
  }
  if (bias !== undefined && Math.abs(bias) > maximumBias) {
    const direction = bias > 0 ? 'above' : 'below';
    const message = `The forecasts ${about} are ${percent(Math.abs(bias))} ${direction} the sales`;
    const metric = 'forecast_bias_ratio';
    yield { kind: 'bias-high', ...warning, metric, value: bias, threshold: maximumBias, message };
  }
  if (coverage !== undefined && level !== undefined && Math.abs(coverage - level) > coverageTolerance) {
    const message = `The ${percent(level)} intervals ${about} cover ${percent(coverage)} of the sales`;
    const threshold = coverage < level ? level - coverageTolerance : level + coverageTolerance;
    const metric = 'forecast_interval_coverage_ratio';
    yield { kind: 'coverage-off', ...warning, metric, value: coverage, threshold, message };
  }
}

function percent(ratio: number): string {
  return `${(100 * ratio).toFixed(1)} %`;
}
