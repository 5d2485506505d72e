import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type ForecastModel, type Panel, snapshotToJson, xgboostProphetBlend } from 'commerce-forecast';
import { FileSystemArtifactStore } from 'commerce-forecast/filesystem';
import { fanOut } from 'commerce-forecast/jobs';
import { generatePanel } from 'commerce-forecast/testing';
import { Redis } from 'ioredis';
import { openQueue } from '../examples/express-server/jobs/open-queue.js';
import { startWorkerProcess } from '../examples/worker/start-workers.js';
import { forecasterSettingsSchema } from '../src/forecaster/options.js';
import { trainOnPanel } from '../src/forecaster/train.js';
import { type Row, report } from './report.js';

/**
 * Cost of a fit, and of a whole training (validation, fit, forecasts of a year), of the 60/40 blend by the number
 * of series: in one process, and fanned out over BullMQ to one and two worker processes on this machine. The results must
 * agree byte for byte. Reading the sales from a storage is not in it. All processes have done a small training before.
 *
 * npx tsx benchmarks/scale.ts [--series 1000,10000] [--days 730] [--booster-series 500 (0: all)] [--chunk 500]
 *   [--measure fit,training] [--queue redis://...] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    series: { type: 'string', default: '1000,10000' },
    days: { type: 'string', default: '730' },
    'booster-series': { type: 'string', default: '500' },
    chunk: { type: 'string', default: '500' },
    measure: { type: 'string', default: 'fit,training' },
    queue: { type: 'string', default: process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379' },
    json: { type: 'string' },
  },
});

type Measure = 'fit' | 'training';

interface Timing {
  readonly seconds: number;
  /** Processor time of the coordinating process. */
  readonly cpu: number;
  readonly sha256: string;
}

const measures = flags.measure.split(',') as Measure[];
const chunkSeries = Number(flags.chunk);
const ensemble = { xgboost: { sampleSeries: Number(flags['booster-series']) || undefined } };
const settings = forecasterSettingsSchema().parse({});
const warmUp = generatePanel({ products: 60, days: 400, seed: 2, columns: false });
const rows: Row[] = [];

const work: Record<Measure, (model: ForecastModel, panel: Panel) => Promise<() => unknown>> = {
  async fit(model, panel) {
    const fitted = await model.fit(panel);
    return () => fitted;
  },
  async training(model, panel) {
    const trainedAt = '2024-01-01T00:00:00.000Z';
    const { snapshot, fitted } = await trainOnPanel(panel, { model, settings, options: {}, trainedAt }, {});
    return () => [snapshotToJson(snapshot), fitted];
  },
};

async function timed(model: ForecastModel, panel: Panel): Promise<Timing[]> {
  await work.training(model, warmUp);
  const timings: Timing[] = [];
  for (const measure of measures) {
    const cpuBefore = process.cpuUsage();
    const start = performance.now();
    const result = await work[measure](model, panel);
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpuBefore);
    const sha256 = createHash('sha256').update(JSON.stringify(result())).digest('hex');
    timings.push({ seconds, cpu: (user + system) / 1e6, sha256 });
  }
  return timings;
}

async function fannedOut(panel: Panel, workers: number): Promise<Timing[]> {
  const prefix = `benchmark_scale_${randomUUID().replaceAll('-', '_')}`;
  const directory = await mkdtemp(join(tmpdir(), 'scale-'));
  const lockMs = 60_000;
  const shared = { QUEUE_URL: flags.queue, QUEUE_PREFIX: prefix };
  const queue = await openQueue({ ...shared, QUEUE_LOCK_MS: lockMs }, console.error);
  const { runner } = queue;
  const artifacts = new FileSystemArtifactStore({ directory });
  const settings = { ...shared, ARTIFACT_DIR: directory, QUEUE_LOCK_MS: String(lockMs) };
  const processes = await Promise.all(Array.from({ length: workers }, () => startWorkerProcess(settings)));
  const result = await timed(
    fanOut({ model: xgboostProphetBlend(ensemble), runner, artifacts, chunkSeries }),
    panel,
  );
  await Promise.all(processes.map((worker) => worker.stop()));
  await queue.close();
  await rm(directory, { recursive: true });
  await forget(prefix);
  return result;
}

async function forget(prefix: string): Promise<void> {
  const redis = new Redis(flags.queue);
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(keys);
  await redis.quit();
}

for (const series of flags.series.split(',').map(Number)) {
  const panel = generatePanel({ products: series, days: Number(flags.days), seed: 1, columns: false });
  const single = await timed(xgboostProphetBlend(ensemble), panel);
  const one = await fannedOut(panel, 1);
  const two = await fannedOut(panel, 2);
  measures.forEach((measure, i) => {
    const add = (method: string, metric: string, value: number) =>
      rows.push({ case: `${series} series`, method: `${measure}, ${method}`, metric, value });
    add('single process', 'seconds', single[i].seconds);
    add('1 worker', 'seconds', one[i].seconds);
    add('2 workers', 'seconds', two[i].seconds);
    add('2 workers', 'coordinator_cpu_seconds', two[i].cpu);
    const identical = [one[i], two[i]].every(({ sha256 }) => sha256 === single[i].sha256);
    add('2 workers', 'identical_to_single_process', identical ? 1 : 0);
    add('2 workers', 'speedup_2_workers', one[i].seconds / two[i].seconds);
    add('2 workers', 'speedup_over_single_process', single[i].seconds / two[i].seconds);
  });
}
report(rows, flags.json);
