import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { SalesRecords } from 'commerce-forecast';
import { readSalesCsv } from 'commerce-forecast/csv';
import { type Collection, registerForecastJobs } from 'commerce-forecast/jobs';
import type { ComposedServer } from '../compose.js';
import type { ServerConfig } from '../config.js';
import { scheduleTenants } from '../tenants/tenant-jobs.js';

/** The chores of a day: retention of sales, and what else has expired. */
export const CHORES_JOB = 'daily-chores';

export interface ScheduleOptions {
  /** Finds the sales of a day. Default: the file `YYYY-MM-DD.csv` of `SALES_DIR`. */
  readonly sales?: (day: string) => SalesRecords;
  /** Called after each collection, with the day that ended. */
  readonly onCollected?: (day: string) => Promise<void>;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/**
 * Lets this process do the scheduled jobs: the daily collection, after which the versions in use are judged, the weekly
 * training, trainings from the queue, and the chores. Of all instances that do so, one does each job.
 */
export async function startSchedule(
  config: ServerConfig,
  { dependencies, runner, maintenance }: ComposedServer,
  { sales = salesOfFolder(config.SALES_DIR), onCollected, now = Date.now }: ScheduleOptions = {},
): Promise<void> {
  const { forecaster, rollout, trainings } = dependencies;
  async function collect({ day, signal }: Collection): Promise<{ accepted: number }> {
    const records = sales?.(day);
    // Replacing needs no key: a later attempt may bring a sale that was booked meanwhile.
    const report = records && (await forecaster.ingest(records, { mode: 'replace', signal }));
    await rollout.observe();
    await onCollected?.(day);
    return { accepted: report?.accepted ?? 0 };
  }
  await registerForecastJobs(runner, {
    collect,
    train: (task) => trainings.work(task),
    schedule: { collection: config.COLLECTION_CRON, training: config.TRAINING_CRON },
    now,
  });
  await runner.process(CHORES_JOB, () => maintenance.run(), { singleton: true });
  await runner.schedule({ id: CHORES_JOB, job: CHORES_JOB, cron: config.CHORES_CRON });
  if (dependencies.tenants) await scheduleTenants(config, runner, dependencies.tenants, now);
  // At the start too, once a day for all instances: an installation that is never up at night has its chores done.
  await runner.enqueue(CHORES_JOB, null, { id: `start-${new Date(now()).toISOString().slice(0, 10)}` });
}

/** Finds the sales of a day in a folder; undefined without one. */
export function salesOfFolder(folder: string | undefined): ScheduleOptions['sales'] {
  if (folder === undefined) return undefined;
  return (day) => {
    const file = join(folder, `${day}.csv`);
    if (!existsSync(file)) throw new Error(`The sales of ${day} are not there yet: ${file}`);
    return readSalesCsv(createReadStream(file));
  };
}
