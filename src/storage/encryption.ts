import { ForecastError } from '../errors.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { present } from '../present.js';

const ALGORITHM = 'AES-GCM';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

export interface EncryptionOptions {
  /** Id of the key that encrypts new artifacts. */
  readonly currentKeyId: string;
  /** Keys of 32 bytes by id: the current one, and older ones for as long as artifacts need them. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

const ENCRYPTION_OPTIONS: OptionTable<EncryptionOptions> = { currentKeyId: 1, keys: 1 };

/** Encrypted content, with the id of the key that is needed to read it again. */
export interface EncryptedContent {
  readonly keyId: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * AES-256-GCM at rest through WebCrypto. To rotate, add a key and make it the current one: new artifacts use it,
 * old ones are still read with theirs.
 */
export class ContentCipher {
  /** Id of the key that encrypts. */
  readonly currentKeyId: string;
  readonly #keys: ReadonlyMap<string, Promise<CryptoKey>>;

  /** @throws ForecastError `invalid-option` if a key is not 32 bytes long or the current one is missing. */
  constructor(options: EncryptionOptions) {
    refuseUnknown(options, ENCRYPTION_OPTIONS);
    const entries = Object.entries(options.keys);
    for (const [keyId, key] of entries) {
      if (!(key instanceof Uint8Array) || key.length !== KEY_BYTES) {
        throw new ForecastError('invalid-option', `Key "${keyId}" must be ${KEY_BYTES} bytes long`, {
          path: ['encryption', 'keys', keyId],
        });
      }
    }
    if (!Object.hasOwn(options.keys, options.currentKeyId)) {
      throw new ForecastError('invalid-option', `There is no key "${options.currentKeyId}"`, {
        path: ['encryption', 'currentKeyId'],
      });
    }
    this.currentKeyId = options.currentKeyId;
    this.#keys = new Map(entries.map(([keyId, key]) => [keyId, importKey(key)]));
  }

  /** Encrypts with the current key. The `context` is bound to the content: it only decrypts with the same one. */
  async encrypt(content: Uint8Array, context: string): Promise<EncryptedContent> {
    const keyId = this.currentKeyId;
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const key = await present(this.#keys.get(keyId), 'current key');
    const encrypted = await crypto.subtle.encrypt(parameters(nonce, context), key, new Uint8Array(content));
    const bytes = new Uint8Array(NONCE_BYTES + encrypted.byteLength);
    bytes.set(nonce);
    bytes.set(new Uint8Array(encrypted), NONCE_BYTES);
    return { keyId, bytes };
  }

  /**
   * @throws ForecastError `unavailable` if the key is unknown, `invalid-data` if the content was changed, or
   * belongs to another context or key.
   */
  async decrypt(keyId: string, bytes: Uint8Array, context: string): Promise<Uint8Array<ArrayBuffer>> {
    const key = await this.#keys.get(keyId);
    if (key === undefined) {
      throw new ForecastError(
        'unavailable',
        `The content was encrypted with key "${keyId}", which is not given`,
        {
          path: ['encryption', 'keys', keyId],
          hint: 'Keep the old keys in `encryption.keys` until no artifact needs them.',
        },
      );
    }
    const copy = new Uint8Array(bytes);
    try {
      const nonce = copy.subarray(0, NONCE_BYTES);
      return new Uint8Array(
        await crypto.subtle.decrypt(parameters(nonce, context), key, copy.subarray(NONCE_BYTES)),
      );
    } catch (cause) {
      throw new ForecastError('invalid-data', `The content does not decrypt with key "${keyId}"`, {
        path: [context],
        cause,
      });
    }
  }
}

function parameters(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: ALGORITHM, iv, additionalData: new TextEncoder().encode(context) };
}

function importKey(key: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new Uint8Array(key), ALGORITHM, false, ['encrypt', 'decrypt']);
}
