/**
 * Processor time of questions to a trained forecaster, answered from its snapshot: each is asked again and again. The peer
 * is a plain loop that makes as many rows of the same fields.
 *
 *   npm run bench:queries -- [--products 1000] [--asked 500] [--json FILE]
 */
import { parseArgs } from 'node:util';
import { createForecaster, structural } from 'commerce-forecast';
import { generatePanel } from 'commerce-forecast/testing';
import { recordsOf } from './panel-records.js';
import { type Row, report } from './report.js';

const { values: flags } = parseArgs({
  options: {
    products: { type: 'string', default: '1000' },
    asked: { type: 'string', default: '500' },
    json: { type: 'string' },
  },
});
const products = Number(flags.products);
const asked = Number(flags.asked);

const forecaster = createForecaster({ model: structural() });
await forecaster.ingest(recordsOf(generatePanel({ products, days: 730 })));
await forecaster.train();
const snapshot = forecaster.snapshot();
if (!snapshot) throw new Error('A trained forecaster has a snapshot');
const [category] = snapshot.categories;
const [productId = ''] = snapshot.productIds;

const questions: Readonly<Record<string, () => Promise<unknown>>> = {
  'best sellers of a week': () => forecaster.topProducts({ timePeriod: 'week' }),
  'best sellers of a category, another level': () =>
    forecaster.topProducts({ timePeriod: 'month', category, intervalLevel: 0.5 }),
  'all categories': () => forecaster.categories({ timePeriod: 'year' }),
  'a product': () => forecaster.forecast({ productIds: [productId], horizon: 30, granularity: 'total' }),
  'a category by day': () => forecaster.forecast({ category, horizon: 30 }),
  'every product': () => forecaster.forecast({ level: 'product', horizon: 30, granularity: 'total' }),
};
const rows: Row[] = [];
for (const [name, ask] of Object.entries(questions)) {
  rows.push({ case: name, method: 'forecaster', metric: 'cpu_ms', value: await processorTime(ask) });
}
const plain = async () =>
  Array.from(snapshot.productIds, (id, i) => ({
    productId: id,
    category: null,
    location: null,
    firstDay: '',
    lastDay: '',
    days: 30,
    units: i,
    median: i,
    quantiles: [i, i, i],
    revenue: null,
  }));
rows.push({
  case: 'every product',
  method: 'plain rows',
  metric: 'cpu_ms',
  value: await processorTime(plain),
});
report(rows, flags.json);

/** Milliseconds of the processor for one question, after some to warm up. */
async function processorTime(ask: () => Promise<unknown>): Promise<number> {
  for (let i = 0; i < asked / 5; i++) await ask();
  const before = process.cpuUsage();
  for (let i = 0; i < asked; i++) await ask();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / asked;
}
