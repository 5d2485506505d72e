import { invalidOption } from '../errors.js';
import type { LongCallOptions, Progress } from '../long-call.js';
import { runInSlices, throwIfAborted, yieldToEventLoop } from '../long-call.js';
import { type BuiltPanel, PanelBuilder } from './panel-builder.js';
import type { PanelOptions } from './panel-options.js';
import type { RecordSource } from './record-source.js';
import { isRecordSource, nextOrAbort } from './record-source.js';
import type { DailyRecord, SalesRecord } from './sales-record.js';

/** Rows between two reports of progress. */
const ROWS_PER_STEP = 4096;
/** Rows of a stream between two turns of the event loop: some 20 ms. */
const ROWS_PER_TURN = 16_384;
/** Total of a stream, whose end is not known: `done / total` is 0. */
const UNKNOWN = Number.POSITIVE_INFINITY;

/**
 * Turns sales records into a gap-free daily panel and a report on the data. Wrong rows are left out and reported, not
 * thrown. Records may come in any order, and as an async stream such as `readSalesCsv` gives.
 *
 * ```ts
 * import { buildPanel } from 'commerce-forecast';
 *
 * const { panel, report } = await buildPanel([
 *   { date: '2024-03-01', productId: 'SKU-1', category: 'Toys', units: 3 },
 *   { date: '2024-03-03', productId: 'SKU-1', category: 'Toys', units: 1 },
 * ]);
 * ```
 *
 * @throws ForecastError `invalid-option`, `empty-data` if no record was accepted, `limit-exceeded` if the panel would
 * have more cells than `maxCells`, `aborted` if the signal fired.
 */
export async function buildPanel(
  records: Iterable<SalesRecord> | AsyncIterable<SalesRecord> | RecordSource,
  options: PanelOptions & LongCallOptions = {},
): Promise<BuiltPanel> {
  const { signal, onProgress, ...panelOptions } = options;
  const builder = new PanelBuilder(panelOptions);
  throwIfAborted(signal);
  assertIterable(records);
  if (Symbol.iterator in records) {
    await runInSlices(addAll(builder, records), { signal, onProgress });
  } else if (isRecordSource(records)) {
    await addBatches(builder, records.batches(), { signal, onProgress });
    builder.addRejections(records.rejections);
  } else {
    await addStream(builder, records, { signal, onProgress });
  }
  return runInSlices(builder.finishSteps(), { signal, onProgress });
}

function assertIterable(records: unknown): void {
  const iterable =
    typeof records === 'object' &&
    records !== null &&
    (Symbol.iterator in records || Symbol.asyncIterator in records);
  if (iterable) return;
  invalidOption('records', 'Records must be an array, an iterable or an async iterable');
}

function* addAll(builder: PanelBuilder, records: Iterable<SalesRecord>): Generator<Progress, void, void> {
  const total = Array.isArray(records) ? records.length : UNKNOWN;
  let done = 0;
  for (const record of records) {
    builder.add(record);
    if (++done % ROWS_PER_STEP === 0) yield { phase: 'read rows', done, total };
  }
}

async function addBatches(
  builder: PanelBuilder,
  batches: AsyncIterable<readonly DailyRecord[]>,
  { signal, onProgress }: LongCallOptions,
): Promise<void> {
  let done = 0;
  let sinceYield = 0;
  for await (const batch of nextOrAbort(batches, signal)) {
    for (const record of batch) builder.addDaily(record);
    done += batch.length;
    sinceYield += batch.length;
    if (sinceYield < ROWS_PER_TURN) continue;
    sinceYield = 0;
    onProgress?.({ phase: 'read rows', done, total: UNKNOWN });
    await yieldToEventLoop();
  }
}

async function addStream(
  builder: PanelBuilder,
  records: AsyncIterable<SalesRecord>,
  { signal, onProgress }: LongCallOptions,
): Promise<void> {
  let done = 0;
  for await (const record of nextOrAbort(records, signal)) {
    builder.add(record);
    if (++done % ROWS_PER_TURN !== 0) continue;
    onProgress?.({ phase: 'read rows', done, total: UNKNOWN });
    await yieldToEventLoop();
  }
}
