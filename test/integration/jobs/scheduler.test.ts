import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { formatDay, parseDay } from 'commerce-forecast';
import { generateSales } from 'commerce-forecast/testing';
import { afterAll, expect, it } from 'vitest';
import { startWorkerProcess } from '../../../examples/worker/start-workers.js';
import { type ServerProcess, startProcess } from '../../examples/express-server/processes.js';
import { DATABASE_URL, describeWithPostgres, dropSchemas } from '../services.js';

const SCHEDULER = fileURLToPath(new URL('../../../examples/worker/scheduler.ts', import.meta.url));
const root = await mkdtemp(join(tmpdir(), 'scheduler-'));

/** Environment of all processes of an installation. */
type Installation = ReturnType<typeof newInstallation>;

function newInstallation(model: string) {
  const id = randomUUID().replaceAll('-', '').slice(0, 16);
  return {
    DATABASE_URL,
    DATABASE_SCHEMA: `test_schedule_${id}`,
    QUEUE_URL: DATABASE_URL,
    QUEUE_PREFIX: `test_schedule_queue_${id}`,
    ARTIFACT_DIR: join(root, id),
    MODEL: model,
    MODEL_POLL_SECONDS: '1',
    CANARY_SHARE: '0',
    REDIS_URL: '',
    FRED_API_KEY: '',
    LOG_LEVEL: 'warn',
  };
}

/** Puts sales of 150 days into the file of yesterday, as the first delivery of a merchant. */
async function deliver(folder: string, { factor = 1, endsBefore = 0 } = {}) {
  const { records } = generateSales({ products: 8, days: 150, seed: 3 });
  const newest = Math.max(...records.map(({ date }) => parseDay(String(date))));
  const yesterday = Math.floor(Date.now() / 86_400_000) - 1;
  const lastDay = yesterday - endsBefore;
  const lines = records.map(({ date, productId, category, units }) => {
    const day = formatDay(parseDay(String(date)) - newest + lastDay);
    return `${day},${productId},${category},${units * factor}`;
  });
  await mkdir(folder, { recursive: true });
  const csv = ['date,productId,category,units', ...lines].join('\n');
  // Around midnight the day that has ended may be the next one.
  for (const day of [yesterday, yesterday + 1]) await writeFile(join(folder, `${formatDay(day)}.csv`), csv);
  return { lastDay: formatDay(lastDay), rows: records.length };
}

function startScheduler(
  installation: Installation,
  settings: Record<string, string>,
  ...flags: string[]
): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', SCHEDULER, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...installation, ...settings },
  });
  children.push(child);
  return child;
}

/** Starts a scheduler that does both jobs at once, and returns its lines when it has. */
async function runBothJobs(installation: Installation, settings: Record<string, string>): Promise<string[]> {
  const scheduler = startScheduler(installation, settings, '--now');
  const output = text(scheduler.stdout!);
  scheduler.stdout!.on('data', (chunk) => {
    if (String(chunk).includes('"weekly-training"')) scheduler.kill('SIGTERM');
  });
  const [code] = await once(scheduler, 'exit');
  expect(code).toBe(0);
  return (await output).trim().split('\n');
}

const children: ChildProcess[] = [];

async function stop(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM');
  await once(child, 'exit');
}

describeWithPostgres('the scheduler example', () => {
  const alone = newInstallation('blend');
  const served = newInstallation('weekday-mean');
  let server: ServerProcess | undefined;
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await server?.end('SIGKILL');
    const schemas = [alone, served].flatMap((its) => [its.QUEUE_PREFIX, its.DATABASE_SCHEMA]);
    await dropSchemas(...schemas);
    await rm(root, { recursive: true, force: true });
  });

  it('collects, and trains with a worker process, over PostgreSQL alone', async () => {
    const folder = join(root, 'sales');
    const { lastDay, rows } = await deliver(folder);
    const worker = await startWorkerProcess(alone);
    const lines = await runBothJobs(alone, { SALES_DIR: folder, FAN_OUT: 'true' });
    await worker.stop();
    const results: { job: string; result: unknown }[] = [];
    expect(lines[0]).toBe('ready');
    for (const line of lines.slice(1)) {
      const parsed = JSON.parse(line);
      if ('job' in parsed) results.push(parsed);
    }
    expect(results).toEqual([
      { job: 'daily-collection', result: expect.objectContaining({ accepted: rows }) },
      {
        job: 'weekly-training',
        result: {
          modelVersion: expect.stringContaining(lastDay),
          version: 1,
          decision: 'promoted',
          cause: { code: 'first', values: {} },
        },
      },
    ]);
    expect(lines.some((line) => line.includes('forecast_data_age_days'))).toBe(true);
  });

  it('changes the answers of the servers with the sales of the night, and trains when a server is asked', async () => {
    const folder = join(root, 'sales of the night');
    await deliver(folder, { endsBefore: 60 });
    await runBothJobs(served, { SALES_DIR: folder });
    const running = await startProcess(served);
    server = running;
    const headers = { authorization: `Bearer ${running.key()}` };
    const ask = async (path: string, init?: RequestInit) =>
      (await fetch(`${running.url}/api/v1${path}`, { ...init, headers })).json();
    const unitsOfWeek = async () =>
      (await ask('/forecast/categories?time_period=week')).predictions[0].predicted_sales;
    const before = { ...(await ask('/model')), units: await unitsOfWeek() };

    const { lastDay } = await deliver(folder, { factor: 3 });
    const worker = await startWorkerProcess(served);
    const settings = { SALES_DIR: folder, FAN_OUT: 'true' };
    const nightly = startScheduler(served, {
      ...settings,
      COLLECTION_CRON: '*/2 * * * * *',
      TRAINING_CRON: '*/4 * * * * *',
    });
    const waiting = { timeout: 120_000, interval: 500 };
    await expect.poll(unitsOfWeek, waiting).toBeGreaterThan(2 * before.units);
    const after = await ask('/model');
    expect(after.model_version).not.toBe(before.model_version);
    expect(after.last_day).toBe(lastDay);
    await stop(nightly);

    const asked = await ask('/model/train', { method: 'POST' });
    expect(asked.status).toBe('queued');
    expect((await ask('/model/train', { method: 'POST' })).status).toBe(409);
    const weekly = startScheduler(served, settings);
    await expect
      .poll(async () => (await ask(`/model/trainings/${asked.id}`)).status, waiting)
      .toBe('succeeded');
    await stop(weekly);
    await worker.stop();
    expect(await running.end('SIGTERM')).toBe(0);
  });
});
