import type { Day } from '../../calendar/day.js';
import { createLimiter } from '../../concurrent.js';
import { createPacer, runInSlices, throwIfAborted } from '../../long-call.js';
import type { SalesColumns } from '../../panel/sales-columns.js';
import { numberAt } from '../../present.js';
import type {
  DailySale,
  RemovalNote,
  SalesBatch,
  SalesQuery,
  SalesRemoval,
  SalesSelection,
  SalesSummary,
  StoredDelivery,
  WriteResult,
} from '../contract.js';
import { compareText } from '../daily-sales.js';
import { assertSameBody, Delivery, positionConflict } from '../delivery.js';
import { checkSelection, NAMED_DELIVERIES, noSuchDelivery, overwritten, tooOld } from '../removal.js';
import { ArrivingSales } from './arriving-sales.js';
import { readColumns, selectedBy } from './read-columns.js';
import { categoryOf, codeAt, dayOf, deliveryAt, type LeafWriter } from './sales-leaf.js';
import { limitExceeded, SalesNames } from './sales-names.js';
import {
  countRows,
  filterSorted,
  finishPeriods,
  hasRow,
  mergeSorted,
  type RowFilter,
  type SortedSales,
} from './sorted-sales.js';

/** Rows of an array that are taken in at a time. */
const SLICE_ROWS = 100_000;

interface KeptDelivery extends Omit<StoredDelivery, 'canUndo'> {
  readonly number: number;
  readonly hash: string;
  /** Rows as they were before the delivery changed them; undefined once they are forgotten. */
  readonly before: SortedSales | undefined;
  /** Numbers of the deliveries of these rows. */
  readonly changed: ReadonlySet<number>;
}

/** The sales of a `MemorySalesStorage`, and what is done with them. */
export class SalesInColumns {
  readonly #maxRows: number;
  readonly #names = new SalesNames();
  /** Replaced by every change and never changed itself, so that readers may keep it. */
  #sales: SortedSales = [];
  /** In the order in which they were written. */
  readonly #deliveries = new Map<string, KeptDelivery>();
  readonly #positions = new Map<string, string>();
  #lastNumber = 0;
  readonly #removals: SalesRemoval[] = [];
  /** Runs changes one after the other, as each gives the event loop its turns. */
  readonly #change = createLimiter(1);

  constructor(maxRows: number) {
    this.#maxRows = maxRows;
  }

