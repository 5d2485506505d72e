import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';

/** A response body as bytes, ready to be sent as often as it is asked for. */
export interface EncodedJson {
  readonly plain: Buffer;
  /** Undefined where it would not be smaller. */
  readonly gzip: Buffer | undefined;
  readonly etag: string;
}

const MIN_GZIP_BYTES = 1_024;
/** An answer is compressed on the thread that serves requests: most of the gain for a fraction of the time. */
const GZIP_LEVEL = 2;

/** The bytes of JSON text. */
function encodeText(text: string): EncodedJson {
  const plain = Buffer.from(text);
  // Bytes that fit into a chunk keep all of it in memory.
  const options = { level: GZIP_LEVEL, chunkSize: plain.length >> 2 };
  const packed = plain.length >= MIN_GZIP_BYTES ? gzipSync(plain, options) : plain;
  const gzip = packed.length < plain.length ? packed : undefined;
  // The fewer bytes tell answers apart as well.
  const etag = `"${hash('sha256', gzip ?? plain, 'base64url').slice(0, 22)}"`;
  return { plain, gzip, etag };
}

/**
 * Encodes each result once per view. The forecast cache hands out the same frozen object until the answer is
 * invalidated, so the bytes live exactly as long as the answer.
 */
export class EncodedViews<Result extends object> {
  readonly #bytes = new WeakMap<Result, EncodedJson>();
  readonly #text: (result: Result) => string;

  /** @param text of a result as JSON */
  constructor(text: (result: Result) => string) {
    this.#text = text;
  }

  encode(result: Result): EncodedJson {
    let encoded = this.#bytes.get(result);
    if (!encoded) {
      encoded = encodeText(this.#text(result));
      this.#bytes.set(result, encoded);
    }
    return encoded;
  }
}
