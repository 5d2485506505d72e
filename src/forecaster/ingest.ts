import { type Day, formatDay } from '../calendar/day.js';
import { ForecastError } from '../errors.js';
import { createPacer, type LongCallOptions } from '../long-call.js';
import type { OptionTable } from '../options.js';
import type { DataFinding } from '../panel/data-report.js';
import type { PanelOptions } from '../panel/panel-options.js';
import { RecordChecker } from '../panel/record-checker.js';
import { isRecordSource, nextOrAbort, type RecordSource } from '../panel/record-source.js';
import { RowOrigins } from '../panel/row-origins.js';
import type { DailyRecord, SalesRecord } from '../panel/sales-record.js';
import { seriesId } from '../panel/series-index.js';
import type { DailySale, SalesStorage } from '../storage/contract.js';
import { asChecked, dailySale } from '../storage/daily-sales.js';

/** Sales records in any form that can be iterated, one by one or in batches. */
export type SalesRecords = Iterable<SalesRecord> | AsyncIterable<SalesRecord> | RecordSource;

export interface IngestOptions extends LongCallOptions {
  /** Id of the delivery: sending it again changes nothing, and another delivery with the same id is refused. */
  readonly batchId?: string;
  /**
   * `add` adds to the stored sales of a day (sales lines as they arrive), `replace` corrects them (daily totals
   * that are sent again). Default `add`.
   */
  readonly mode?: 'add' | 'replace';
  /** Rejected records after which the delivery is refused as a whole. Default: no limit. */
  readonly maxRejected?: number;
}

export const INGEST_OPTIONS: OptionTable<IngestOptions> = {
  batchId: 1,
  mode: 1,
  maxRejected: 1,
  signal: 1,
  onProgress: 1,
};

/** Outcome of the records: `accepted + rejected = rows`. */
export interface IngestReport {
  readonly rows: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Reasons for which rows were rejected, with examples. */
  readonly findings: readonly DataFinding[];
  /** Rows written to the storage: the records of a product on one day are one row. */
  readonly written: number;
  /** Records skipped because the delivery had been written before. */
  readonly alreadyWritten: number;
}

/** Records of one chunk: as many records of a stream as are in memory at once. */
const CHUNK_ROWS = 20_000;

/**
 * Checks records and writes the valid ones to a storage as one delivery, chunk by chunk.
 *
 * @param origins collects the places of the largest rows of each series
 * @param latestDay the last day that may have sales by now; later records are rejected
 * @throws ForecastError `invalid-data` beyond `maxRejected`, `key-reused` if another delivery was written under the `batchId`, `aborted`, and errors
 *   from reading the records. Nothing is stored then.
 */
export async function ingestRecords(
  storage: SalesStorage,
  records: SalesRecords,
  panelOptions: Pick<
    PanelOptions,
    'dateFormat' | 'timeZone' | 'maxExamples' | 'uncategorized' | 'byLocation'
  >,
  options: IngestOptions,
  origins: RowOrigins,
  latestDay: Day,
): Promise<IngestReport> {
  const checker = new RecordChecker(panelOptions);
  const { batchId, mode, signal } = options;
  const noted = new RowOrigins();
  const note = (record: SalesRecord | DailyRecord, day: number) =>
    noted.note(seriesId(record, panelOptions.byLocation === true), day, record, checker.rows);
  const rows = checkedSales(
    records,
    checker,
    { uncategorized: panelOptions.uncategorized ?? 'uncategorized', latestDay },
    note,
    options,
  );
  const { written, alreadyWritten, met = 0 } = await storage.write({ id: batchId, mode, rows }, { signal });
  if (!alreadyWritten) origins.merge(noted);
  if (met > 0 && mode !== 'replace') {
    const path = batchId === undefined ? ['delivery'] : ['delivery', batchId];
    const message = `${met} of ${written} daily rows; with mode replace, they would take the place of what was stored`;
    checker.rejections.add('overlap', () => ({ path, message }), 0, met);
  }
  return {
    rows: checker.rows,
    accepted: checker.accepted,
    rejected: checker.rows - checker.accepted,
    findings: checker.rejections.findings(),
    written,
    alreadyWritten: alreadyWritten ? checker.accepted : 0,
  };
}

/** The valid records as rows of a storage, in chunks of {@link CHUNK_ROWS}; the checker reports the others. */
async function* checkedSales(
  records: SalesRecords,
  checker: RecordChecker,
  { uncategorized, latestDay }: { readonly uncategorized: string; readonly latestDay: Day },
  note: (record: SalesRecord | DailyRecord, day: number) => void,
  options: IngestOptions,
): AsyncGenerator<readonly DailySale[], void, void> {
  const { maxRejected = Number.POSITIVE_INFINITY } = options;
  const pace = createPacer(options);
  let chunk: DailySale[] = [];
  for await (const batch of inBatches(records, options.signal)) {
    for (const record of batch) {
      const day = hasDay(record) ? checker.checkDaily(record) : checker.check(record);
      if (day === undefined) continue;
      if (day > latestDay) {
        checker.reject('future-day', 'date', formatDay(day));
        continue;
      }
      note(record, day);
      chunk.push(dailySale(record, day, uncategorized));
      if (chunk.length < CHUNK_ROWS) continue;
      yield asChecked(chunk);
      chunk = [];
    }
    const ofSource = isSource(records) ? records.rejections.rejectedRows() : 0;
    if (checker.rejections.rejectedRows() + ofSource > maxRejected) throw tooManyRejected(maxRejected);
    await pace({ phase: 'ingest', done: checker.rows, total: Number.NaN });
  }
  if (isSource(records)) checker.addRejections(records.rejections);
  if (chunk.length > 0) yield asChecked(chunk);
}

function isSource(records: SalesRecords): records is RecordSource {
  return Symbol.asyncIterator in records && isRecordSource(records);
}

/** Any form of records as batches of at most {@link CHUNK_ROWS}. */
async function* inBatches(
  records: SalesRecords,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly (SalesRecord | DailyRecord)[], void, void> {
  if (typeof records !== 'object' || records === null) throw notIterable();
  if (isSource(records)) {
    yield* nextOrAbort(records.batches(), signal);
    return;
  }
  let batch: SalesRecord[] = [];
  if (Symbol.iterator in records) {
    for (const record of records) {
      batch.push(record);
      if (batch.length < CHUNK_ROWS) continue;
      yield batch;
      batch = [];
    }
  } else if (Symbol.asyncIterator in records) {
    for await (const record of nextOrAbort(records, signal)) {
      batch.push(record);
      if (batch.length < CHUNK_ROWS) continue;
      yield batch;
      batch = [];
    }
  } else throw notIterable();
  yield batch;
}

function tooManyRejected(maxRejected: number): ForecastError {
  return new ForecastError('invalid-data', `More than ${maxRejected} records are wrong`, {
    path: ['records'],
    hint: 'Look at the first ones.',
  });
}

function notIterable(): ForecastError {
  return new ForecastError('invalid-option', 'Records must be an array, an iterable or an async iterable', {
    path: ['records'],
  });
}

/** Batches of a source that has read the dates itself hold day numbers. */
function hasDay(record: SalesRecord | DailyRecord): record is DailyRecord {
  return typeof record === 'object' && record !== null && 'day' in record;
}
