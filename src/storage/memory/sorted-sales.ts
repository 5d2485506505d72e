import type { Progress } from '../../long-call.js';
import { compareDays, type Leaf, LeafWriter, type Run, rowsIn, runAt, runsOf } from './sales-leaf.js';

const RUNS_PER_STEP = 1_024;

/** Rows of one period, in leaves. */
export interface Period {
  readonly number: number;
  readonly leaves: readonly Leaf[];
}

/** Sales in reading order within periods of 64 days, the earliest first; never changed. */
export type SortedSales = readonly Period[];

/** Orders series as they are read. */
type CompareSeries = (a: number, b: number) => number;

/** Treatment of rows whose key is there already. */
export interface Meeting {
  readonly mode: 'add' | 'replace';
  /** Collects the rows that were there. */
  readonly before?: Map<number, LeafWriter>;
}

export function countRows(sales: SortedSales): number {
  let rows = 0;
  for (const { leaves } of sales) for (const leaf of leaves) rows += rowsIn(leaf);
  return rows;
}

/** Adds sales to others. Leaves that no row falls into are shared with the result. */
export function* mergeSorted(
  kept: SortedSales,
  added: SortedSales,
  compare: CompareSeries,
  meeting: Meeting,
): Generator<Progress, SortedSales, void> {
  const merged = new Map(kept.map((period) => [period.number, period]));
  for (const { number, leaves } of added) {
    const old = merged.get(number);
    if (!old) merged.set(number, { number, leaves });
    else {
      const before = meeting.before && writerOf(meeting.before, number);
      const all = yield* mergeLeaves(old.leaves, leaves, compare, meeting.mode, before);
      merged.set(number, { number, leaves: all });
    }
  }
  return [...merged.values()].sort((a, b) => a.number - b.number);
}

/** The writer of a period. */
export function writerOf(writers: Map<number, LeafWriter>, period: number): LeafWriter {
  let writer = writers.get(period);
  if (!writer) writers.set(period, (writer = new LeafWriter()));
  return writer;
}

/** The rows that writers have collected, by period. */
export function finishPeriods(writers: ReadonlyMap<number, LeafWriter>): SortedSales {
  return [...writers]
    .map(([number, writer]) => ({ number, leaves: writer.finish() }))
    .filter(({ leaves }) => leaves.length > 0)
    .sort((a, b) => a.number - b.number);
}

/** Goes through the runs of leaves. */
class RunCursor {
  readonly #leaves: readonly Leaf[];
  #leaf = 0;
  #run = -1;
  /** Undefined after the last one. */
  run: Run | undefined;

  constructor(leaves: readonly Leaf[]) {
    this.#leaves = leaves;
    this.next();
  }

