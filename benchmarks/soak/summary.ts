import { mean, median, quantileSorted } from 'simple-statistics';
import type { Row } from '../report.js';
import type { Client } from './client.js';
import { leastSquaresSlope, type Points, theilSenSlope } from './slope.js';
import type { Sizes } from './stored.js';
import type { Sample } from './watch.js';

const HOUR_SECONDS = 3_600;
const QUARTER_SECONDS = 900;
const WARM_UP_SECONDS = 600;

/** Memory without garbage and sizes of what is stored, at a point of time. */
export interface Look {
  /** Seconds since the start. */
  readonly time: number;
  /** MB after two collections of all garbage. */
  readonly live: Readonly<Record<Memory, number>>;
  readonly sizes: Sizes;
}

const MEMORY = ['rss', 'heapUsed', 'external', 'arrayBuffers'] as const;
type Memory = (typeof MEMORY)[number];
const COUNTS = ['fds', 'sockets', 'timers'] as const;
const QUANTILES = { p50_ms: 0.5, p95_ms: 0.95, p99_ms: 0.99 };

/** Numbers of answers, and how long they took, by kind and of all. */
export function answerRows({ outcomes, latencies }: Client): Row[] {
  const rows: Row[] = [];
  const all = new Map<string, number>();
  for (const [kind, counts] of outcomes) {
    for (const [outcome, value] of counts) {
      rows.push({ case: kind, method: 'answers', metric: outcome, value });
      all.set(outcome, (all.get(outcome) ?? 0) + value);
    }
  }
  for (const [metric, value] of all) rows.push({ case: 'all', method: 'answers', metric, value });
  for (const [kind, times] of latencies) rows.push(...latencyRows(kind, times));
  return [...rows, ...latencyRows('all', [...latencies.values()].flat())];
}

function latencyRows(kind: string, times: readonly number[]): Row[] {
  const sorted = times.toSorted((a, b) => a - b);
  return Object.entries(QUANTILES).map(([metric, share]) => ({
    case: kind,
    method: 'latency',
    metric,
    value: quantileSorted(sorted, share),
  }));
}

/** Memory and files of the process: at a tenth of the time and at its end, how they grow, and by quarter-hours. */
export function processRows(samples: readonly Sample[]): Row[] {
  const last = samples.at(-1)!;
  const early = samples.find(({ time }) => time >= last.time / 10)!;
  const at = (name: string, values: Sample) =>
    [...MEMORY, ...COUNTS].map((metric) => ({
      case: metric,
      method: 'process',
      metric: name,
      value: values[metric],
    }));
  const growth = MEMORY.flatMap((metric) => {
    const points = pointsOf(samples, metric);
    const slopes = { least_squares: leastSquaresSlope(points), theil_sen: theilSenSlope(points) };
    return Object.entries(slopes).map(([name, slope]) => ({
      case: metric,
      method: 'growth in MB per hour',
      metric: name,
      value: slope * HOUR_SECONDS,
    }));
  });
  return [...at('at 10 %', early), ...at('at the end', last), ...growth, ...quarterRows(samples)];
}

function quarterRows(samples: readonly Sample[]): Row[] {
  const end = samples.at(-1)!.time;
  const rows: Row[] = [];
  for (let start = 0; start < end; start += QUARTER_SECONDS) {
    const part = samples.filter(({ time }) => time >= start && time < start + QUARTER_SECONDS);
    if (part.length < 2) continue;
    const [first, last] = [part[0], part.at(-1)!];
    const values = {
      rss_median_mb: median(part.map(({ rss }) => rss)),
      rss_max_mb: Math.max(...part.map(({ rss }) => rss)),
      heap_mean_mb: mean(part.map(({ heapUsed }) => heapUsed)),
      external_mean_mb: mean(part.map(({ external }) => external)),
      fds_max: Math.max(...part.map(({ fds }) => fds)),
      loop_delay_p99_ms: mean(part.map(({ delayP99 }) => delayP99)),
      loop_delay_max_ms: Math.max(...part.map(({ delayMax }) => delayMax)),
      cpu_share: (last.cpu - first.cpu) / (last.time - first.time),
    };
    const name = `minutes ${start / 60} to ${Math.round(Math.min(end, start + QUARTER_SECONDS) / 60)}`;
    for (const [metric, value] of Object.entries(values))
      rows.push({ case: name, method: 'quarter-hours', metric, value });
  }
  return rows;
}

/** Every look at the process, for a plot. */
export function sampleRows(samples: readonly Sample[]): Row[] {
  return samples.flatMap(({ time, ...values }) =>
    Object.entries(values).map(([metric, value]) => ({
      case: `${Math.round(time)} s`,
      method: 'samples',
      metric,
      value,
    })),
  );
}

/** Memory without garbage and what is stored, each time that it was looked at. */
export function lookRows(looks: readonly Look[]): Row[] {
  return looks.flatMap(({ time, live, sizes }) => {
    const name = `after ${Math.round(time / 60)} minutes`;
    return [
      ...Object.entries(live).map(([metric, value]) => ({
        case: name,
        method: 'after collection',
        metric: `${metric}_mb`,
        value,
      })),
      ...Object.entries(sizes).map(([metric, value]) => ({ case: name, method: 'stored', metric, value })),
    ];
  });
}

/** Points after the warm-up, or after a third of a run that is too short to have one. */
function pointsOf(samples: readonly Sample[], metric: Memory): Points {
  const from = Math.min(WARM_UP_SECONDS, samples.at(-1)!.time / 3);
  return samples.filter(({ time }) => time >= from).map((sample) => [sample.time, sample[metric]]);
}

/** Prints rows as tables, one for each method: cases down, metrics across. */
export function printTables(rows: readonly Row[]): void {
  for (const method of new Set(rows.map((row) => row.method))) {
    const table: Record<string, Record<string, number>> = {};
    for (const row of rows) {
      if (row.method === method) (table[row.case] ??= {})[row.metric] = Number(row.value.toPrecision(4));
    }
    console.log(method);
    console.table(table);
  }
}
