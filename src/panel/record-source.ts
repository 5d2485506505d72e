import { throwIfAborted } from '../long-call.js';
import type { FindingCollector } from './data-report.js';
import type { DailyRecord, SalesRecord } from './sales-record.js';

/** A stream of records that has already checked its input and reports what it left out. */
export interface RecordSource extends AsyncIterable<SalesRecord> {
  /** The records in batches: for a million rows, far cheaper than one promise a record. */
  batches(): AsyncIterable<readonly DailyRecord[]>;
  /** Rows that were left out; complete once the stream has ended. */
  readonly rejections: FindingCollector;
}

export function isRecordSource(records: AsyncIterable<SalesRecord>): records is RecordSource {
  return 'batches' in records && 'rejections' in records;
}

/** Yields the items of a stream until the signal fires, even while the stream itself is waiting. */
export async function* nextOrAbort<T>(
  stream: AsyncIterable<T>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, void> {
  if (!signal) {
    yield* stream;
    return;
  }
  throwIfAborted(signal);
  let giveUp = () => {};
  const stop = () => giveUp();
  signal.addEventListener('abort', stop, { once: true });
  const iterator = stream[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      // A fresh promise each time: racing against one shared promise would make it keep every step in memory.
      const step = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        giveUp = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      throwIfAborted(signal);
      if (!step) return;
      if (step.done) {
        ended = true;
        return;
      }
      yield step.value;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    // Not awaited: a stream that hangs would keep the abort from coming through.
    if (!ended) void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}
