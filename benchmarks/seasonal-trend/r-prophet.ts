import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DailySeries, toCsv } from './data.js';

const SCRIPT = fileURLToPath(new URL('fit.R', import.meta.url));

export function hasRProphet(): boolean {
  return spawnSync('Rscript', ['-e', 'library(prophet)'], { stdio: 'ignore' }).status === 0;
}

/** Median seconds of a fit by R prophet for each series, on this machine. */
export function timeRProphet(series: readonly DailySeries[], repeats: number): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'seasonal-trend-'));
  try {
    const files = series.map((_, i) => join(folder, `${i}.csv`));
    files.forEach((file, i) => {
      writeFileSync(file, toCsv(series[i]));
    });
    const run = spawnSync('Rscript', [SCRIPT, String(repeats), ...files], { encoding: 'utf8' });
    const seconds = run.stdout.trim().split(/\s+/).map(Number);
    if (run.status !== 0 || seconds.length !== files.length)
      throw new Error(`R prophet failed: ${run.stderr}`);
    return seconds;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
