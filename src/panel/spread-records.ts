import type { Day } from '../calendar/day.js';
import { type Cadence, findCadence, LEAST_TOTALS, longestWait, recordSpans } from './cadence.js';
import type { FindingCollector } from './data-report.js';
import type { Panel } from './panel.js';

/** Records of a series that are a week or more apart, in order. */
interface SparseRun {
  readonly records: readonly Day[];
  /** Day of the record before them; undefined if they are the first ones. */
  readonly before: Day | undefined;
  /** True if no record follows. */
  readonly last: boolean;
}

/** The days of one series, and whether each has a record. */
interface SeriesDays {
  readonly series: number;
  readonly isRecorded: Uint8Array;
}

/** Days before and after a run whose daily records its totals are compared with. */
const COMPARED_DAYS = 56;
/** Factor within which the totals of a run must be what the daily records around it add up to. */
const TOTALS_FACTOR = 2.5;

/**
 * Spreads weekly, fortnightly and monthly records of a series over the days that they cover: all of its records,
 * or those from or up to the day on which it changed between totals and daily records. Units of days outside the
 * panel are subtracted, and reported. Days after the last record are missing until the next one is overdue.
 * Changes `firstDay` of the series where its first record covers earlier days.
 */
export function spreadRecords(
  panel: Panel,
  recorded: Uint8Array,
  series: number,
  findings: FindingCollector,
): void {
  const own = { series, isRecorded: recorded.subarray(series * panel.days, (series + 1) * panel.days) };
  for (const run of sparseRuns(own.isRecorded, panel.firstDay[series], panel.startDay)) {
    const cadence = findCadence(run.records);
    if (cadence === undefined) continue;
    const whole = run.before === undefined && run.last;
    if (!whole && !addUpToTotals(panel, own, run)) continue;
    const lost = spreadRun(panel, own, run, cadence);
    findings.add(
      'cadence',
      () => ({ path: ['series', panel.ids[series]], message: `${run.records.length} ${cadence} records` }),
      -lost,
    );
  }
}

/** Runs of enough records to have a cadence. A record less than a week after another one is not part of a run. */
function sparseRuns(isRecorded: Uint8Array, first: number, startDay: Day): SparseRun[] {
  const runs: SparseRun[] = [];
  let records: Day[] = [];
  let before: Day | undefined;
  const close = (last: boolean) => {
    if (records.length < LEAST_TOTALS) return;
    runs.push({ records, before, last });
    records = [];
  };
  let latest = Number.NEGATIVE_INFINITY;
  for (let d = isRecorded.indexOf(1, first); d >= 0; d = isRecorded.indexOf(1, d + 1)) {
    const day = startDay + d;
    if (day - latest < 7) {
      close(false);
      records.length = 0;
      before = day;
    } else {
      records.push(day);
    }
    latest = day;
  }
  close(true);
  return runs;
}

/** True if the records of a run are about what the daily ones before and after it come to in that time. */
function addUpToTotals(panel: Panel, { series, isRecorded }: SeriesDays, run: SparseRun): boolean {
  const base = series * panel.days;
  const firstDay = panel.firstDay[series];
  const start = run.records[0] - panel.startDay;
  const end = run.records[run.records.length - 1] - panel.startDay + 1;
  let totals = 0;
  for (let d = start; d < end; d++) totals += isRecorded[d] ? panel.units[base + d] : 0;
  // The first total is of days before the run.
  totals -= panel.units[base + start];
  let [daily, days] = [0, 0];
  const from = Math.max(firstDay, start - COMPARED_DAYS);
  const to = Math.min(panel.days, end + COMPARED_DAYS);
  for (let d = from; d < to; d++) {
    if (d >= start && d < end) continue;
    daily += isRecorded[d] ? panel.units[base + d] : 0;
    days++;
  }
  const ratio = totals / (end - start - 1) / (daily / days);
  return ratio > 1 / TOTALS_FACTOR && ratio < TOTALS_FACTOR;
}

/** Spreads the records of a run. @returns units of days outside the panel */
function spreadRun(panel: Panel, own: SeriesDays, run: SparseRun, cadence: Cadence): number {
  const { days, startDay, units, revenue, price, promo, inStock, firstDay } = panel;
  const { series, isRecorded } = own;
  const base = series * days;
  // The values are read before any span is filled, as a span may cover the day of another record.
  const values = run.records.map((day) => {
    const cell = base + day - startDay;
    return { units: units[cell], revenue: revenue?.[cell] ?? 0, cell };
  });
  for (const { cell } of values) {
    units[cell] = 0;
    if (revenue) revenue[cell] = 0;
  }
  const spans = recordSpans(run.records, cadence, run.before);
  let lost = 0;
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
      isRecorded[cell - base] = 1;
    }
    firstDay[series] = Math.min(firstDay[series], from);
    lost += record.units * (1 - (to - from) / length);
  });
  const open = spans[spans.length - 1].to - startDay;
  if (run.last && days - open <= longestWait(cadence)) {
    units.fill(Number.NaN, base + open, base + days);
    isRecorded.fill(1, open);
  }
  return lost;
}
