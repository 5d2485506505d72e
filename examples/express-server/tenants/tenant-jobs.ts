import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatDay } from 'commerce-forecast';
import { DOCUMENTED_SCHEDULE, type JobRunner, type RunningJob } from 'commerce-forecast/jobs';
import * as z from 'zod';
import type { Shop } from '../compose-shop.js';
import type { ServerConfig } from '../config.js';
import { salesOfFolder } from '../jobs/schedule.js';
import type { Maintenance } from '../services/maintenance.js';
import { TENANT_JOBS, type TenantJob, type TenantJobKind, type Tenants } from './tenants.js';

/** The job of one tenant; its data say which. */
export const TENANT_JOB = 'tenant-job';

const MS_PER_DAY = 86_400_000;
const RETRIES = { attempts: 5, backoffMs: 60_000 };

const jobData = z.object({ tenant: z.string(), kind: z.enum(TENANT_JOBS), day: z.string().optional() });

/**
 * Lets this process do the scheduled jobs of all tenants: when one is due, a job is enqueued for each of them, so that a failure of
 * one does not concern the others.
 */
export async function scheduleTenants(
  config: ServerConfig,
  runner: JobRunner,
  tenants: Tenants,
  now: () => number,
): Promise<void> {
  const yesterday = () => formatDay(Math.floor(now() / MS_PER_DAY) - 1);
  await runner.process(TENANT_JOB, (job) => doJob(job, tenants, yesterday()));
  const patterns: Readonly<Record<TenantJobKind, string>> = {
    collection: config.COLLECTION_CRON ?? DOCUMENTED_SCHEDULE.collection,
    training: config.TRAINING_CRON ?? DOCUMENTED_SCHEDULE.training,
    chores: config.CHORES_CRON,
  };
  for (const kind of TENANT_JOBS) {
    const name = `tenants-${kind}`;
    const enqueueAll = async ({ id }: RunningJob) => {
      for (const tenant of await tenants.repository.list()) {
        if (!tenant.isReady) continue;
        const data = { tenant: tenant.id, kind, day: yesterday() };
        // Ids of scheduled jobs are the queue's own.
        const occasion = id.replaceAll(/[^\w.@-]/g, '-');
        await runner.enqueue(TENANT_JOB, data, { id: `${kind}.${tenant.id}.${occasion}`, ...RETRIES });
      }
    };
    await runner.process(name, enqueueAll, { singleton: true });
    await runner.schedule({ id: name, job: name, cron: patterns[kind], ...RETRIES });
  }
}

function doJob(job: RunningJob, tenants: Tenants, usualDay: string): Promise<unknown> {
  const { tenant, kind, day = usualDay } = jobData.parse(job.data);
  const { data, checkpoint, signal } = job;
  const saveCheckpoint = (value: unknown) => job.saveCheckpoint(value);
  return tenants.use(tenant, (open) => open.work({ kind, day, data, checkpoint, saveCheckpoint, signal }));
}

/** Does a job for a tenant, whose files are in the folder of its name. */
export async function workFor(
  id: string,
  { sales, rollout, trainings, storage }: Shop,
  maintenance: Maintenance,
  { SALES_DIR }: ServerConfig,
  job: TenantJob,
): Promise<unknown> {
  if (job.kind === 'chores') return maintenance.run();
  if (job.kind === 'training') {
    const { rows } = await storage.summary();
    return rows > 0 ? trainings.work(job) : undefined;
  }
  const folder = SALES_DIR === undefined ? undefined : join(SALES_DIR, id);
  // Not every tenant delivers files.
  const records = folder !== undefined && existsSync(folder) ? salesOfFolder(folder)?.(job.day) : undefined;
  const report = records && (await sales.ingest(records, { mode: 'replace', signal: job.signal }));
  await rollout.observe();
  return { accepted: report?.accepted ?? 0 };
}
