import { formatDay, parseDay } from '../../src/calendar/day.js';
import type { Panel } from '../../src/panel/panel.js';
import { createRandom } from '../../src/random.js';

/** Daily sales with a trend that bends twice, a year, a week and noise. */
export interface DailySeries {
  readonly days: Float64Array;
  readonly values: Float64Array;
}

const FIRST_DAY = parseDay('2016-01-01');

export function dailySeries(length: number, seed: number): DailySeries {
  const values = new Float64Array(length);
  fillDaily(values, seed);
  return { days: values.map((_, d) => FIRST_DAY + d), values };
}

function fillDaily(values: Float64Array, seed: number): void {
  const random = createRandom(seed);
  const level = 50 + 200 * random.uniform();
  const slopes = [0, 1, 2].map(() => (random.uniform() - 0.4) * 0.0008);
  const bends = [0, 0.3 + 0.2 * random.uniform(), 0.6 + 0.1 * random.uniform()];
  const [year, week, noise] = [0.3 * random.uniform(), 0.3 * random.uniform(), 0.05 + 0.1 * random.uniform()];
  for (let d = 0; d < values.length; d++) {
    let trend = 1;
    for (let b = 0; b < 3; b++) trend += slopes[b] * Math.max(0, d - bends[b] * values.length);
    const season = year * Math.sin((2 * Math.PI * d) / 365.25) + week * Math.cos((2 * Math.PI * d) / 7);
    values[d] = Math.max(0, Math.round(level * (trend + season + noise * random.normal()) * 100) / 100);
  }
}

/** Series on one calendar, with columns that threads can share. */
export function dailyPanel(seriesCount: number, days: number): Panel {
  const units = new Float64Array(new SharedArrayBuffer(8 * seriesCount * days));
  for (let s = 0; s < seriesCount; s++) fillDaily(units.subarray(s * days, (s + 1) * days), s + 1);
  return {
    startDay: FIRST_DAY,
    days,
    seriesCount,
    ids: Array.from({ length: seriesCount }, (_, s) => `S${s}`),
    categories: ['all'],
    categoryOf: new Int32Array(new SharedArrayBuffer(4 * seriesCount)),
    units,
    firstDay: new Int32Array(new SharedArrayBuffer(4 * seriesCount)),
  };
}

export function toCsv({ days, values }: DailySeries): string {
  const lines = [...days].map((day, i) => `${formatDay(day)},${values[i]}`);
  return `ds,y\n${lines.join('\n')}\n`;
}
