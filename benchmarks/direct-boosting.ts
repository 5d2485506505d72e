import { parseArgs } from 'node:util';
import { directBoosting } from '../src/models/boosting/direct/index.js';
import { generatePanel } from '../src/testing/index.js';
import { type Row, report } from './report.js';

/**
 * Processor time, memory and size of direct boosting on many generated products over 730 days.
 *
 * npx tsx benchmarks/direct-boosting.ts [--products 10000] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: { products: { type: 'string', default: '10000' }, json: { type: 'string' } },
});

async function seconds<T>(work: () => Promise<T>): Promise<[T, number]> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  return [result, (user + system) / 1e6];
}

const panel = generatePanel({ products: Number(flags.products), days: 730, columns: false });
const [fitted, fit] = await seconds(() => directBoosting().fit(panel));
const [, month] = await seconds(() => fitted.forecast({ horizon: 30, levels: [0.8] }));
const [, year] = await seconds(() => fitted.forecast({ horizon: 365 }));
const values = {
  fit_cpu_s: fit,
  forecast_30_cpu_s: month,
  forecast_365_cpu_s: year,
  json_mb: JSON.stringify(fitted).length / 1e6,
  max_rss_mb: process.resourceUsage().maxRSS / 1000,
};
const rows: Row[] = Object.entries(values).map(([metric, value]) => ({
  case: `${flags.products} products`,
  method: 'direct-boosting',
  metric,
  value,
}));
report(rows, flags.json);
