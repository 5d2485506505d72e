/** A measured value, as a metrics endpoint would show it: a gauge with labels. */
export interface MetricValue {
  /** E.g. `forecast_wape_ratio`; the last word is the unit. */
  readonly name: MetricName;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

export type MetricName =
  | 'forecast_accuracy_ratio'
  | 'forecast_wape_ratio'
  | 'forecast_bias_ratio'
  | 'forecast_interval_coverage_ratio'
  | 'forecast_population_stability_index'
  | 'forecast_residual_shift_sigmas'
  | 'forecast_data_age_days'
  | 'forecast_model_age_days'
  | 'forecast_failure_ratio';

export type MonitoringEventKind =
  | 'accuracy-low'
  | 'bias-high'
  | 'coverage-off'
  | 'population-drift'
  | 'residual-shift'
  | 'data-stale'
  | 'model-stale'
  | 'failure-rate-high';

/** A metric that is beyond its threshold. */
export interface MonitoringEvent {
  readonly kind: MonitoringEventKind;
  readonly severity: 'warning' | 'critical';
  readonly metric: MetricName;
  readonly value: number;
  readonly threshold: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Explanation in one sentence. */
  readonly message: string;
}

export interface MonitoringReport {
  readonly metrics: readonly MetricValue[];
  readonly events: readonly MonitoringEvent[];
}

/** Joins the reports of several checks. */
export function combineReports(...reports: readonly MonitoringReport[]): MonitoringReport {
  return {
    metrics: reports.flatMap(({ metrics }) => metrics),
    events: reports.flatMap(({ events }) => events),
  };
}

/**
 * Compares two reports, so that one alert is sent when a metric crosses its threshold and one when it recovers.
 * Events are the same if kind, severity and labels are.
 */
export function eventChanges(
  before: readonly MonitoringEvent[],
  after: readonly MonitoringEvent[],
): { readonly raised: readonly MonitoringEvent[]; readonly cleared: readonly MonitoringEvent[] } {
  const known = new Set(before.map(identityOf));
  const present = new Set(after.map(identityOf));
  return {
    raised: after.filter((event) => !known.has(identityOf(event))),
    cleared: before.filter((event) => !present.has(identityOf(event))),
  };
}

function identityOf({ kind, severity, labels }: MonitoringEvent): string {
  return JSON.stringify([kind, severity, Object.entries(labels).sort()]);
}
