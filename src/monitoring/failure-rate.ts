import { ForecastError } from '../errors.js';
import type { MonitoringEvent, MonitoringReport } from './report.js';
import { DEFAULT_THRESHOLDS, type MonitoringThresholds } from './thresholds.js';

/** Numbers of requested and failed predictions of a version over some time. */
export interface PredictionCounts {
  readonly version: string;
  readonly requests: number;
  readonly failures: number;
}

/**
 * Failure rates by version, with a critical event where one is above the threshold, by default 1 %.
 *
 * ```ts
 * import { failureReport } from 'commerce-forecast/monitoring';
 *
 * failureReport([{ version: 'retail@3', requests: 1_000, failures: 12 }]).events; // failure-rate-high
 * ```
 *
 * @throws ForecastError `invalid-data` for impossible counts.
 */
export function failureReport(
  counts: readonly PredictionCounts[],
  thresholds: MonitoringThresholds = DEFAULT_THRESHOLDS,
): MonitoringReport {
  const { maximumFailureRate: threshold, minimumRequests } = thresholds;
  const metric = 'forecast_failure_ratio';
  const rates = counts.map(({ version, requests, failures }, index) => {
    const whole = [requests, failures].every((count) => Number.isInteger(count) && count >= 0);
    if (!whole || failures > requests) {
      throw new ForecastError('invalid-data', `${failures} of ${requests} predictions cannot have failed`, {
        path: [index, 'failures'],
      });
    }
    return { requests, value: requests > 0 ? failures / requests : 0, labels: { version } };
  });
  const high = rates.filter(({ requests, value }) => requests >= minimumRequests && value > threshold);
  return {
    metrics: rates.map(({ value, labels }) => ({ name: metric, value, labels })),
    events: high.map(({ value, labels }): MonitoringEvent => {
      const message = `${(100 * value).toFixed(1)} % of the predictions of ${labels.version} failed`;
      return { kind: 'failure-rate-high', severity: 'critical', metric, value, threshold, labels, message };
    }),
  };
}
