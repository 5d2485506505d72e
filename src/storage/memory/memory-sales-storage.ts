import type { Day } from '../../calendar/day.js';
import { runInSlices, throwIfAborted } from '../../long-call.js';
import type {
  DailySale,
  SalesBatch,
  SalesQuery,
  SalesStorage,
  SalesSummary,
  WriteResult,
} from '../contract.js';
import { addSales, asChecked, compareSales, compareText, mergeSales, seriesKey } from '../daily-sales.js';
import { assertSameBody, Delivery } from '../delivery.js';

const CHUNK_ROWS = 10_000;

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
  readonly #series = new Map<string, Map<Day, DailySale>>();
  /** Hash of each delivery that was written, by its id. */
  readonly #deliveries = new Map<string, string>();

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
    const stored = id === undefined ? undefined : this.#deliveries.get(id);
    if (id !== undefined && stored !== undefined) {
      assertSameBody(id, stored, hash);
      return { written: 0, alreadyWritten: true };
    }
    let met = 0;
    for (const sale of merged) {
      const before = this.#series.get(seriesKey(sale))?.get(sale.day);
      if (before) met++;
      this.#store(before && mode !== 'replace' ? addSales(before, sale) : sale);
    }
    if (id !== undefined && merged.length > 0) this.#deliveries.set(id, hash);
    return { written: merged.length, alreadyWritten: false, ...(met > 0 && { met }) };
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

  async deleteBefore(day: Day): Promise<number> {
    let deleted = 0;
    for (const [key, days] of this.#series) {
      for (const stored of days.keys()) {
        if (stored < day && days.delete(stored)) deleted++;
      }
      if (days.size === 0) this.#series.delete(key);
    }
    return deleted;
  }

  async close(): Promise<void> {}

  *#rows(): Iterable<DailySale> {
    for (const days of this.#series.values()) yield* days.values();
  }

  #store(sale: DailySale): void {
    const key = seriesKey(sale);
    let days = this.#series.get(key);
    if (days === undefined) this.#series.set(key, (days = new Map()));
    days.set(sale.day, sale);
  }
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
