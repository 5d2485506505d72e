import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Covariates } from '../../src/models/contract.js';
import type { Panel } from '../../src/panel/panel.js';
import { findNativePython } from '../boosting/native.js';
import type { AccuracyCase } from './cases.js';

const SCRIPT = fileURLToPath(new URL('./xgboost_direct.py', import.meta.url));

/** A forecast of native XGBoost, and the time of the processor. */
export interface NativeForecast {
  readonly mean: Float64Array;
  readonly cpuSeconds: number;
}

/** Anchors of the last 730 days, or 110 weeks, and the most rows of a model: those of the published peer. */
const LOOKBACK = { day: 730, week: 110 };
const MOST_ROWS = { A: 300_000, B: 400_000, C: 400_000, D: 400_000 };

/**
 * Runs `xgboost_direct.py`: one global model at a cutoff, on features of sales, calendar, events, promotions and prices.
 *
 * @param known the panel of the case with its columns of what is known ahead
 */
export async function nativeDirect(
  data: AccuracyCase,
  cutoff: number,
  known: Panel,
  { events = [] }: Covariates,
): Promise<NativeForecast> {
  const python = findNativePython();
  if (!python) throw new Error('There is no Python with XGBoost: install python3-xgboost, or set PYTHON');
  const folder = mkdtempSync(join(tmpdir(), 'xgboost-direct-'));
  try {
    const stepDays = data.grid === 'week' ? 7 : 1;
    const write = (name: string, column: Float64Array | Float32Array | Uint8Array | undefined) => {
      if (column)
        writeFileSync(
          join(folder, name),
          new Uint8Array(column.buffer, column.byteOffset, column.byteLength),
        );
      return column && name;
    };
    const request = {
      series: known.seriesCount,
      steps: known.days,
      startDay: known.startDay,
      stepDays,
      week: 7 / stepDays,
      year: 364 / stepDays,
      horizon: data.horizon,
      cutoff,
      lookback: LOOKBACK[data.grid],
      mostRows: MOST_ROWS[data.name],
      groups: data.groups.map(({ groupOf }) => Array.from(groupOf)),
      events: events.map(({ name, day }) => ({ name, step: Math.ceil((day - known.startDay) / stepDays) })),
      units: write('units.f8', known.units),
      promo: write('promo.u1', known.promo),
      price: write('price.f4', known.price),
    };
    const path = join(folder, 'request.json');
    writeFileSync(path, JSON.stringify(request));
    const { stdout } = await promisify(execFile)(python.command, [SCRIPT, path]);
    const bytes = new Uint8Array(readFileSync(join(folder, 'forecast.f8')));
    const { loss, trees, cpuSeconds } = JSON.parse(stdout);
    console.log(`xgboost_direct, case ${data.name}, step ${cutoff}: ${loss}, ${trees} trees`);
    return { mean: new Float64Array(bytes.buffer), cpuSeconds };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
