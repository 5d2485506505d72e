import { fork } from 'node:child_process';
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { parse as csvParse } from 'csv-parse';
import { formatDay } from '../src/calendar/day.js';
import { buildPanel } from '../src/panel/build-panel.js';
import { readSalesCsv } from '../src/panel/csv/index.js';

/**
 * Time and peak memory of reading sales from a CSV file that is written for the purpose: into
 * records, into a panel, compressed, with dates in a date-fns format, and with the peer csv-parse, which only splits
 * the fields. Each method runs in its own process.
 *
 * npx tsx benchmarks/panel-csv.ts [--lines 1000000] [--products 2000] [--repeats 3] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    lines: { type: 'string', default: '1000000' },
    products: { type: 'string', default: '2000' },
    repeats: { type: 'string', default: '3' },
    json: { type: 'string' },
    method: { type: 'string' },
    file: { type: 'string' },
  },
});

interface Measured {
  readonly milliseconds: number;
  readonly megabytes: number;
  readonly rows: number;
}

type Method = (file: string) => Promise<number>;

const rows = async (file: string, dateFormat?: string): Promise<number> => {
  let count = 0;
  const csv = readSalesCsv(createReadStream(file), dateFormat === undefined ? {} : { dateFormat });
  for await (const batch of csv.batches()) count += batch.length;
  return count;
};

const METHODS: Readonly<Record<string, { readonly file: string; readonly run: Method }>> = {
  'to records': { file: 'iso.csv', run: (file) => rows(file) },
  'to records, M/d/yyyy H:mm': { file: 'american.csv', run: (file) => rows(file, 'M/d/yyyy H:mm') },
  'to a panel': {
    file: 'iso.csv',
    run: async (file) => (await buildPanel(readSalesCsv(createReadStream(file)))).report.accepted,
  },
  'to a panel, gzip': {
    file: 'iso.csv.gz',
    run: async (file) => (await buildPanel(readSalesCsv(createReadStream(file)))).report.accepted,
  },
  'csv-parse, fields only': {
    file: 'iso.csv',
    run: async (file) => {
      let count = -1;
      for await (const _ of createReadStream(file).pipe(csvParse())) count++;
      return count;
    },
  },
};

async function runMethod(name: string, folder: string): Promise<void> {
  const { file, run } = METHODS[name];
  const start = performance.now();
  const count = await run(join(folder, file));
  const measured: Measured = {
    milliseconds: performance.now() - start,
    megabytes: process.resourceUsage().maxRSS / 1024,
    rows: count,
  };
  process.send!(measured);
}

function measure(name: string, folder: string): Promise<Measured> {
  const child = fork(fileURLToPath(import.meta.url), ['--method', name, '--file', folder]);
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Measured));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`"${name}" ended with code ${code}`)));
  });
}

function* lines(dateOf: (day: number, line: number) => string): Generator<string> {
  yield 'date,product_id,category,units,price,location\n';
  const products = Number(flags.products);
  for (let i = 0; i < Number(flags.lines); i++) {
    const product = (i * 31) % products;
    const date = dateOf(18_000 + ((i * 7919) % 730), i);
    yield `${date},SKU-${product},"Category, ${product % 12}",${i % 9},${((i % 50) + 99) / 100},Store ${i % 4}\n`;
  }
}

const american = (day: number, line: number): string => {
  const [year, month, dayOfMonth] = formatDay(day).split('-').map(Number);
  return `${month}/${dayOfMonth}/${year} ${8 + (line % 10)}:${String(line % 60).padStart(2, '0')}`;
};

async function writeFiles(folder: string): Promise<void> {
  const to = (name: string) => createWriteStream(join(folder, name));
  await pipeline(Readable.from(lines(formatDay)), to('iso.csv'));
  await pipeline(createReadStream(join(folder, 'iso.csv')), createGzip(), to('iso.csv.gz'));
  await pipeline(Readable.from(lines(american)), to('american.csv'));
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'panel-csv-'));
  const result: { case: string; method: string; metric: string; value: number }[] = [];
  try {
    await writeFiles(folder);
    for (const name of Object.keys(METHODS)) {
      const runs: Measured[] = [];
      for (let repeat = 0; repeat < Number(flags.repeats); repeat++) runs.push(await measure(name, folder));
      const best = runs.reduce((a, b) => (a.milliseconds < b.milliseconds ? a : b));
      if (best.rows !== Number(flags.lines)) throw new Error(`"${name}" read ${best.rows} rows`);
      const add = (metric: string, value: number) =>
        result.push({ case: `${flags.lines} lines`, method: name, metric, value });
      add('best_ms', best.milliseconds);
      add('peak_rss_mb', Math.max(...runs.map(({ megabytes }) => megabytes)));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  console.table(result.map((row) => ({ ...row, value: Math.round(row.value) })));
  if (flags.json) writeFileSync(flags.json, JSON.stringify(result, null, 2));
}

if (flags.method && flags.file) await runMethod(flags.method, flags.file);
else await main();
