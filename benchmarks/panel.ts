import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { formatDay } from '../src/calendar/day.js';
import { aggregatePanel, calendarTotals } from '../src/panel/aggregate.js';
import { buildPanel } from '../src/panel/build-panel.js';
import { PanelBuilder } from '../src/panel/panel-builder.js';
import type { PanelOptions } from '../src/panel/panel-options.js';
import type { SalesRecord } from '../src/panel/sales-record.js';
import { sliceDays } from '../src/panel/slice.js';
import { salesRecordSchema } from '../src/schemas.js';

/**
 * Time to make a panel of records in memory, against the share of it that a check of every row by the zod
 * schema would take alone, and how long the panel takes to cut and to sum.
 *
 * npx tsx benchmarks/panel.ts [--records 1000000] [--series 1000,10000] [--days 730] [--repeats 3] [--json FILE]
 */
const { values: flags } = parseArgs({
  options: {
    records: { type: 'string', default: '1000000' },
    series: { type: 'string', default: '1000,10000' },
    days: { type: 'string', default: '730' },
    repeats: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});

const rows: { case: string; method: string; metric: string; value: number }[] = [];

async function measure(name: string, method: string, run: () => unknown): Promise<void> {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < Number(flags.repeats); repeat++) {
    const start = performance.now();
    await run();
    best = Math.min(best, performance.now() - start);
  }
  rows.push({ case: name, method, metric: 'best_ms', value: best });
}

function makeRecords(series: number): SalesRecord[] {
  return Array.from({ length: Number(flags.records) }, (_, i) => ({
    date: formatDay(18_000 + ((i * 7919) % Number(flags.days))),
    productId: `SKU-${(i * 31) % series}`,
    category: `Category ${((i * 31) % series) % 12}`,
    units: i % 9,
    price: ((i % 50) + 99) / 100,
  }));
}

function buildAtOnce(records: readonly SalesRecord[], options: PanelOptions) {
  const builder = new PanelBuilder(options);
  for (const record of records) builder.add(record);
  return builder.finish();
}

for (const series of flags.series.split(',').map(Number)) {
  const name = `${flags.records} records, ${series} series`;
  const records = makeRecords(series);
  const noSearch: PanelOptions = { outliers: { action: 'ignore' } };
  await measure(name, 'buildPanel', () => buildPanel(records));
  await measure(name, 'buildPanel, no search for outliers', () => buildPanel(records, noSearch));
  await measure(name, 'PanelBuilder', () => buildAtOnce(records, {}));
  await measure(name, 'zod check alone', () => {
    for (const record of records) salesRecordSchema.parse(record);
  });
  const { panel } = buildAtOnce(records, noSearch);
  await measure(name, 'sliceDays', () => sliceDays(panel, 0, panel.days - 30));
  await measure(name, 'aggregatePanel to category', () => aggregatePanel(panel, 'category'));
  await measure(name, 'calendarTotals by month', () => calendarTotals(panel, 'month'));
}

console.table(rows.map((row) => ({ ...row, value: Math.round(row.value) })));
if (flags.json) writeFileSync(flags.json, JSON.stringify(rows, null, 2));
