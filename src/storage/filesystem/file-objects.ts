import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ForecastError } from '../../errors.js';
import { abortError, throwIfAborted } from '../../long-call.js';
import type { ObjectBackend, SignalOption } from '../artifacts/object-backend.js';
import { compareText } from '../daily-sales.js';
import { hasCode, syncDirectory, writeDurably } from './durable-files.js';

/** Folder of files that are being written; files left there by a crash are never read. */
const TEMPORARY = '.writing';

/** Objects as files of a folder. */
export class FileObjects implements ObjectBackend {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  async create(key: string, content: Uint8Array, options: SignalOption = {}): Promise<boolean> {
    try {
      // Unlike a rename, a link fails if the name is taken: of two writers one wins.
      await this.#write(key, content, options, link);
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw failure('write', key, error, options.signal);
    }
  }

  async replace(key: string, content: Uint8Array, options: SignalOption = {}): Promise<void> {
    try {
      await this.#write(key, content, options, rename);
    } catch (error) {
      throw failure('write', key, error, options.signal);
    }
  }

  /** Writes a file and then gives it its name, so that nobody reads a part of it. */
  async #write(
    key: string,
    content: Uint8Array,
    options: SignalOption,
    name: (temporary: string, path: string) => Promise<void>,
  ): Promise<void> {
    throwIfAborted(options.signal);
    const path = join(this.#root, key);
    const temporary = join(this.#root, TEMPORARY, randomUUID());
    try {
      await mkdir(dirname(temporary), { recursive: true });
      await mkdir(dirname(path), { recursive: true });
      await writeDurably(temporary, content, options);
      await name(temporary, path);
      await syncDirectory(dirname(path));
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async read(key: string, options: SignalOption = {}): Promise<Uint8Array | undefined> {
    throwIfAborted(options.signal);
    try {
      return new Uint8Array(await readFile(join(this.#root, key), { signal: options.signal }));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw failure('read', key, error, options.signal);
    }
  }

  async *list(prefix: string): AsyncIterable<string> {
    // Only the folder part of the prefix is a path: the rest filters the names in it.
    const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    if (folder.split('/').includes('..')) return;
    const keys: string[] = [];
    await this.#collect(folder, keys);
    yield* keys.filter((key) => key.startsWith(prefix)).sort(compareText);
  }

  async remove(key: string): Promise<void> {
    try {
      await rm(join(this.#root, key), { force: true });
    } catch (error) {
      throw failure('remove', key, error);
    }
  }

  async #collect(folder: string, keys: string[]): Promise<void> {
    const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch((error) => {
      if (isMissing(error)) return [];
      throw failure('list', folder, error);
    });
    for (const entry of entries) {
      const key = folder + entry.name;
      if (entry.isDirectory()) await this.#collect(`${key}/`, keys);
      else keys.push(key);
    }
  }
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}

function failure(what: string, key: string, cause: unknown, signal?: AbortSignal): ForecastError {
  if (signal?.aborted) return abortError(signal.reason);
  const hint = { ENOSPC: 'The disk is full.', EACCES: 'Permission is missing.' }[
    String((cause as NodeJS.ErrnoException).code)
  ];
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ForecastError('unavailable', `Could not ${what} "${key}": ${message}`, {
    path: [key],
    cause,
    hint,
  });
}
