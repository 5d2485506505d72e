import { parseArgs } from 'node:util';
import { createForecaster, type Progress, snapshotToJson } from 'commerce-forecast';
import { generatePanel } from 'commerce-forecast/testing';
import { recordsOf } from './panel-records.js';
import { type Row, report } from './report.js';

/**
 * The longest stops of the event loop while a shop is ingested, trained (read, validated, fitted, forecast) and asked, with the phase
 * that was reported before and after each. A stop is what one turn of the loop took of the processor: on a busy
 * machine, wall time would count what other processes did.
 *
 * npx tsx benchmarks/stalls.ts [--products 10000] [--days 730] [--least 50] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    products: { type: 'string', default: '10000' },
    days: { type: 'string', default: '730' },
    least: { type: 'string', default: '50' },
    json: { type: 'string' },
  },
});

interface Stop {
  readonly stage: string;
  readonly from: string;
  readonly to: string;
  readonly milliseconds: number;
  /** The same by the clock on the wall. */
  readonly wall: number;
}

const stops: Stop[] = [];
let [stage, phase, phaseBefore] = ['', '', ''];
let lastTurn = performance.now();
let lastUsage = process.cpuUsage();

function turn(): void {
  const now = performance.now();
  const usage = process.cpuUsage();
  const used = (usage.user + usage.system - lastUsage.user - lastUsage.system) / 1000;
  const wall = now - lastTurn;
  // Garbage is collected on other threads too.
  const milliseconds = Math.min(wall, used);
  if (milliseconds >= Number(flags.least))
    stops.push({ stage, from: phaseBefore, to: phase, milliseconds, wall });
  [lastTurn, lastUsage, phaseBefore] = [now, usage, phase];
}

const onProgress = (progress: Progress): void => {
  ({ phase } = progress);
};

const rows: Row[] = [];

async function watched(name: string, work: () => Promise<unknown>): Promise<void> {
  [stage, phase, phaseBefore] = [name, '', ''];
  lastTurn = performance.now();
  lastUsage = process.cpuUsage();
  const timer = setInterval(turn, 1);
  const { user, system } = process.cpuUsage();
  await work();
  turn();
  clearInterval(timer);
  const usage = process.cpuUsage();
  const method = `${flags.products}x${flags.days}`;
  const value = (usage.user + usage.system - user - system) / 1e6;
  rows.push({ case: name, method, metric: 'cpu_seconds', value });
  const own = stops.filter((stop) => stop.stage === name).map(({ milliseconds }) => milliseconds);
  rows.push({ case: name, method, metric: 'longest_stop_ms', value: Math.max(0, ...own) });
  rows.push({ case: name, method, metric: 'stops_over_100_ms', value: own.filter((ms) => ms > 100).length });
}

const panel = generatePanel({ products: Number(flags.products), days: Number(flags.days), seed: 7 });
const forecaster = createForecaster();
await watched('ingest', () => forecaster.ingest(recordsOf(panel), { onProgress, batchId: 'all' }));
await watched('train', () => forecaster.train({ onProgress }));
await watched('answers', async () => {
  for (const timePeriod of ['week', 'month', 'year'] as const) {
    await forecaster.topProducts({ timePeriod });
    await forecaster.categories({ timePeriod });
  }
});
await watched('snapshot as JSON', async () => JSON.stringify(snapshotToJson(forecaster.snapshot()!)).length);
report(rows, flags.json);
console.table(
  [...stops]
    .sort((a, b) => b.milliseconds - a.milliseconds)
    .slice(0, 30)
    .map((stop) => ({ ...stop, milliseconds: Math.round(stop.milliseconds), wall: Math.round(stop.wall) })),
);
