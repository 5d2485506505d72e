import { ForecastError, invalidOption } from '../../errors.js';
import { CsvDecoder, type EncodingFacts } from './csv-encodings.js';
import { OtherFormats } from './other-formats.js';

/** Input with CSV: the text itself, its bytes, a file of a browser, or a stream of bytes or text. */
export type CsvInput =
  | string
  | Uint8Array
  | Blob
  | AsyncIterable<Uint8Array | string>
  | ReadableStream<Uint8Array>
  | ReadableStream<string>;

export interface CsvSourceOptions {
  /** True if the input is compressed with gzip; `auto` looks at its first bytes. Default `auto`. */
  readonly gzip?: 'auto' | boolean;
  /** Encoding of the text, by its WHATWG name such as `windows-1252`, or `auto`. Default `auto`. */
  readonly encoding?: string;
  /** Called once, with the findings about the encoding. */
  readonly onEncoding?: (facts: Readonly<EncodingFacts>) => void;
  /** Called with the number of bytes (or characters, for text) that were read so far. */
  readonly onRead?: (size: number) => void;
}

const PIECE_LENGTH = 1 << 17;
const GZIP_MAGIC = [0x1f, 0x8b];

/**
 * The text of a CSV input in pieces of moderate size, decompressed and decoded.
 *
 * @throws ForecastError `invalid-option` for an unknown encoding or an input of another kind, `invalid-data` for
 * damaged gzip data and for files that are no CSV, such as workbooks.
 */
export async function* readCsvText(
  input: CsvInput,
  options: CsvSourceOptions,
): AsyncGenerator<string, void, void> {
  const decoder = new CsvDecoder(options.encoding ?? 'auto');
  options.onEncoding?.(decoder.facts);
  let size = 0;
  const counted = async function* () {
    for await (const piece of piecesOf(input)) {
      size += piece.length;
      options.onRead?.(size);
      yield piece;
    }
  };
  const otherFormats = new OtherFormats();
  for await (const piece of await decompressed(counted(), options.gzip ?? 'auto')) {
    otherFormats.check(piece);
    yield* cut(typeof piece === 'string' ? piece : decoder.decode(piece, false));
  }
  yield decoder.decode(new Uint8Array(0), true);
}

async function* piecesOf(input: CsvInput): AsyncGenerator<Uint8Array | string, void, void> {
  if (typeof input === 'string' || input instanceof Uint8Array) {
    yield input;
  } else if (typeof Blob !== 'undefined' && input instanceof Blob) {
    yield* readStream(input.stream());
  } else if (typeof input === 'object' && input !== null && 'getReader' in input) {
    yield* readStream(input as ReadableStream<Uint8Array | string>);
  } else if (typeof input === 'object' && input !== null && Symbol.asyncIterator in input) {
    yield* input;
  } else {
    invalidOption('input', 'The CSV input must be text, a Blob or a stream');
  }
}

/** Uses a reader, as not every browser can iterate over a stream. */
async function* readStream<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, void> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      yield value;
    }
    ended = true;
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
    reader.releaseLock();
  }
}

async function decompressed(
  pieces: AsyncGenerator<Uint8Array | string, void, void>,
  gzip: 'auto' | boolean,
): Promise<AsyncIterable<Uint8Array | string>> {
  if (gzip === false) return pieces;
  const head: (Uint8Array | string)[] = [];
  let bytes: number[] = [];
  while (bytes.length < GZIP_MAGIC.length) {
    const step = await pieces.next();
    if (step.done) break;
    head.push(step.value);
    if (typeof step.value === 'string') break;
    bytes = [...bytes, ...step.value.subarray(0, GZIP_MAGIC.length)];
  }
  const all = async function* () {
    try {
      yield* head;
      yield* pieces;
    } finally {
      await pieces.return();
    }
  };
  const isGzip = GZIP_MAGIC.every((byte, i) => bytes[i] === byte);
  if (gzip === 'auto' && !isGzip) return all();
  return gunzip(all());
}

async function* gunzip(
  pieces: AsyncGenerator<Uint8Array | string, void, void>,
): AsyncGenerator<Uint8Array, void, void> {
  let sourceError: unknown;
  const compressed = new ReadableStream<BufferSource>({
    async pull(controller) {
      try {
        const step = await pieces.next();
        if (step.done) return controller.close();
        if (typeof step.value === 'string') throw new TypeError('gzip data must come as bytes, not as text');
        controller.enqueue(step.value as Uint8Array<ArrayBuffer>);
      } catch (error) {
        sourceError = error;
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return();
    },
  });
  try {
    yield* readStream(compressed.pipeThrough(new DecompressionStream('gzip')));
  } catch (cause) {
    if (sourceError !== undefined && !(sourceError instanceof TypeError)) throw sourceError;
    throw new ForecastError('invalid-data', 'The gzip data is damaged or cut off', {
      path: ['input'],
      cause,
    });
  }
}

/** Cuts long text, so that batches of records stay small for any source. */
function* cut(text: string): Generator<string, void, void> {
  for (let from = 0; from < text.length; from += PIECE_LENGTH) yield text.slice(from, from + PIECE_LENGTH);
}