  next(): void {
    let leaf = this.#leaves[this.#leaf];
    if (leaf && 2 * ++this.#run === leaf.runs.length) {
      leaf = this.#leaves[++this.#leaf];
      this.#run = 0;
    }
    this.run = leaf && runAt(leaf, this.#run);
  }
}

function lastSeries({ runs }: Leaf): number {
  return runs[runs.length - 2];
}

function* mergeLeaves(
  kept: readonly Leaf[],
  added: readonly Leaf[],
  compare: CompareSeries,
  mode: 'add' | 'replace',
  before: LeafWriter | undefined,
): Generator<Progress, Leaf[], void> {
  const merged: Leaf[] = [];
  const incoming = new RunCursor(added);
  const writer = new LeafWriter();
  let copied = 0;
  for (const [i, leaf] of kept.entries()) {
    const isLast = i === kept.length - 1;
    if (!incoming.run || (!isLast && compare(incoming.run.series, lastSeries(leaf)) > 0)) {
      merged.push(leaf);
      continue;
    }
    for (const run of [...runsOf(leaf), undefined]) {
      if (!run && !isLast) break;
      while (incoming.run && (!run || compare(incoming.run.series, run.series) < 0)) {
        writer.copy(incoming.run);
        incoming.next();
        if (++copied % RUNS_PER_STEP === 0) yield { phase: 'store rows', done: i, total: kept.length };
      }
      if (!run) break;
      if (incoming.run?.series !== run.series) writer.copy(run);
      else {
        mergeRuns(run, incoming.run, mode, writer, before);
        incoming.next();
      }
    }
    merged.push(...writer.finish());
    yield { phase: 'store rows', done: i + 1, total: kept.length };
  }
  return merged;
}

/** Merges two runs of the same series. */
function mergeRuns(
  kept: Run,
  later: Run,
  mode: 'add' | 'replace',
  writer: LeafWriter,
  before: LeafWriter | undefined,
): void {
  const { leaf, series, to } = kept;
  let i = kept.from;
  for (let j = later.from; j < later.to; j++) {
    const row = { ...later, from: j, to: j + 1 };
    const from = i;
    while (i < to && compareDays(leaf, i, later.leaf, j) < 0) i++;
    writer.copy({ ...kept, from, to: i });
    if (i === to || compareDays(leaf, i, later.leaf, j) > 0) {
      writer.copy(row);
      continue;
    }
    before?.copy({ ...kept, from: i, to: i + 1 });
    if (mode === 'add') writer.addSum(series, leaf, i, later.leaf, j);
    else writer.copy(row);
    i++;
  }
  writer.copy({ ...kept, from: i });
}

/** Tells whether a row is meant. */
export type RowFilter = (leaf: Leaf, row: number, series: number, period: number) => boolean;

/** The sales without some rows, and the number of these. Leaves without such rows are shared with the result. */
export function* filterSorted(
  sales: SortedSales,
  isGone: RowFilter,
): Generator<Progress, { readonly sales: SortedSales; readonly removed: number }, void> {
  const kept: Period[] = [];
  const writer = new LeafWriter();
  let removed = 0;
  for (const [done, { number, leaves }] of sales.entries()) {
    const staying: Leaf[] = [];
    for (const leaf of leaves) {
      const before = removed;
      for (const run of runsOf(leaf)) {
        for (let { from } = run; from < run.to; from++) {
          if (isGone(leaf, from, run.series, number)) removed++;
          else writer.copy({ ...run, from, to: from + 1 });
        }
      }
      const others = writer.finish();
      staying.push(...(removed === before ? [leaf] : others));
      yield { phase: 'remove rows', done, total: sales.length };
    }
    if (staying.length > 0) kept.push({ number, leaves: staying });
  }
  return { sales: kept, removed };
}

/** Tells whether there is a row of the series and the day of a row of another list. */
export function hasRow(
  sales: SortedSales,
  period: number,
  series: number,
  [other, j]: readonly [Leaf, number],
  compare: CompareSeries,
): boolean {
  const leaves = sales.find(({ number }) => number === period)?.leaves ?? [];
  const leaf = leaves[firstWhere(leaves.length, (i) => compare(lastSeries(leaves[i]), series) >= 0)];
  if (!leaf) return false;
  const { runs } = leaf;
  const run = runAt(
    leaf,
    firstWhere(runs.length / 2, (i) => compare(runs[2 * i], series) >= 0),
  );
  if (run.series !== series) return false;
  const count = run.to - run.from;
  const row = run.from + firstWhere(count, (i) => compareDays(leaf, run.from + i, other, j) >= 0);
  return row < run.to && compareDays(leaf, row, other, j) === 0;
}

/** The first number below `count` for which a condition holds that holds for all after it; otherwise `count`. */
function firstWhere(count: number, holds: (i: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The runs of all periods in reading order, with the number of the period. */
export function* runsInOrder(
  sales: SortedSales,
  compare: CompareSeries,
): Generator<readonly [Run, number], void, void> {
  const open = sales.map(({ number, leaves }) => ({ number, cursor: new RunCursor(leaves) }));
  for (;;) {
    let next: number | undefined;
    for (const { run } of open.map(({ cursor }) => cursor)) {
      if (run && (next === undefined || compare(run.series, next) < 0)) next = run.series;
    }
    if (next === undefined) return;
    for (const { number, cursor } of open) {
      if (cursor.run?.series !== next) continue;
      yield [cursor.run, number];
      cursor.next();
    }
  }
}
