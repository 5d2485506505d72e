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

/** Encodes a value as JSON once. */
export function encodeJson(value: unknown): EncodedJson {
  const plain = Buffer.from(JSON.stringify(value));
  const etag = `"${hash('sha256', plain, 'base64url').slice(0, 22)}"`;
  const gzip = plain.length >= MIN_GZIP_BYTES ? gzipSync(plain, { level: GZIP_LEVEL }) : undefined;
  return { plain, gzip: gzip && gzip.length < plain.length ? gzip : undefined, etag };
}

/**
 * Encodes each result once per view. The forecast cache hands out the same frozen object until the answer is
 * invalidated, so the bytes live exactly as long as the answer.
 */
export class EncodedViews<Result extends object> {
  readonly #bytes = new WeakMap<Result, EncodedJson>();
  readonly #view: (result: Result) => unknown;

  constructor(view: (result: Result) => unknown) {
    this.#view = view;
  }

  encode(result: Result): EncodedJson {
    let encoded = this.#bytes.get(result);
    if (!encoded) {
      encoded = encodeJson(this.#view(result));
      this.#bytes.set(result, encoded);
    }
    return encoded;
  }
}
