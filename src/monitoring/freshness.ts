import type { Day } from '../calendar/day.js';
import { MS_PER_DAY } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import { combineReports, type MonitoringReport } from './report.js';
import { DEFAULT_THRESHOLDS, type MonitoringThresholds } from './thresholds.js';

export interface FreshnessFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Last complete day of each source of data, e.g. `{ sales: 19783 }`; undefined for one that has none. */
  readonly lastDays: Readonly<Record<string, Day | undefined>>;
  /** Time at which the version in production was trained, as an ISO timestamp. */
  readonly trainedAt?: string;
}

/** Complete days (UTC) since the last one in the data: 0 if the data includes yesterday. */
export function dataAgeDays(lastDay: Day, now: number): number {
  return Math.max(0, Math.floor(now / MS_PER_DAY) - 1 - lastDay);
}

/**
 * Age of the data and of the model, and an event where it is beyond its threshold.
 *
 * ```ts
 * import { parseDay } from 'commerce-forecast';
 * import { freshnessReport } from 'commerce-forecast/monitoring';
 *
 * const { events } = freshnessReport({
 *   now: Date.UTC(2024, 2, 8, 6),
 *   lastDays: { sales: parseDay('2024-03-04') },
 *   trainedAt: '2024-03-03T03:00:00Z',
 * }); // data-stale: three days are missing
 * ```
 *
 * @throws ForecastError `invalid-data` for an invalid time or day.
 */
export function freshnessReport(
  { now, lastDays, trainedAt }: FreshnessFacts,
  thresholds: MonitoringThresholds = DEFAULT_THRESHOLDS,
): MonitoringReport {
  checkTime('now', now);
  const data = Object.entries(lastDays).map(([source, lastDay]) =>
    dataReport(source, lastDay, now, thresholds),
  );
  const model = trainedAt === undefined ? [] : [modelReport(trainedAt, now, thresholds)];
  return combineReports(...data, ...model);
}

function dataReport(
  source: string,
  lastDay: Day | undefined,
  now: number,
  { maximumDataAgeDays: threshold }: MonitoringThresholds,
): MonitoringReport {
  const metric = 'forecast_data_age_days';
  const labels = { source };
  const event = { kind: 'data-stale', severity: 'warning', metric, threshold, labels } as const;
  // A source without data has no age for a metric, but raises an event.
  if (lastDay === undefined) {
    const message = `There is no data of ${source}`;
    return { metrics: [], events: [{ ...event, value: Number.MAX_SAFE_INTEGER, message }] };
  }
  if (!Number.isInteger(lastDay)) {
    throw new ForecastError('invalid-data', `${lastDay} is not a day`, { path: ['lastDays', source] });
  }
  const value = dataAgeDays(lastDay, now);
  const message = `The data of ${source} lacks the last ${value} complete days`;
  return {
    metrics: [{ name: metric, value, labels }],
    events: value > threshold ? [{ ...event, value, message }] : [],
  };
}

function modelReport(
  trainedAt: string,
  now: number,
  { maximumModelAgeDays: threshold }: MonitoringThresholds,
): MonitoringReport {
  const trained = Date.parse(trainedAt);
  checkTime('trainedAt', trained);
  const metric = 'forecast_model_age_days';
  const value = Math.max(0, (now - trained) / MS_PER_DAY);
  const message = `The model was trained ${value.toFixed(1)} days ago`;
  const event = {
    kind: 'model-stale',
    severity: 'warning',
    metric,
    value,
    threshold,
    labels: {},
    message,
  } as const;
  return { metrics: [{ name: metric, value, labels: {} }], events: value > threshold ? [event] : [] };
}

function checkTime(name: string, time: number): void {
  if (Number.isFinite(time)) return;
  throw new ForecastError('invalid-data', `${name} is not a time`, { path: [name] });
}
