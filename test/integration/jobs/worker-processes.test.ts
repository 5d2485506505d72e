import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createForecaster, snapshotToJson, xgboostProphetBlend } from 'commerce-forecast';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { FAN_OUT_JOB, fanOut, type JobRunner } from 'commerce-forecast/jobs';
import { generatePanel, generateSales } from 'commerce-forecast/testing';
import { Redis } from 'ioredis';
import { afterAll, expect, it } from 'vitest';
import { openQueue } from '../../../examples/express-server/jobs/open-queue.js';
import { startWorkerProcess } from '../../../examples/worker/start-workers.js';
import {
  DATABASE_URL,
  describeWithPostgres,
  describeWithRedis,
  dropSchemas,
  REDIS_URL,
} from '../services.js';

const root = await mkdtemp(join(tmpdir(), 'workers-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const prefix = `test_workers_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
const ensemble = { xgboost: { params: { rounds: 60 } } };
const panel = generatePanel({ products: 90, days: 400, seed: 21 });

type WorkerConfig = ReturnType<typeof configOf>;

function configOf(queueUrl: string) {
  const ARTIFACT_DIR = join(root, randomUUID());
  return { QUEUE_URL: queueUrl, QUEUE_PREFIX: prefix, ARTIFACT_DIR, QUEUE_LOCK_MS: '1500' };
}

/** The queue and the artifact store that the workers see. */
async function openShared(config: WorkerConfig) {
  const lockMs = Number(config.QUEUE_LOCK_MS);
  const queue = await openQueue({ ...config, QUEUE_LOCK_MS: lockMs }, console.error);
  return { ...queue, artifacts: new FileSystemArtifactStore({ directory: config.ARTIFACT_DIR }) };
}

/** Kills the only worker while it trains the booster, and starts another one. */
async function fitWithLostWorker(config: WorkerConfig) {
  const queue = await openShared(config);
  const { runner, artifacts } = queue;
  const ids = recordIds(runner);
  const victim = await startWorkerProcess(config);
  const fitting = fanOut({ model: xgboostProphetBlend(ensemble), runner, artifacts, chunkSeries: 20 }).fit(
    panel,
  );
  while ((await statusOf(runner, ids[0]))?.state !== 'running') await pause(5);
  const death = once(victim.process, 'exit');
  victim.process.kill('SIGKILL');
  await death;
  const before = await statusOf(runner, ids[0]);
  const survivor = await startWorkerProcess(config);
  const fitted = await fitting;
  const attempts = await Promise.all(ids.map(async (id) => (await statusOf(runner, id))?.attempts));
  await survivor.stop();
  await queue.close();
  return { fitted, before, attempts };
}

function recordIds(runner: JobRunner): string[] {
  const ids: string[] = [];
  const enqueue = runner.enqueue.bind(runner);
  runner.enqueue = async (...request) => {
    const added = await enqueue(...request);
    ids.push(added.id);
    return added;
  };
  return ids;
}

async function statusOf(runner: JobRunner, id: string | undefined) {
  return id === undefined ? undefined : runner.status(FAN_OUT_JOB, id);
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function killedWorkerTest(queueUrl: string): void {
  it('retries the piece of a worker that was killed, and gives the bytes of one process', async () => {
    const { fitted, before, attempts } = await fitWithLostWorker(configOf(queueUrl));
    expect(before).toMatchObject({ state: 'running', attempts: 1 });
    // The booster began twice; the five chunks once each.
    expect(attempts).toEqual([2, 1, 1, 1, 1, 1]);
    const whole = await xgboostProphetBlend(ensemble).fit(panel);
    expect(JSON.stringify(fitted)).toBe(JSON.stringify(whole));
  });
}

describeWithRedis('worker processes over Redis', () => {
  afterAll(async () => {
    const redis = new Redis(REDIS_URL);
    const keys = await redis.keys(`${prefix}*`);
    if (keys.length > 0) await redis.del(keys);
    await redis.quit();
  });

  killedWorkerTest(REDIS_URL);

  it('trains the snapshot of one process with two workers', async () => {
    const config = configOf(REDIS_URL);
    const queue = await openShared(config);
    const workers = await Promise.all([startWorkerProcess(config), startWorkerProcess(config)]);
    const { records } = generateSales({ products: 40, days: 300, seed: 8 });
    const now = () => new Date('2024-06-02T03:00:00Z');
    const { runner, artifacts } = queue;
    const snapshots: string[] = [];
    for (const model of [
      xgboostProphetBlend(ensemble),
      fanOut({ model: xgboostProphetBlend(ensemble), runner, artifacts, chunkSeries: 9 }),
    ]) {
      const forecaster = createForecaster({ model, now });
      await forecaster.ingest(records);
      await forecaster.train();
      snapshots.push(JSON.stringify(snapshotToJson(forecaster.snapshot()!)));
    }
    await Promise.all(workers.map((worker) => worker.stop()));
    await queue.close();
    expect(snapshots[1]).toBe(snapshots[0]);
  });
});

describeWithPostgres('worker processes over PostgreSQL', () => {
  afterAll(() => dropSchemas(prefix));

  killedWorkerTest(DATABASE_URL);
});
