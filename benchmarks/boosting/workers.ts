/**
 * Independent fits in two workers against one thread: `tsx benchmarks/boosting/workers.ts [--rows N] [--jobs N] [--json FILE]`.
 * Results are compared, too. The machine must have two free cores.
 */
import { parseArgs } from 'node:util';
import { boosterToJson } from '../../src/models/boosting/engine/index.js';
import { createWorkerPool, trainBoosters } from '../../src/workers/index.js';
import { median, type Row, report } from '../report.js';
import { generateData } from './data.js';

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '20000' },
    jobs: { type: 'string', default: '8' },
    runs: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const rows = Number(flags.rows);
const { features, labels } = generateData(rows, 1, { calendarFeatures: 6, missingShare: 0 });
const jobs = Array.from({ length: Number(flags.jobs) }, (_, fold) => ({
  data: { features, labels },
  params: { rounds: 100, seed: fold, colsampleBytree: 0.8 },
}));
const pool = createWorkerPool({ threads: 2 });

async function timed(options: Parameters<typeof trainBoosters>[1]) {
  const start = performance.now();
  const boosters = await trainBoosters(jobs, options);
  return { milliseconds: performance.now() - start, models: JSON.stringify(boosters.map(boosterToJson)) };
}

await timed({ pool });
await timed({ threads: 1 });
const two: number[] = [];
const one: number[] = [];
for (let run = 0; run < Number(flags.runs); run++) {
  const parallel = await timed({ pool });
  const single = await timed({ threads: 1 });
  if (parallel.models !== single.models) throw new Error('Two workers gave other models than one thread');
  two.push(parallel.milliseconds);
  one.push(single.milliseconds);
}
pool.close();
const row = (method: string, metric: string, value: number): Row => ({
  case: `${jobs.length} boosters, ${rows} rows`,
  method,
  metric,
  value,
});
report(
  [
    row('one thread', 'train_ms', median(one)),
    row('two workers', 'train_ms', median(two)),
    row('two workers', 'speedup_vs_one_thread', median(one) / median(two)),
  ],
  flags.json,
);
