import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { documentedEnsemble, type ForecastModel, type Panel } from 'commerce-forecast';
import { createInProcessJobRunner, fanOutEnsemble, processFanOut } from 'commerce-forecast/jobs';
import { generatePanel } from 'commerce-forecast/testing';
import { Redis } from 'ioredis';
import type { WorkerConfig } from '../examples/worker/config.js';
import { openQueue } from '../examples/worker/open-queue.js';
import { startWorkerProcess } from '../examples/worker/start-workers.js';
import { MemoryArtifactStore } from '../src/storage/memory/memory-artifact-store.js';
import { type Row, report } from './report.js';

/**
 * What a fit of the documented model costs against the number of series: in one process, and fanned out over BullMQ to
 * one and two worker processes on this machine. The fits must agree byte for byte.
 *
 * npx tsx benchmarks/scale.ts [--series 1000,10000] [--days 730] [--booster-series 500 (0: all)] [--chunk 500]
 *   [--queue redis://...] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    series: { type: 'string', default: '1000,10000' },
    days: { type: 'string', default: '730' },
    'booster-series': { type: 'string', default: '500' },
    chunk: { type: 'string', default: '500' },
    queue: { type: 'string', default: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' },
    json: { type: 'string' },
  },
});

const boosterSeries = Number(flags['booster-series']) || undefined;
const chunkSeries = Number(flags.chunk);
const rows: Row[] = [];

async function timed(model: ForecastModel, panel: Panel): Promise<{ seconds: number; bytes: string }> {
  const start = performance.now();
  const fitted = await model.fit(panel);
  const seconds = (performance.now() - start) / 1000;
  return { seconds, bytes: JSON.stringify(fitted) };
}

/** The fit in this process alone: the model itself, or, where the booster learns from a sample, its pieces one by one. */
async function singleProcess(panel: Panel) {
  if (boosterSeries === undefined || boosterSeries >= panel.seriesCount) {
    return timed(documentedEnsemble(), panel);
  }
  const runner = createInProcessJobRunner();
  const artifacts = new MemoryArtifactStore();
  await processFanOut(runner, artifacts);
  const all = panel.seriesCount;
  const result = await timed(fanOutEnsemble({ runner, artifacts, boosterSeries, chunkSeries: all }), panel);
  await runner.close();
  return result;
}

async function fannedOut(panel: Panel, workers: number) {
  const config: WorkerConfig = {
    queueUrl: flags.queue,
    prefix: `benchmark_scale_${randomUUID()}`,
    artifacts: await mkdtemp(join(tmpdir(), 'scale-')),
    lockMs: 60_000,
  };
  const queue = openQueue(config);
  const { runner, artifacts } = queue;
  const processes = await Promise.all(Array.from({ length: workers }, () => startWorkerProcess(config)));
  const result = await timed(fanOutEnsemble({ runner, artifacts, chunkSeries, boosterSeries }), panel);
  await Promise.all(processes.map((worker) => worker.stop()));
  await queue.close();
  await rm(config.artifacts, { recursive: true });
  await forget(config);
  return result;
}

async function forget({ queueUrl, prefix }: WorkerConfig): Promise<void> {
  const redis = new Redis(queueUrl);
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(keys);
  await redis.quit();
}

for (const series of flags.series.split(',').map(Number)) {
  const panel = generatePanel({ products: series, days: Number(flags.days), seed: 1, columns: false });
  const single = await singleProcess(panel);
  const one = await fannedOut(panel, 1);
  const two = await fannedOut(panel, 2);
  const add = (method: string, metric: string, value: number) =>
    rows.push({ case: `${series} series`, method, metric, value });
  add('single process', 'seconds', single.seconds);
  add('1 worker', 'seconds', one.seconds);
  add('2 workers', 'seconds', two.seconds);
  const identical = one.bytes === single.bytes && two.bytes === single.bytes;
  add('2 workers', 'identical_to_single_process', identical ? 1 : 0);
  add('2 workers', 'speedup_2_workers', one.seconds / two.seconds);
  add('2 workers', 'speedup_over_single_process', single.seconds / two.seconds);
}
report(rows, flags.json);
