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
import { DATABASE_URL, describeWithPostgres, dropSchemas } from '../services.js';

const SCHEDULER = fileURLToPath(new URL('../../../examples/worker/scheduler.ts', import.meta.url));
const id = randomUUID().replaceAll('-', '').slice(0, 16);
const root = await mkdtemp(join(tmpdir(), 'scheduler-'));
const queue = {
  queueUrl: DATABASE_URL,
  prefix: `test_schedule_queue_${id}`,
  artifacts: join(root, 'artifacts'),
  lockMs: 30_000,
};
const schema = `test_schedule_${id}`;

/** The sales of 150 days up to yesterday, as the first delivery of a merchant. */
async function deliver(folder: string) {
  const { records } = generateSales({ products: 8, days: 150, seed: 3 });
  const newest = Math.max(...records.map(({ date }) => parseDay(String(date))));
  const yesterday = Math.floor(Date.now() / 86_400_000) - 1;
  const lines = records.map(({ date, productId, category, units }) => {
    const day = formatDay(parseDay(String(date)) - newest + yesterday);
    return `${day},${productId},${category},${units}`;
  });
  await mkdir(folder);
  const csv = ['date,productId,category,units', ...lines].join('\n');
  // Around midnight the day that has ended may be the next one.
  for (const day of [yesterday, yesterday + 1]) await writeFile(join(folder, `${formatDay(day)}.csv`), csv);
  return { lastDay: formatDay(yesterday), rows: records.length };
}

function startScheduler(sales: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', SCHEDULER, '--now'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DATABASE_URL,
      DATABASE_SCHEMA: schema,
      QUEUE_URL: queue.queueUrl,
      QUEUE_PREFIX: queue.prefix,
      ARTIFACTS: queue.artifacts,
      SALES: sales,
      FAN_OUT: '1',
      FRED_API_KEY: '',
    },
  });
}

describeWithPostgres('the scheduler example', () => {
  afterAll(async () => {
    await dropSchemas(queue.prefix, schema);
    await rm(root, { recursive: true, force: true });
  });

  it('collects, and trains with a worker process, over PostgreSQL alone', async () => {
    const { lastDay, rows } = await deliver(join(root, 'sales'));
    const worker = await startWorkerProcess(queue);
    const scheduler = startScheduler(join(root, 'sales'));
    const output = text(scheduler.stdout!);
    const results: { job: string; result: unknown }[] = [];
    scheduler.stdout!.on('data', (chunk) => {
      if (String(chunk).includes('"weekly-training"')) scheduler.kill('SIGTERM');
    });
    const [code] = await once(scheduler, 'exit');
    await worker.stop();
    const lines = (await output).trim().split('\n');
    expect(code).toBe(0);
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
          registeredVersion: 1,
          action: 'promoted',
        },
      },
    ]);
    expect(lines.some((line) => line.includes('forecast_data_age_days'))).toBe(true);
  });
});
