import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { PanelState } from '../src/models/seasonal-trend/index.js';
import {
  FittedPanel,
  fitPanel,
  fitSeasonalTrend,
  joinPanelStates,
} from '../src/models/seasonal-trend/index.js';
import type { Panel } from '../src/panel/panel.js';
import { createWorkerPool } from '../src/workers/index.js';
import { type DailySeries, dailyPanel, dailySeries } from './seasonal-trend/data.js';
import { hasRProphet, timeRProphet } from './seasonal-trend/r-prophet.js';

/**
 * Speed of the seasonal-trend model: one series beside R prophet, forecasts with intervals, and panels on one and two
 * threads.
 *
 * npx tsx benchmarks/seasonal-trend.ts [--samples 200] [--r-samples 5] [--panels 1000,3000,10000,30000]
 *   [--threads-panel 4000] [--json FILE]
 *
 * Without R prophet its times come from the table below and say so.
 */
const { values: flags } = parseArgs({
  options: {
    samples: { type: 'string', default: '200' },
    'r-samples': { type: 'string', default: '5' },
    panels: { type: 'string', default: '1000,3000,10000,30000' },
    'threads-panel': { type: 'string', default: '4000' },
    json: { type: 'string' },
  },
});

interface Row {
  readonly case: string;
  readonly method: string;
  readonly metric: string;
  readonly value: number;
}

const rows: Row[] = [];
const add = (name: string, method: string, metric: string, value: number) =>
  rows.push({ case: name, method, metric, value });

/** Seconds of one R prophet 1.0 fit (rstan 2.21.7), measured on two cores of an x86-64 server. */
const STORED_R_SECONDS: Readonly<Record<number, number>> = { 730: 0.104, 2905: 1.139 };
const LENGTHS = [730, 2905];

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[times.length >> 1];
}

/** Median milliseconds of a call, after a tenth as many that are not counted. */
function time(call: () => unknown, samples: number): number {
  const warm = Math.ceil(samples / 10);
  const times: number[] = [];
  for (let i = -warm; i < samples; i++) {
    const start = performance.now();
    call();
    if (i >= 0) times.push(performance.now() - start);
  }
  return median(times);
}

function single(series: readonly DailySeries[]): void {
  const samples = Number(flags.samples);
  const present = hasRProphet();
  const rSeconds = present
    ? timeRProphet(series, Number(flags['r-samples']))
    : LENGTHS.map((length) => STORED_R_SECONDS[length]);
  series.forEach((data, i) => {
    const name = `fit_${data.values.length}_days`;
    const options = { yearlySeasonality: true, weeklySeasonality: true };
    const fitMs = time(() => fitSeasonalTrend(data, options), samples);
    const fit = fitSeasonalTrend(data, options);
    const forecastMs = time(() => fit.forecast({ horizon: 365, levels: [0.8] }), samples);
    add(name, 'commerce-forecast', 'fit_ms', fitMs);
    add(name, present ? 'r-prophet' : 'r-prophet (stored)', 'fit_ms', rSeconds[i] * 1000);
    add(name, 'commerce-forecast', 'fit_speedup_vs_r_prophet', (rSeconds[i] * 1000) / fitMs);
    add(name, 'commerce-forecast', 'forecast_365_days_with_interval_ms', forecastMs);
  });
}

function bytesOf(state: PanelState): number {
  return Object.values(state).reduce(
    (sum, value) => sum + (ArrayBuffer.isView(value) ? value.byteLength : 0),
    0,
  );
}

/** Processor time of this process and its threads, which other work on the machine hardly changes. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function memory(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

async function panels(sizes: readonly number[]): Promise<void> {
  fitPanel(dailyPanel(200, 730));
  for (const size of sizes) {
    const panel = dailyPanel(size, 730);
    const before = memory();
    const startCpu = cpuSeconds();
    const start = performance.now();
    const fitted = fitPanel(panel);
    const seconds = (performance.now() - start) / 1000;
    const cpu = cpuSeconds() - startCpu;
    const name = `panel_${size}_x_730`;
    add(name, 'commerce-forecast', 'fit_seconds', seconds);
    add(name, 'commerce-forecast', 'fit_cpu_seconds', cpu);
    add(name, 'commerce-forecast', 'fit_ms_per_series', (seconds * 1000) / size);
    add(name, 'commerce-forecast', 'fit_cpu_ms_per_series', (cpu * 1000) / size);
    const beyond = (memory() - before - bytesOf(fitted.state)) / size;
    if (globalThis.gc) add(name, 'commerce-forecast', 'bytes_per_series_beyond_output', beyond);
    const startForecast = performance.now();
    await fitted.forecast({ horizon: 365, levels: [0.8] });
    add(
      name,
      'commerce-forecast',
      'forecast_365_days_with_interval_seconds',
      (performance.now() - startForecast) / 1000,
    );
  }
}

/** The same panel on one thread and on two; medians of alternating runs. */
async function threads(panel: Panel): Promise<void> {
  const pool = createWorkerPool({ threads: 2 });
  const half = panel.seriesCount >> 1;
  const module = new URL('../src/models/seasonal-trend/panel/panel-parts.ts', import.meta.url);
  const part = (from: number, to: number) => ({
    module,
    name: 'fitPanelPart',
    args: [{ ...panel, ids: [] }, from, to],
  });
  const inTwo = async () => {
    const states = await pool.runAll([part(0, half), part(half, panel.seriesCount)]);
    return new FittedPanel(joinPanelStates(states as PanelState[]));
  };
  await inTwo();
  const [one, two]: number[][] = [[], []];
  const [cpuOne, cpuTwo]: number[][] = [[], []];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    const startCpu = cpuSeconds();
    fitPanel(panel);
    const middle = performance.now();
    const middleCpu = cpuSeconds();
    await inTwo();
    one.push(middle - start);
    two.push(performance.now() - middle);
    cpuOne.push(middleCpu - startCpu);
    cpuTwo.push(cpuSeconds() - middleCpu);
  }
  pool.close();
  const name = `panel_${panel.seriesCount}_x_730`;
  add(name, 'commerce-forecast', 'one_thread_seconds', median(one) / 1000);
  add(name, 'commerce-forecast', 'two_threads_seconds', median(two) / 1000);
  add(name, 'commerce-forecast', 'two_threads_speedup', median(one) / median(two));
  add(name, 'commerce-forecast', 'one_thread_cpu_seconds', median(cpuOne));
  add(name, 'commerce-forecast', 'two_threads_cpu_seconds', median(cpuTwo));
}

single(LENGTHS.map((length) => dailySeries(length, 7)));
await panels(flags.panels.split(',').map(Number));
await threads(dailyPanel(Number(flags['threads-panel']), 730));
console.table(rows.map((row) => ({ ...row, value: Number(row.value.toPrecision(4)) })));
if (flags.json) writeFileSync(flags.json, `${JSON.stringify(rows, null, 2)}\n`);
