import {
  createForecaster,
  createRolloutController,
  type EventSource,
  type ForecastModel,
  type IndicatorLoader,
  type MonitoringReport,
  parseDay,
  type SalesRecords,
} from 'commerce-forecast';
import { type Collection, type JobRunner, registerForecastJobs } from 'commerce-forecast/jobs';
import type { Installation } from './installation.js';
import { Watch } from './watch.js';

export interface OperationsOptions {
  /** The sales of a day, and late ones of days before it, as daily totals. */
  readonly sales: (day: string) => SalesRecords | Promise<SalesRecords>;
  /** Default: that of `createForecaster`. */
  readonly model?: ForecastModel;
  readonly events?: EventSource;
  readonly indicators?: IndicatorLoader;
  readonly codeVersion?: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Metrics and events after each collection. */
  readonly onReport: (report: MonitoringReport, raised: MonitoringReport['events']) => void;
}

/** Errors are compared by category, of which a shop has fewer than the merchants that the default has in mind. */
export const LEAST_CATEGORIES = 5;

/**
 * The daily and weekly schedule on an installation. Daily: sales into the storage, forecasts against what was sold, and
 * the rollout of a canary. Weekly: a model is trained, registered with its lineage and judged.
 */
export async function runOperations(
  runner: JobRunner,
  installation: Installation,
  options: OperationsOptions,
): Promise<void> {
  const { storage, registry } = installation;
  const { model, events, indicators, codeVersion, now } = options;
  const forecaster = createForecaster({ storage, model, events, indicators, now: () => new Date(now()) });
  const rollout = createRolloutController({ registry, live: { minimumUnits: LEAST_CATEGORIES } });
  const watch = new Watch(installation, rollout);

  async function collect({ day, signal }: Collection) {
    // Replacing needs no key: a later attempt may bring a sale that was booked meanwhile.
    const { accepted } = await forecaster.ingest(await options.sales(day), { mode: 'replace', signal });
    const wanted = parseDay(day);
    const { lastDay = wanted } = await storage.summary();
    const { report, raised } = await watch.day(Math.min(wanted, lastDay), now());
    options.onReport(report, raised);
    return { accepted, events: report.events.map(({ kind }) => kind) };
  }

  await registerForecastJobs(runner, { forecaster, registry, rollout, collect, codeVersion, now });
}
