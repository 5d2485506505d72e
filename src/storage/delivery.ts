import { sha256Hex } from '../canonical-json.js';
import { ForecastError } from '../errors.js';
import { type LongCallOptions, runInSlices, throwIfAborted } from '../long-call.js';
import { nextOrAbort } from '../panel/record-source.js';
import { isRecordText } from '../panel/sales-record.js';
import type { DailySale, SalesBatch, StreamPosition } from './contract.js';
import { mergeSales } from './daily-sales.js';

/** Rows that are hashed at a time; the hash does not depend on the chunks in which rows arrive. */
const ROWS_PER_BLOCK = 2_000;

/** A batch on its way into a storage: its rows are checked, merged chunk by chunk, and hashed if its sender gave an id. */
export class Delivery {
  /** One of its own where the sender gives none, so that it can be taken back. */
  readonly id: string;
  readonly mode: 'add' | 'replace';
  readonly position: StreamPosition | undefined;
  readonly #isNamed: boolean;
  readonly #rows: SalesBatch['rows'];
  readonly #options: LongCallOptions;
  #block: string[] = [];
  #hash: string;
  #count = 0;

  /** @throws ForecastError `invalid-data` for an id or position that a storage cannot store, `aborted`. */
  constructor(batch: SalesBatch, options: LongCallOptions = {}) {
    throwIfAborted(options.signal);
    checkBatchId(batch.id);
    checkPosition(batch.position);
    this.id = batch.id ?? crypto.randomUUID();
    this.#isNamed = batch.id !== undefined;
    this.mode = batch.mode ?? 'add';
    this.position = batch.position;
    this.#rows = batch.rows;
    this.#options = options;
    this.#hash = this.mode;
  }

  /**
   * Yields the rows in chunks as they arrive, in reading order, with rows of the same key summed within each
   * chunk.
   *
   * @throws ForecastError `invalid-data` with path `[row of the delivery, column]`; and the errors of the
   *   stream of rows.
   */
  async *chunks(): AsyncGenerator<readonly DailySale[], void, void> {
    for await (const rows of this.#source()) {
      const merged = await runInSlices(mergeSales(rows, this.#count), this.#options);
      this.#count += rows.length;
      if (this.#isNamed) await this.#hashRows(rows);
      if (merged.length > 0) yield merged;
    }
  }

  /** SHA-256 of the mode and of all rows in order of arrival, once the chunks have been read; empty without an id of the sender. */
  async bodyHash(): Promise<string> {
    if (!this.#isNamed) return '';
    await this.#sealBlock();
    return this.#hash;
  }

  async *#source(): AsyncGenerator<readonly DailySale[], void, void> {
    if (Symbol.asyncIterator in this.#rows) yield* nextOrAbort(this.#rows, this.#options.signal);
    else yield this.#rows;
  }

  async #hashRows(rows: readonly DailySale[]): Promise<void> {
    for (const row of rows) {
      this.#block.push(canonicalRow(row));
      if (this.#block.length < ROWS_PER_BLOCK) continue;
      await this.#sealBlock();
      throwIfAborted(this.#options.signal);
    }
  }

  /** Hashes a block together with the hash of those before it. */
  async #sealBlock(): Promise<void> {
    if (this.#block.length === 0) return;
    const block = this.#block;
    this.#block = [];
    this.#hash = await sha256Hex(`${this.#hash}\n${block.join('\n')}`);
  }
}

/** @throws ForecastError `key-reused` unless the delivery that was stored under the id has the same body. */
export function assertSameBody(id: string, storedHash: string, hash: string): void {
  if (storedHash === hash) return;
  throw new ForecastError(
    'key-reused',
    `The delivery ${JSON.stringify(id)} was written before with different content`,
    {
      path: ['id'],
      hint: 'Send a corrected delivery under a new id, in the mode that replaces what was stored.',
    },
  );
}

/** The refusal of a delivery that does not begin where its stream was left. */
export function positionConflict({ stream, from = 'nothing' }: StreamPosition): ForecastError {
  return new ForecastError('conflict', `The position of ${JSON.stringify(stream)} is not ${from} any more`, {
    path: ['position'],
    hint: 'Another process takes the same stream: read streamPosition() again and go on from there.',
  });
}

function checkPosition(position: StreamPosition | undefined): void {
  if (position === undefined) return;
  for (const text of [position.stream, position.to]) {
    if (text !== '' && isRecordText(text)) continue;
    throw new ForecastError('invalid-data', 'Stream and position must be texts such as a product id may be', {
      path: ['position'],
    });
  }
}

function checkBatchId(id: string | undefined): void {
  if (id === undefined) return;
  if (id !== '' && isRecordText(id)) return;
  throw new ForecastError('invalid-data', 'The id of a batch must be a text such as a product id may be', {
    path: ['id'],
  });
}

/** A row as text, equal for equal rows. */
function canonicalRow(sale: DailySale): string {
  const { day, productId, category, location = '', units, revenue, price, promo, inStock } = sale;
  return JSON.stringify([day, productId, category, location, units, revenue, price, promo, inStock]);
}
