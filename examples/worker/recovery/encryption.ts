import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import { ForecastError } from 'commerce-forecast';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CHUNK_BYTES = 1_048_576;

/** Keys of an operator by id, each of 32 bytes, and the one that new backups use. */
export interface BackupKeys {
  readonly currentKeyId: string;
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

/** Key of one backup, encrypted with a key of the operator: to change that one, only this is written anew. */
export interface WrappedKey {
  readonly keyId: string;
  /** Nonce, key and tag, in base64. */
  readonly wrapped: string;
}

/** Makes the key of a new backup. */
export function newDataKey(): Buffer {
  return randomBytes(KEY_BYTES);
}

/** Encrypts the key of a backup with the current key. */
export function wrapKey(dataKey: Uint8Array, { currentKeyId: keyId, keys }: BackupKeys): WrappedKey {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, masterKey(keys, keyId), nonce);
  cipher.setAAD(Buffer.from(`commerce-forecast.backup key ${keyId}`));
  const bytes = [nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()];
  return { keyId, wrapped: Buffer.concat(bytes).toString('base64') };
}

/** @throws ForecastError `unavailable` without the key of the operator, `invalid-data` if it does not fit. */
export function unwrapKey({ keyId, wrapped }: WrappedKey, { keys }: BackupKeys): Buffer {
  const key = masterKey(keys, keyId);
  const bytes = Buffer.from(wrapped, 'base64');
  try {
    const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(Buffer.from(`commerce-forecast.backup key ${keyId}`));
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES));
    return Buffer.concat([
      decipher.update(bytes.subarray(NONCE_BYTES, bytes.length - TAG_BYTES)),
      decipher.final(),
    ]);
  } catch (cause) {
    throw changed(`The key of the backup does not decrypt with key "${keyId}"`, 'manifest.json', cause);
  }
}

function masterKey(keys: BackupKeys['keys'], keyId: string): Uint8Array {
  const key = Object.hasOwn(keys, keyId) ? keys[keyId] : undefined;
  if (key) return key;
  throw new ForecastError('unavailable', `The backup needs the key "${keyId}", which is not given`, {
    path: ['BACKUP_KEYS'],
    hint: 'Keep old keys in BACKUP_KEYS until no backup needs them.',
  });
}

/** Code that only whoever has the key of a backup can make of a text. */
export function sealOf(dataKey: Uint8Array, text: string): string {
  return createHmac('sha256', keyFor(dataKey, 'manifest')).update(text).digest('base64');
}

export function isSameSeal(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a, 'base64'), Buffer.from(b, 'base64')];
  return one.length === other.length && timingSafeEqual(one, other);
}

/** A key for one purpose: no two files share one, so that counters serve as nonces. */
function keyFor(dataKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, '', `commerce-forecast.backup ${purpose}`, KEY_BYTES));
}

/** Counts the chunks of a file, and marks the last one: none can be left out, repeated or moved. */
function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntBE(index, 5, 6);
  nonce[NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

/** Cuts a stream into chunks of one size; the last one may be shorter, also empty. */
abstract class Chunked extends Transform {
  readonly #size: number;
  #waiting: Buffer = Buffer.alloc(0);
  #index = 0;

  constructor(size: number) {
    super();
    this.#size = size;
  }

  protected abstract convert(chunk: Buffer, nonce: Buffer): Buffer;

  override _transform(part: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#waiting = Buffer.concat([this.#waiting, part]);
    // What may be the last chunk waits for the end.
    this.#attempt(done, () => {
      while (this.#waiting.length > this.#size) {
        const chunk = this.#waiting.subarray(0, this.#size);
        this.#waiting = this.#waiting.subarray(this.#size);
        this.push(this.convert(chunk, nonceOf(this.#index++, false)));
      }
    });
  }

  override _flush(done: TransformCallback): void {
    this.#attempt(done, () => void this.push(this.convert(this.#waiting, nonceOf(this.#index, true))));
  }

  #attempt(done: TransformCallback, work: () => void): void {
    try {
      work();
      done();
    } catch (error) {
      done(error as Error);
    }
  }
}

/** Encrypts a file of a backup as it passes. */
export class Encrypting extends Chunked {
  readonly #key: Buffer;

  /** @param path of the file in the backup, to which the content is bound */
  constructor(dataKey: Uint8Array, path: string) {
    super(CHUNK_BYTES);
    this.#key = keyFor(dataKey, `file ${path}`);
  }

  protected convert(chunk: Buffer, nonce: Buffer): Buffer {
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce);
    return Buffer.concat([cipher.update(chunk), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Decrypts a file of a backup as it passes; fails with `invalid-data` where it is not as it was written. */
export class Decrypting extends Chunked {
  readonly #key: Buffer;
  readonly #path: string;

  constructor(dataKey: Uint8Array, path: string) {
    super(CHUNK_BYTES + TAG_BYTES);
    this.#key = keyFor(dataKey, `file ${path}`);
    this.#path = path;
  }

  protected convert(chunk: Buffer, nonce: Buffer): Buffer {
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, nonce);
      decipher.setAuthTag(chunk.subarray(chunk.length - TAG_BYTES));
      return Buffer.concat([decipher.update(chunk.subarray(0, chunk.length - TAG_BYTES)), decipher.final()]);
    } catch (cause) {
      throw changed(`${this.#path} is not what was backed up`, this.#path, cause);
    }
  }
}

export function changed(message: string, path: string, cause?: unknown): ForecastError {
  return new ForecastError('invalid-data', message, { path: [path], cause, hint: 'Take an older backup.' });
}
