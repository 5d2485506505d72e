import type { Day } from '../../calendar/day.js';
import { checkWholeNumber } from '../../errors.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { SalesColumns } from '../../panel/sales-columns.js';
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
import { salesOf } from '../sales-columns.js';
import type { SalesInColumns } from './sales-in-columns.js';

export interface MemorySalesStorageOptions {
  /**
   * Rows that are held at most, with those that `undo` would bring back; at about 33 bytes each. The rows that the oldest
   * deliveries changed are forgotten first. Default 60,000,000, which are 2 GB.
   */
  readonly maxRows?: number;
}

const OPTIONS: OptionTable<MemorySalesStorageOptions> = { maxRows: 1 };

const MAX_ROWS = 60_000_000;

/**
 * Sales kept in memory as columns, at about 33 bytes a row: for tests, browsers and data that fit. Everything is lost with
 * the process.
 *
 * ```ts
 * import { MemorySalesStorage, parseDay } from 'commerce-forecast';
 *
 * const storage = new MemorySalesStorage({ maxRows: 10_000_000 });
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
  readonly #maxRows: number;
  #sales: Promise<SalesInColumns> | undefined;

  /** @throws ForecastError `invalid-option` */
  constructor(options: MemorySalesStorageOptions = {}) {
    refuseUnknown(options, OPTIONS);
    this.#maxRows = options.maxRows ?? MAX_ROWS;
    checkWholeNumber('maxRows', this.#maxRows);
  }

  async write(batch: SalesBatch, options: { readonly signal?: AbortSignal } = {}): Promise<WriteResult> {
    return (await this.#loaded()).write(batch, options);
  }

  async *read(query: SalesQuery = {}): AsyncIterable<readonly DailySale[]> {
    for await (const columns of this.readColumns(query)) yield salesOf(columns);
  }

  async *readColumns(query: SalesQuery = {}): AsyncIterable<SalesColumns> {
    yield* (await this.#loaded()).readColumns(query);
  }

  async summary(): Promise<SalesSummary> {
    return (await this.#loaded()).summary();
  }

  async streamPosition(stream: string): Promise<string | undefined> {
    return (await this.#loaded()).streamPosition(stream);
  }

  async deliveries(limit: number): Promise<readonly StoredDelivery[]> {
    return (await this.#loaded()).deliveries(limit);
  }

  async undo(deliveryId: string, note: RemovalNote = {}): Promise<number> {
    return (await this.#loaded()).undo(deliveryId, note);
  }

  async delete(selection: SalesSelection, note: RemovalNote = {}): Promise<number> {
    return (await this.#loaded()).delete(selection, note);
  }

  async removals(limit: number): Promise<readonly SalesRemoval[]> {
    return (await this.#loaded()).removals(limit);
  }

  async deleteBefore(day: Day): Promise<number> {
    return (await this.#loaded()).deleteBefore(day);
  }

  async close(): Promise<void> {}

  /** The code is loaded by the first call: a program that only asks questions does not need it. */
  #loaded(): Promise<SalesInColumns> {
    const maxRows = this.#maxRows;
    this.#sales ??= import('./sales-in-columns.js').then(({ SalesInColumns }) => new SalesInColumns(maxRows));
    return this.#sales;
  }
}
