import type { S3Client } from '@aws-sdk/client-s3';
import { ForecastError } from '../../errors.js';
import { abortError, throwIfAborted, yieldToEventLoop } from '../../long-call.js';
import { optionalPackage } from '../../optional-package.js';
import { present } from '../../present.js';
import type { ObjectBackend, SignalOption } from '../artifacts/object-backend.js';

const CONFLICT_ATTEMPTS = 10;

/** Objects of a bucket; `create` is a conditional write. */
export class S3Objects implements ObjectBackend {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #prefix: string;
  #conditionsHonoured: Promise<void> | undefined;

  constructor(client: S3Client, bucket: string, prefix: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async create(key: string, content: Uint8Array, options: SignalOption = {}): Promise<boolean> {
    throwIfAborted(options.signal);
    this.#conditionsHonoured ??= this.#checkConditions();
    try {
      await this.#conditionsHonoured;
    } catch (error) {
      this.#conditionsHonoured = undefined;
      throw error;
    }
    return this.#putIfAbsent(key, content, options);
  }

  async replace(key: string, content: Uint8Array, options: SignalOption = {}): Promise<void> {
    throwIfAborted(options.signal);
    try {
      const { PutObjectCommand } = await commands();
      await this.#client.send(new PutObjectCommand({ ...this.#at(key), Body: content }), send(options));
    } catch (error) {
      throw failure('write', key, error, options.signal);
    }
  }

  async read(key: string, options: SignalOption = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(options.signal);
    try {
      const { GetObjectCommand } = await commands();
      const { Body } = await this.#client.send(new GetObjectCommand(this.#at(key)), send(options));
      return await present(Body, 'body of the object').transformToByteArray();
    } catch (error) {
      if (isNamed(error, 'NoSuchKey') || isNamed(error, 'NotFound')) return undefined;
      throw failure('read', key, error, options.signal);
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    let token: string | undefined;
    do {
      const page = await this.#page(prefix, token);
      for (const { Key } of page.Contents ?? []) {
        if (Key !== undefined) yield Key.slice(this.#prefix.length);
      }
      token = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async remove(key: string): Promise<void> {
    try {
      const { DeleteObjectCommand } = await commands();
      await this.#client.send(new DeleteObjectCommand(this.#at(key)));
    } catch (error) {
      throw failure('remove', key, error);
    }
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: this.#prefix + key };
  }

  async #page(prefix: string, token: string | undefined) {
    const Prefix = this.#prefix + prefix;
    try {
      const { ListObjectsV2Command } = await commands();
      return await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix, ContinuationToken: token }),
      );
    } catch (error) {
      throw failure('list', prefix, error);
    }
  }

  async #putIfAbsent(key: string, content: Uint8Array, options: SignalOption): Promise<boolean> {
    const { PutObjectCommand } = await commands();
    const command = new PutObjectCommand({ ...this.#at(key), Body: content, IfNoneMatch: '*' });
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#client.send(command, send(options));
        return true;
      } catch (error) {
        if (statusOf(error) === 412) return false;
        // Another conditional write of the key is in progress; a moment later it is known which one won.
        if (statusOf(error) !== 409 || attempt === CONFLICT_ATTEMPTS) {
          throw failure('write', key, error, options.signal);
        }
        await yieldToEventLoop();
      }
    }
  }

  /**
   * Checks that the server honours the condition: otherwise one writer could replace the version of another.
   */
  async #checkConditions(): Promise<void> {
    const key = `probe/${crypto.randomUUID()}`;
    await this.#putIfAbsent(key, new Uint8Array([1]), {});
    const replaced = await this.#putIfAbsent(key, new Uint8Array([2]), {});
    await this.remove(key);
    if (!replaced) return;
    throw new ForecastError('unavailable', 'The S3 server ignores conditional writes (If-None-Match)', {
      hint: 'Use a server that honours them: without them two writers may get the same version.',
    });
  }
}

function commands(): Promise<typeof import('@aws-sdk/client-s3')> {
  return optionalPackage('@aws-sdk/client-s3', () => import('@aws-sdk/client-s3'));
}

function send({ signal }: SignalOption): { abortSignal?: AbortSignal } {
  return { abortSignal: signal };
}

function isNamed(error: unknown, name: string): boolean {
  return (error as { name?: unknown } | null)?.name === name;
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}

function failure(what: string, key: string, cause: unknown, signal?: AbortSignal): ForecastError {
  if (signal?.aborted) return abortError(signal.reason);
  if (ForecastError.is(cause)) return cause;
  const message = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const denied = statusOf(cause) === 401 || statusOf(cause) === 403;
  return new ForecastError(
    denied ? 'unauthorized' : 'unavailable',
    `Could not ${what} "${key}": ${message}`,
    {
      path: [key],
      cause,
      hint: denied ? 'Check the credentials of the client and the policy of the bucket.' : undefined,
    },
  );
}
