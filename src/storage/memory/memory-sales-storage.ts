import type { Day } from '../../calendar/day.js';
import { runInSlices, throwIfAborted } from '../../long-call.js';
import type {
  DailySale,
  RemovalNote,
  SalesBatch,
  SalesQuery,
  SalesRemoval,
  SalesSelection,
  SalesStorage,
  SalesSummary,
  StoredDelivery,
  WriteResult,
} from '../contract.js';
import { addSales, asChecked, compareSales, compareText, mergeSales, seriesKey } from '../daily-sales.js';
import { assertSameBody, Delivery } from '../delivery.js';
import { checkSelection, NAMED_DELIVERIES, noSuchDelivery, overwritten } from '../removal.js';

const CHUNK_ROWS = 10_000;

/** A row with the id of the delivery that wrote it last. */
interface KeptSale {
  readonly sale: DailySale;
  readonly deliveryId: string;
}

interface KeptDelivery extends Omit<StoredDelivery, 'canUndo'> {
  readonly hash: string;
  /** Rows as they were before the delivery changed them. */
  readonly before: KeptSale[];
}

/**
 * Sales kept in memory: for tests, browsers and small data. Everything is lost with the process.
 *
 * ```ts
 * import { MemorySalesStorage, parseDay } from 'commerce-forecast';
 *
 * const storage = new MemorySalesStorage();
 * await storage.write({
 *   id: 'delivery-1',
 *   rows: [{ day: parseDay('2024-03-01'), productId: 'tea', category: 'Drinks', units: 12 }],
 * });
 * for await (const rows of storage.read({ categories: ['Drinks'] })) console.log(rows.length);
 * ```
 */
export class MemorySalesStorage implements SalesStorage {
  readonly specificationVersion = 'v1';
  readonly name = 'memory';
  /** Rows are replaced but never changed, so that readers may keep them. */
  readonly #series = new Map<string, Map<Day, KeptSale>>();
  /** In the order in which they were written. */
  readonly #deliveries = new Map<string, KeptDelivery>();
  readonly #removals: SalesRemoval[] = [];

