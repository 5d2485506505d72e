import { fileURLToPath } from 'node:url';
import type { Covariates } from '../../src/models/contract.js';
import type { Panel } from '../../src/panel/panel.js';
import { findNativePython, NativeExchange } from '../boosting/native.js';
import type { AccuracyCase } from './cases.js';

const SCRIPT = fileURLToPath(new URL('./xgboost_direct.py', import.meta.url));

/** A forecast of native XGBoost, and the time of the processor. */
export interface NativeForecast {
  readonly mean: Float64Array;
  readonly cpuSeconds: number;
}

interface DirectResult {
  readonly loss: 'squared' | 'tweedie';
  readonly trees: number;
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
export function nativeDirect(
  data: AccuracyCase,
  cutoff: number,
  known: Panel,
  { events = [] }: Covariates,
): NativeForecast {
  const python = findNativePython();
  if (!python) throw new Error('There is no Python with XGBoost: install python3-xgboost, or set PYTHON');
  const exchange = new NativeExchange(python.command, SCRIPT);
  const written = (name: string, column: ArrayBufferView | undefined) => {
    if (column) exchange.writeColumn(name, column);
    return column && name;
  };
  try {
    const stepDays = data.grid === 'week' ? 7 : 1;
    const [{ loss, trees, cpuSeconds }] = exchange.run<DirectResult>({
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
      units: written('units.f8', known.units),
      promo: written('promo.u1', known.promo),
      price: written('price.f4', known.price),
    });
    console.log(`xgboost_direct, case ${data.name}, step ${cutoff}: ${loss}, ${trees} trees`);
    return { mean: new Float64Array(exchange.readBytes('forecast.f8').buffer), cpuSeconds };
  } finally {
    exchange.remove();
  }
}
