import { ForecastError } from '../../errors.js';
import type { CsvOptions } from './csv-options.js';
import type { CsvQuestion } from './csv-questions.js';
import type { CsvInput } from './csv-source.js';
import { type InspectOptions, inspectSalesCsv, type SalesCsvInspection } from './inspect-sales-csv.js';
import { readSalesCsv, type SalesCsv } from './read-sales-csv.js';

/** Bytes of a stream that are kept while it is inspected. */
const MAX_KEPT = 1 << 24;

/** Options for recognising and reading a file in one call. */
export type OpenCsvOptions = InspectOptions & Pick<CsvOptions, 'onProgress' | 'filter' | 'maxExamples'>;

/** A recognised file of sales; its records can be iterated over, or given to `buildPanel`, once. */
export interface OpenedSalesCsv {
  readonly sales: SalesCsv;
  readonly inspection: SalesCsvInspection;
}

/**
 * Recognises a file of sales and reads it. A question that the file leaves open and that has no assumed answer is an
 * error that names the choices; `answers` or an option settles it.
 *
 * ```ts
 * import { buildPanel } from 'commerce-forecast';
 * import { openSalesCsv } from 'commerce-forecast/csv';
 *
 * const text = 'Order date,Item,Qty\n3/9/2026,Mug,2\n';
 * const { sales, inspection } = await openSalesCsv(text, { answers: { 'date-order': 'MDY' } });
 * const { report } = await buildPanel(sales);
 * ```
 *
 * @param input as `readSalesCsv` takes it, or a function that opens it again: such a file is inspected as far
 *   as a question needs, a stream only in its first 16 MB.
 * @throws ForecastError `invalid-data` for an open question, with its id as the path; otherwise as `inspectSalesCsv`.
 */
export async function openSalesCsv(
  input: CsvInput | (() => CsvInput),
  { onProgress, filter, maxExamples, ...options }: OpenCsvOptions = {},
): Promise<OpenedSalesCsv> {
  const source = typeof input === 'function' ? input : replayable(input);
  const inspection = await inspectSalesCsv(typeof input === 'function' ? input() : source(), options);
  const open = inspection.questions.find(({ assumed }) => assumed === undefined);
  if (open) throw openQuestion(open);
  const { mapping } = inspection;
  const { gzip, signal } = options;
  const sales = readSalesCsv(source(), { mapping, gzip, signal, onProgress, filter, maxExamples });
  return { sales, inspection };
}

/** The error of a question that has to be answered before a file is read. */
export function openQuestion({ id, message, choices }: CsvQuestion): ForecastError {
  const listed = choices
    .map(({ value, label }) => (value === label ? value : `${value} (${label})`))
    .join('; ');
  return new ForecastError('invalid-data', message, {
    path: [id],
    hint: `Answer "${id}" with one of: ${listed}`,
  });
}

/** Makes an input readable twice: the part of a stream read the first time is kept for the second. */
function replayable(input: CsvInput): () => CsvInput {
  if (
    typeof input === 'string' ||
    input instanceof Uint8Array ||
    (typeof Blob !== 'undefined' && input instanceof Blob)
  ) {
    return () => input;
  }
  const stream = toIterator(input as AsyncIterable<Uint8Array | string>);
  const kept: (Uint8Array | string)[] = [];
  let size = 0;
  let first = true;
  async function* looking() {
    while (size < MAX_KEPT) {
      const step = await stream.next();
      if (step.done) return;
      kept.push(step.value);
      size += step.value.length;
      yield step.value;
    }
  }
  async function* reading() {
    try {
      yield* kept.splice(0);
      for (;;) {
        const step = await stream.next();
        if (step.done) return;
        yield step.value;
      }
    } finally {
      await stream.return?.();
    }
  }
  return () => {
    const again = first ? looking() : reading();
    first = false;
    return again;
  };
}

function toIterator(
  input: Exclude<CsvInput, string | Uint8Array | Blob>,
): AsyncIterator<Uint8Array | string> {
  if (!('getReader' in input)) return input[Symbol.asyncIterator]();
  const reader = (input as ReadableStream<Uint8Array | string>).getReader();
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? { done: true, value: undefined } : { done: false, value };
    },
    return: async () => {
      await reader.cancel().catch(() => undefined);
      return { done: true, value: undefined };
    },
  };
}