  async write(batch: SalesBatch, options: { readonly signal?: AbortSignal } = {}): Promise<WriteResult> {
    const delivery = new Delivery(batch, options);
    const chunks: (readonly DailySale[])[] = [];
    for await (const chunk of delivery.chunks()) chunks.push(chunk);
    const [first, ...others] = chunks;
    const merged =
      first && others.length === 0 ? first : await runInSlices(mergeSales(asChecked(chunks.flat())), options);
    const hash = await delivery.bodyHash();
    throwIfAborted(options.signal);
    // Nothing is awaited from here on, so that no other call interleaves.
    const { id, mode } = delivery;
    const stored = this.#deliveries.get(id);
    if (stored) {
      assertSameBody(id, stored.hash, hash);
      return { written: 0, alreadyWritten: true };
    }
    const before: KeptSale[] = [];
    let [firstDay, lastDay] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const sale of merged) {
      const kept = this.#series.get(seriesKey(sale))?.get(sale.day);
      if (kept) before.push(kept);
      this.#store({ sale: kept && mode !== 'replace' ? addSales(kept.sale, sale) : sale, deliveryId: id });
      firstDay = Math.min(firstDay, sale.day);
      lastDay = Math.max(lastDay, sale.day);
    }
    const written = merged.length;
    if (written > 0) {
      const writtenAt = new Date().toISOString();
      this.#deliveries.set(id, { id, hash, rows: written, firstDay, lastDay, writtenAt, before });
    }
    return { written, alreadyWritten: false, ...(before.length > 0 && { met: before.length }) };
  }

  async *read(query: SalesQuery = {}): AsyncIterable<readonly DailySale[]> {
    throwIfAborted(query.signal);
    const rows = [...this.#rows()].filter(matcher(query)).sort(compareSales);
    for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
      throwIfAborted(query.signal);
      yield rows.slice(start, start + CHUNK_ROWS).map((sale) => ({ ...sale }));
    }
  }

  async summary(): Promise<SalesSummary> {
    const products = new Set<string>();
    const categories = new Set<string>();
    let rows = 0;
    let firstDay: Day | undefined;
    let lastDay: Day | undefined;
    for (const sale of this.#rows()) {
      rows++;
      products.add(sale.productId);
      categories.add(sale.category);
      if (firstDay === undefined || sale.day < firstDay) firstDay = sale.day;
      if (lastDay === undefined || sale.day > lastDay) lastDay = sale.day;
    }
    return {
      rows,
      products: products.size,
      categories: [...categories].sort(compareText),
      firstDay,
      lastDay,
    };
  }

  async deliveries(limit: number): Promise<readonly StoredDelivery[]> {
    const latest = [...this.#deliveries.values()].reverse().slice(0, limit);
    return latest.map(({ hash: _hash, before: _before, ...delivery }) => ({
      ...delivery,
      canUndo: this.#laterThan(delivery.id).length === 0,
    }));
  }

  async undo(deliveryId: string, note: RemovalNote = {}): Promise<number> {
    const delivery = this.#deliveries.get(deliveryId);
    if (!delivery) throw noSuchDelivery(deliveryId);
    const later = this.#laterThan(deliveryId);
    if (later.length > 0) throw overwritten(deliveryId, later.slice(0, NAMED_DELIVERIES));
    const rows = this.#remove((kept) => kept.deliveryId === deliveryId);
    for (const kept of delivery.before) this.#store(kept);
    this.#deliveries.delete(deliveryId);
    this.#log({ rows, deliveryId }, note);
    return rows;
  }

  async delete(selection: SalesSelection, note: RemovalNote = {}): Promise<number> {
    checkSelection(selection);
    const isSelected = matcher(selection);
    const gone = new Set<string>();
    const rows = this.#remove(({ sale }) => {
      if (!isSelected(sale)) return false;
      gone.add(rowKey(sale));
      return true;
    });
    this.#forget(({ sale }) => gone.has(rowKey(sale)));
    const { from, to, categories, productIds } = selection;
    this.#log({ rows, selection: { from, to, categories, productIds } }, note);
    return rows;
  }

  async removals(limit: number): Promise<readonly SalesRemoval[]> {
    return this.#removals.slice(-limit).reverse();
  }

  async deleteBefore(day: Day): Promise<number> {
    this.#forget(({ sale }) => sale.day < day);
    return this.#remove(({ sale }) => sale.day < day);
  }

  async close(): Promise<void> {}

  *#rows(): Iterable<DailySale> {
    for (const days of this.#series.values()) for (const { sale } of days.values()) yield sale;
  }

  #store(kept: KeptSale): void {
    const { sale } = kept;
    const key = seriesKey(sale);
    let days = this.#series.get(key);
    if (days === undefined) this.#series.set(key, (days = new Map()));
    days.set(sale.day, kept);
  }

  /** Removes rows and returns their number. */
  #remove(isGone: (kept: KeptSale) => boolean): number {
    let removed = 0;
    for (const [key, days] of this.#series) {
      for (const [day, kept] of days) if (isGone(kept) && days.delete(day)) removed++;
      if (days.size === 0) this.#series.delete(key);
    }
    return removed;
  }

  /** Forgets what rows were before deliveries changed them: taking a delivery back does not restore them. */
  #forget(isForgotten: (kept: KeptSale) => boolean): void {
    for (const [id, delivery] of this.#deliveries) {
      const before = delivery.before.filter((kept) => !isForgotten(kept));
      this.#deliveries.set(id, { ...delivery, before });
    }
  }

  /** Ids of deliveries that changed rows of a delivery. */
  #laterThan(deliveryId: string): string[] {
    return [...this.#deliveries.values()]
      .filter(({ before }) => before.some((kept) => kept.deliveryId === deliveryId))
      .map(({ id }) => id);
  }

  #log(removal: Omit<SalesRemoval, 'at' | keyof RemovalNote>, { by, reason }: RemovalNote): void {
    this.#removals.push({ at: new Date().toISOString(), ...removal, by, reason });
  }
}

function rowKey(sale: DailySale): string {
  return `${seriesKey(sale)}\u0000${sale.day}`;
}

function matcher(query: SalesQuery): (sale: DailySale) => boolean {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  const categories = query.categories && new Set(query.categories);
  const productIds = query.productIds && new Set(query.productIds);
  return (sale) =>
    sale.day >= from &&
    sale.day <= to &&
    (categories === undefined || categories.has(sale.category)) &&
    (productIds === undefined || productIds.has(sale.productId));
}
