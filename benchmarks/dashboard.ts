import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type BrowserContext, chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, chromiumPath } from '../test/examples/dashboard/browser/chromium.js';

/**
 * Lighthouse's scores of pages of the dashboard on its default phone (a slow fourth-generation network and a processor
 * slowed down four times), by somebody who is signed in and whose browser has kept nothing: medians of some runs, with
 * the speed of the machine by Lighthouse's own measure and its load, as other work makes every figure worse.
 *
 * npx tsx benchmarks/dashboard.ts --key KEY [--url http://127.0.0.1:3000] [--paths /,/products] [--runs 5]
 *   [--categories performance,accessibility,best-practices,seo] [--lighthouse COMMAND] [--traces]
 */
const { values: flags } = parseArgs({
  options: {
    key: { type: 'string' },
    url: { type: 'string', default: 'http://127.0.0.1:3000' },
    paths: { type: 'string', default: '/sign-in,/' },
    runs: { type: 'string', default: '5' },
    categories: { type: 'string', default: 'performance,accessibility,best-practices,seo' },
    lighthouse: { type: 'string', default: 'npx --yes lighthouse@12' },
    traces: { type: 'boolean', default: false },
  },
});

interface Report {
  readonly categories: Readonly<Record<string, { readonly score: number | null }>>;
  readonly audits: Readonly<Record<string, { readonly numericValue?: number }>>;
  /** How fast the machine is as Lighthouse measures it: a Pixel 5 has about 1,000 in the calibration of Chrome's DevTools. */
  readonly environment: { readonly benchmarkIndex: number };
}

/** Metrics behind the score of performance, in milliseconds but for the shift, which has no unit. */
const METRICS = {
  FCP: 'first-contentful-paint',
  LCP: 'largest-contentful-paint',
  TBT: 'total-blocking-time',
  SI: 'speed-index',
  CLS: 'cumulative-layout-shift',
} as const;

const run = promisify(execFile);
const [command = 'npx', ...lighthouse] = flags.lighthouse.split(' ');
const DEBUGGING_PORT = 9_377;

const folder = mkdtempSync(join(tmpdir(), 'lighthouse-'));
const browser = await chromium.launchPersistentContext(join(folder, 'profile'), {
  executablePath: chromiumPath(),
  args: [...CHROMIUM_FLAGS, `--remote-debugging-port=${DEBUGGING_PORT}`],
});
try {
  if (flags.key !== undefined) await signIn(browser, flags.key);
  for (const path of flags.paths.split(',')) {
    const reports: Report[] = [];
    for (let i = 0; i < Number(flags.runs); i++) {
      await forgetAnswers(browser);
      reports.push(await measure(flags.url + path, join(folder, `${i}.json`)));
    }
    const scores = flags.categories
      .split(',')
      .map((name) => `${name} ${median(reports.map(({ categories }) => categories[name]?.score ?? 0))}`);
    const metrics = Object.entries(METRICS).map(([name, audit]) => {
      const value = median(reports.map(({ audits }) => audits[audit]?.numericValue ?? Number.NaN));
      return `${name} ${value < 1 ? value.toFixed(3) : Math.round(value)}`;
    });
    const index = Math.round(median(reports.map(({ environment }) => environment.benchmarkIndex)));
    const load = loadavg()[0]?.toFixed(1);
    console.log(`${path}: ${scores.join(', ')}; ${metrics.join(', ')}; machine ${index}, load ${load}`);
  }
} finally {
  await browser.close();
  if (flags.traces) console.log(`Reports and traces: ${folder}`);
  else rmSync(folder, { recursive: true, force: true });
}

async function signIn(context: BrowserContext, key: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${flags.url}/sign-in`);
  await page.locator('input[name=key]').fill(key);
  await page.keyboard.press('Enter');
  await page.locator('.page-head').waitFor();
  await page.close();
}

/** Removes the last answers of the dashboard; Lighthouse itself clears what else the browser has loaded. */
async function forgetAnswers(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${flags.url}/robots.txt`);
  await page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase('answers');
        request.onsuccess = resolve;
        request.onerror = () => reject(request.error);
      }),
  );
  await page.close();
}

async function measure(url: string, file: string): Promise<Report> {
  await run(command, [
    ...lighthouse,
    url,
    `--port=${DEBUGGING_PORT}`,
    '--quiet',
    '--output=json',
    `--output-path=${file}`,
    `--only-categories=${flags.categories}`,
    ...(flags.traces ? ['--save-assets'] : []),
  ]);
  return JSON.parse(readFileSync(file, 'utf8'));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