  async write(batch: SalesBatch, options: { readonly signal?: AbortSignal } = {}): Promise<WriteResult> {
    const { rows } = batch;
    const isLong = Array.isArray(rows) && rows.length > SLICE_ROWS;
    const delivery = new Delivery(isLong ? { ...batch, rows: slices(rows) } : batch, options);
    const arriving = new ArrivingSales(++this.#lastNumber);
    try {
      for await (const chunk of delivery.chunks()) {
        await arriving.add(chunk, options);
        this.#checkRoom(arriving.rows);
      }
      const hash = await delivery.bodyHash();
      return await this.#change(() => this.#store(delivery, hash, arriving, options.signal));
    } catch (error) {
      // An array that does not fit into the memory of the process.
      if (error instanceof RangeError) throw limitExceeded('what fits into the memory', [], error);
      throw error;
    }
  }

  async *readColumns(query: SalesQuery = {}): AsyncIterable<SalesColumns> {
    throwIfAborted(query.signal);
    yield* readColumns(this.#sales, this.#names, query);
  }

  async summary(): Promise<SalesSummary> {
    const names = this.#names;
    const sales = this.#sales;
    const series = new Uint8Array(names.products.length);
    const categories = new Uint8Array(names.categories.length);
    let [firstDay, lastDay] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const pace = createPacer();
    for (const { number, leaves } of sales) {
      for (const { codes, runs } of leaves) {
        for (let i = 0; i < codes.length; i += 2) {
          const code = numberAt(codes, i);
          categories[categoryOf(code)] = 1;
          const day = dayOf(code, number);
          if (day < firstDay) firstDay = day;
          if (day > lastDay) lastDay = day;
        }
        for (let i = 0; i < runs.length; i += 2) series[numberAt(runs, i)] = 1;
      }
      await pace({ phase: 'summarize', done: number, total: Number.NaN });
    }
    const rows = countRows(sales);
    return {
      rows,
      products: new Set(names.products.filter((_, i) => series[i])).size,
      categories: names.categories.filter((_, i) => categories[i]).sort(compareText),
      firstDay: rows > 0 ? firstDay : undefined,
      lastDay: rows > 0 ? lastDay : undefined,
    };
  }

  streamPosition(stream: string): string | undefined {
    return this.#positions.get(stream);
  }

  async deliveries(limit: number): Promise<readonly StoredDelivery[]> {
    const latest = [...this.#deliveries.values()].reverse().slice(0, limit);
    return latest.map((delivery) => {
      const { id, rows, firstDay, lastDay, writtenAt, before } = delivery;
      const canUndo = before !== undefined && this.#laterThan(delivery).length === 0;
      return { id, rows, firstDay, lastDay, writtenAt, canUndo };
    });
  }

  undo(deliveryId: string, note: RemovalNote = {}): Promise<number> {
    return this.#change(async () => {
      const delivery = this.#deliveries.get(deliveryId);
      if (!delivery) throw noSuchDelivery(deliveryId);
      if (delivery.before === undefined) throw tooOld(deliveryId);
      const later = this.#laterThan(delivery);
      if (later.length > 0) throw overwritten(deliveryId, later.slice(0, NAMED_DELIVERIES));
      const { sales, removed } = await this.#without(
        (leaf, row) => deliveryAt(leaf, row) === delivery.number,
      );
      const restoring = mergeSorted(sales, delivery.before, this.#names.compare, { mode: 'replace' });
      this.#sales = await runInSlices(restoring);
      this.#deliveries.delete(deliveryId);
      this.#log({ rows: removed, deliveryId }, note);
      return removed;
    });
  }

  async delete(selection: SalesSelection, note: RemovalNote = {}): Promise<number> {
    checkSelection(selection);
    const { from, to, categories, productIds } = selection;
    return this.#change(async () => {
      const { sales, removed } = await this.#without(selectedBy(selection, this.#names));
      const { compare } = this.#names;
      if (removed > 0) {
        await this.#forget(
          (leaf, row, series, period) => !hasRow(sales, period, series, [leaf, row], compare),
        );
      }
      this.#sales = sales;
      this.#log({ rows: removed, selection: { from, to, categories, productIds } }, note);
      return removed;
    });
  }

  async removals(limit: number): Promise<readonly SalesRemoval[]> {
    return this.#removals.slice(-limit).reverse();
  }

  deleteBefore(day: Day): Promise<number> {
    return this.#change(async () => {
      const isOld: RowFilter = (leaf, row, _series, period) => dayOf(codeAt(leaf, row), period) < day;
      const { sales, removed } = await this.#without(isOld);
      await this.#forget(isOld);
      this.#sales = sales;
      return removed;
    });
  }

  async #store(
    { id, mode, position }: Delivery,
    hash: string,
    arriving: ArrivingSales,
    signal: AbortSignal | undefined,
  ): Promise<WriteResult> {
    throwIfAborted(signal);
    if (position && this.#positions.get(position.stream) !== position.from) throw positionConflict(position);
    const stored = this.#deliveries.get(id);
    if (stored) {
      assertSameBody(id, stored.hash, hash);
      if (position) this.#positions.set(position.stream, position.to);
      return { written: 0, alreadyWritten: true };
    }
    this.#makeRoom(arriving.rows);
    const { compare } = this.#names;
    const added = await runInSlices(arriving.renumber(this.#names), { signal });
    const changed = new Map<number, LeafWriter>();
    const merging = mergeSorted(this.#sales, added, compare, { mode, before: changed });
    const sales = await runInSlices(merging, { signal });
    const before = finishPeriods(changed);
    const [written, met] = [countRows(added), countRows(before)];
    this.#sales = sales;
    if (position) this.#positions.set(position.stream, position.to);
    if (written > 0) {
      const writtenAt = new Date().toISOString();
      const days = { firstDay: arriving.firstDay, lastDay: arriving.lastDay };
      const { number } = arriving;
      const kept = {
        id,
        number,
        hash,
        rows: written,
        ...days,
        writtenAt,
        before,
        changed: deliveriesOf(before),
      };
      this.#deliveries.set(id, kept);
    }
    return { written, alreadyWritten: false, ...(met > 0 && { met }) };
  }

  /** @throws ForecastError `limit-exceeded` if there is no room for further rows, whatever is forgotten. */
  #checkRoom(rows: number): void {
    if (countRows(this.#sales) + rows > this.#maxRows)
      throw limitExceeded(`${this.#maxRows} rows`, ['maxRows']);
  }

  /** Forgets what the oldest deliveries changed until there is room for further rows. */
  #makeRoom(rows: number): void {
    this.#checkRoom(rows);
    const all = [...this.#deliveries.values()];
    const held = all.reduce((sum, { before = [] }) => sum + countRows(before), 0);
    let excess = countRows(this.#sales) + rows + held - this.#maxRows;
    for (const delivery of all) {
      if (excess <= 0) return;
      excess -= countRows(delivery.before ?? []);
      this.#deliveries.set(delivery.id, { ...delivery, before: undefined });
    }
  }

  /** The sales without some rows, and the number of these. */
  #without(isGone: RowFilter) {
    return runInSlices(filterSorted(this.#sales, isGone));
  }

  /** Forgets what rows were before deliveries changed them: taking a delivery back does not restore them. */
  async #forget(isForgotten: RowFilter): Promise<void> {
    for (const [id, delivery] of this.#deliveries) {
      if (!delivery.before) continue;
      const filtering = filterSorted(delivery.before, isForgotten);
      const { sales: before } = await runInSlices(filtering);
      this.#deliveries.set(id, { ...delivery, before, changed: deliveriesOf(before) });
    }
  }

  /** Ids of deliveries that changed rows of a delivery. */
  #laterThan({ number }: KeptDelivery): string[] {
    return [...this.#deliveries.values()].filter(({ changed }) => changed.has(number)).map(({ id }) => id);
  }

  #log(removal: Omit<SalesRemoval, 'at' | keyof RemovalNote>, { by, reason }: RemovalNote): void {
    this.#removals.push({ at: new Date().toISOString(), ...removal, by, reason });
  }
}

/** Numbers of the deliveries that rows belong to. */
function deliveriesOf(sales: SortedSales): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const { leaves } of sales) {
    for (const { codes } of leaves) for (let i = 1; i < codes.length; i += 2) numbers.add(numberAt(codes, i));
  }
  return numbers;
}

/** A long array as a stream, so that no copy of all of its rows is made. */
async function* slices(rows: readonly DailySale[]): AsyncGenerator<readonly DailySale[], void, void> {
  for (let start = 0; start < rows.length; start += SLICE_ROWS) yield rows.slice(start, start + SLICE_ROWS);
}
