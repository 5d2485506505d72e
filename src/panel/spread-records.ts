import { findCadence, longestWait, recordSpans } from './cadence.js';
import type { FindingCollector } from './data-report.js';
import type { Panel } from './panel.js';

/**
 * Spreads weekly, fortnightly and monthly records of a series over the days that they cover. Units of days
 * outside the panel are subtracted, and reported. Days after the last record are missing until the next one is overdue.
 * Changes `firstDay` of the series where its first record covers earlier days.
 */
export function spreadRecords(
  panel: Panel,
  recorded: Uint8Array,
  series: number,
  findings: FindingCollector,
): void {
  const { days, startDay, units, revenue, price, promo, inStock, firstDay } = panel;
  const base = series * days;
  const records: number[] = [];
  for (let d = firstDay[series]; d < days; d++) {
    if (!recorded[base + d]) continue;
    // A daily series is known by its second record, and nearly all series are daily.
    if (records.length > 0 && startDay + d - records[records.length - 1] < 7) return;
    records.push(startDay + d);
  }
  const cadence = findCadence(records);
  if (cadence === undefined) return;
  let lost = 0;
  // The values are read before any span is filled, as a span may cover the day of another record.
  const values = records.map((day) => {
    const cell = base + day - startDay;
    return { units: units[cell], revenue: revenue?.[cell] ?? 0, cell };
  });
  for (const { cell } of values) {
    units[cell] = 0;
    if (revenue) revenue[cell] = 0;
  }
  const spans = recordSpans(records, cadence);
  spans.forEach((span, i) => {
    const record = values[i];
    const length = span.to - span.from;
    const from = Math.max(0, span.from - startDay);
    const to = Math.min(days, span.to - startDay);
    for (let cell = base + from; cell < base + to; cell++) {
      units[cell] = record.units / length;
      if (revenue) revenue[cell] = record.revenue / length;
      if (price) price[cell] = price[record.cell];
      if (promo) promo[cell] = promo[record.cell];
      if (inStock) inStock[cell] = inStock[record.cell];
      recorded[cell] = 1;
    }
    firstDay[series] = Math.min(firstDay[series], from);
    lost += record.units * (1 - (to - from) / length);
  });
  const open = spans[spans.length - 1].to - startDay;
  if (days - open <= longestWait(cadence)) {
    for (let cell = base + open; cell < base + days; cell++) {
      units[cell] = Number.NaN;
      recorded[cell] = 1;
    }
  }
  findings.add(
    'cadence',
    () => ({ path: ['series', panel.ids[series]], message: `${records.length} ${cadence} records` }),
    -lost,
  );
}
